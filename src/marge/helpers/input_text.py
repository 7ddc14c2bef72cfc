"""input_text: a text of the household's own."""

from __future__ import annotations

import logging
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.entities.domain import Domain, EntityService
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.helpers.words import Pattern, TextMode, Whole
from marge.util.schema import Text

_LOGGER = logging.getLogger("marge.helpers")


class InputTextConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; `min` and `max` are lengths. With `initial` the state of the last run does not count."""

    min: Whole = 0
    max: Whole = 100
    initial: Text | UnsetType = UNSET
    unit_of_measurement: Text | UnsetType = UNSET
    pattern: Pattern | UnsetType = UNSET
    mode: TextMode = "text"

    def __post_init__(self) -> None:
        """Refuse lengths in the wrong order and an initial text that is too short or too long."""
        if self.min > self.max:
            raise ValueError(f"Max len ({self.max}) is not greater than min len ({self.min})")
        if self.initial is not UNSET and not self.min <= len(self.initial) <= self.max:
            raise ValueError(f"Initial value {self.initial} length not in range {self.min}-{self.max}")


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    value: Text


class InputText(HelperEntity):
    """Restores its text unless it has an initial one."""

    domain = "input_text"
    config: InputTextConfig

    value: str | None = None

    def configure(self, config: HelperConfig) -> None:
        """See `HelperEntity.configure`."""
        super().configure(config)
        self.unit_of_measurement = given(self.config.unit_of_measurement)

    def added(self) -> None:
        """See `Entity.added`."""
        if self.value is not None:
            return
        value = given(self.config.initial)
        if value is None and self.last_state is not None and self._fits(self.last_state.state):
            value = self.last_state.state
        self.value = value

    @property
    def state(self) -> str | None:
        """The text."""
        return self.value

    def attributes(self) -> dict[str, Any]:
        """What may be entered."""
        config = self.config
        return {
            "editable": self.editable,
            "min": config.min,
            "max": config.max,
            "pattern": given(config.pattern),
            "mode": config.mode,
        }

    async def set_value(self, data: SetValue) -> None:
        """Set the text; one of a wrong length is logged and left alone, as in Home Assistant."""
        if not self._fits(data.value):
            _LOGGER.warning(
                "%s: a text of %d characters does not fit, its length must be %d to %d",
                self.entity_id,
                len(data.value),
                self.config.min,
                self.config.max,
            )
            return
        self.value = data.value
        self.write_state()

    def _fits(self, text: str) -> bool:
        return self.config.min <= len(text) <= self.config.max


KIND: Final = Kind(
    Domain("input_text", InputText, (EntityService("set_value", "set_value", SetValue),)),
    InputText,
    InputTextConfig,
)
