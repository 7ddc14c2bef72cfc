"""Select: one option out of a list."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from marge.core.errors import ServiceValidationError
from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.util.schema import Flag, Text


class SelectOption(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `select_option`."""

    option: Text


class Step(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `select_next` and `select_previous`; with `cycle` the list has no end."""

    cycle: Flag = True


class SelectEntity(Entity):
    """A choice; a `current_option` that is not among the `options` shows as unknown."""

    domain = "select"

    options: Sequence[str] = ()
    current_option: str | None = None

    @property
    def state(self) -> str | None:
        """The chosen option, or None."""
        option = self.current_option
        return option if option in self.options else None

    def capabilities(self) -> dict[str, Any]:
        """What can be chosen."""
        return {"options": list(self.options)}

    async def select_option(self, data: SelectOption) -> None:
        """Choose an option; raises ServiceValidationError for one that is not there."""
        if data.option not in self.options:
            shown = ", ".join(self.options)
            raise ServiceValidationError(
                f"{self.entity_id} has no option '{data.option}'; its options are: {shown}",
                translation_domain="select",
                translation_key="not_valid_option",
                placeholders={"entity_id": self.entity_id, "option": data.option, "options": shown},
            )
        await self.do_select_option(data.option)

    async def select_first(self) -> None:
        """Choose the first option."""
        await self._choose(0)

    async def select_last(self) -> None:
        """Choose the last option."""
        await self._choose(len(self.options) - 1)

    async def select_next(self, data: Step) -> None:
        """Choose the option after the present one, or the first when there is none."""
        if self.current_option is None:
            await self.select_first()
        else:
            await self._move(1, data.cycle)

    async def select_previous(self, data: Step) -> None:
        """Choose the option before the present one, or the last when there is none."""
        if self.current_option is None:
            await self.select_last()
        else:
            await self._move(-1, data.cycle)

    async def do_select_option(self, option: str) -> None:
        """Choose `option`, which is one of `options`; given by the platform."""
        raise NotImplementedError

    async def _move(self, by: int, cycle: bool) -> None:
        options = self.options
        at = options.index(self.current_option) if self.current_option in options else 0
        last = len(options) - 1
        await self._choose((at + by) % max(1, len(options)) if cycle else min(max(at + by, 0), last))

    async def _choose(self, index: int) -> None:
        if not self.options:
            raise ServiceValidationError(f"{self.entity_id} has no options to choose from")
        await self.do_select_option(self.options[index])


SELECT: Final = Domain(
    "select",
    SelectEntity,
    (
        EntityService("select_first", "select_first"),
        EntityService("select_last", "select_last"),
        EntityService("select_next", "select_next", Step),
        EntityService("select_option", "select_option", SelectOption),
        EntityService("select_previous", "select_previous", Step),
    ),
)
