"""Text: a short text that can be set."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from marge.core.errors import ServiceValidationError
from marge.core.state import MAX_STATE_LENGTH
from marge.entities.complaints import ComplainingEntity
from marge.entities.domain import Domain, EntityService
from marge.util.patterns import PatternTooSlow, matches
from marge.util.schema import Text


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    value: Text


class TextEntity(ComplainingEntity):
    """A text between `native_min` and `native_max` characters that matches `pattern` from its start."""

    domain = "text"

    native_value: str | None = None
    native_min: int = 0
    native_max: int = MAX_STATE_LENGTH
    pattern: str | None = None
    mode: str = "text"
    """`text` or `password`."""

    @property
    def state(self) -> str | None:
        """The text; None when it does not fit its own limits."""
        value = self.native_value
        if value is not None and (problem := self._problem(value)) is not None:
            self.complain(problem, "the text it provides %s", problem)
            return None
        return value

    def capabilities(self) -> dict[str, Any]:
        """What may be written."""
        return {"mode": self.mode, "min": self._min, "max": self._max, "pattern": self.pattern}

    async def set_value(self, data: SetValue) -> None:
        """Set the text; raises ServiceValidationError when it does not fit."""
        if (problem := self._problem(data.value)) is not None:
            raise ServiceValidationError(f"Value {data.value} for {self.entity_id} {problem}")
        await self.do_set_value(data.value)

    async def do_set_value(self, value: str) -> None:
        """Set the text; given by the platform."""
        raise NotImplementedError

    @property
    def _min(self) -> int:
        return max(self.native_min, 0)

    @property
    def _max(self) -> int:
        return min(self.native_max, MAX_STATE_LENGTH)

    def _problem(self, value: str) -> str | None:
        if len(value) < self._min:
            return f"is too short (minimum length {self._min})"
        if len(value) > self._max:
            return f"is too long (maximum length {self._max})"
        if self.pattern is None:
            return None
        try:
            # A pattern is checked when the platform reads its configuration.
            fits = matches(self.pattern, value)
        except PatternTooSlow as error:
            problem = f"is refused: {error}"
            self.complain(problem, "%s", error)
            return problem
        return None if fits else f"does not match pattern {self.pattern}"


TEXT: Final = Domain("text", TextEntity, (EntityService("set_value", "set_value", SetValue),))
