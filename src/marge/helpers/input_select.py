"""input_select: one option out of a list of the household's own."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.errors import OperationFailed
from marge.entities.domain import Domain, EntityService
from marge.entities.select import SelectEntity, SelectOption, Step
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.util.schema import Text, word

_LOGGER = logging.getLogger("marge.helpers")


def _options(value: Any) -> list[str]:
    items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    options = [item if isinstance(item, str) else str(item) for item in items if not isinstance(item, (list, dict))]
    if not options or len(options) != len(items):
        raise ValueError("expected a list with at least one option")
    return options


if TYPE_CHECKING:
    Options = list[str]
else:
    Options = word("Options", _options)


class InputSelectConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; with `initial` the state of the last run does not count."""

    options: Options
    initial: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse an initial option that is none and options that are there twice."""
        if self.initial is not UNSET and self.initial not in self.options:
            raise ValueError(f"initial state {self.initial} is not part of the options: {','.join(self.options)}")
        if len(set(self.options)) != len(self.options):
            raise ValueError("Duplicate options are not allowed")


class SetOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_options`."""

    options: Options


class InputSelect(HelperEntity, SelectEntity):
    """Restores its option unless it has an initial one. What `set_options` sets lasts until the next start."""

    domain = "input_select"
    config: InputSelectConfig

    def configure(self, config: HelperConfig) -> None:
        """See `HelperEntity.configure`."""
        super().configure(config)
        self.options = self.config.options

    def added(self) -> None:
        """See `Entity.added`."""
        if self.current_option is not None:
            return
        option = given(self.config.initial)
        last = self.last_state
        if option is None and last is not None and last.state in self.options:
            option = last.state
        self.current_option = self.options[0] if option is None else option

    async def select_option(self, data: SelectOption) -> None:
        """Choose an option; raises OperationFailed for one that is not there."""
        if data.option not in self.options:
            raise OperationFailed(f"Invalid option: {data.option} (possible options: {', '.join(self.options)})")
        await self.do_select_option(data.option)

    async def do_select_option(self, option: str) -> None:
        """See `SelectEntity.do_select_option`."""
        self.current_option = option
        self.write_state()

    async def set_options(self, data: SetOptions) -> None:
        """Replace the options; raises OperationFailed when one is there twice."""
        if len(set(data.options)) != len(data.options):
            raise OperationFailed(f"Duplicated options: {data.options}")
        self.options = data.options
        if self.current_option not in self.options:
            _LOGGER.warning(
                "%s: option %s is not there any more, %s is taken", self.entity_id, self.current_option, self.options[0]
            )
            self.current_option = self.options[0]
        self.write_state()


KIND: Final = Kind(
    Domain(
        "input_select",
        InputSelect,
        (
            EntityService("select_first", "select_first"),
            EntityService("select_last", "select_last"),
            EntityService("select_next", "select_next", Step),
            EntityService("select_option", "select_option", SelectOption),
            EntityService("select_previous", "select_previous", Step),
            EntityService("set_options", "set_options", SetOptions),
        ),
    ),
    InputSelect,
    InputSelectConfig,
)
