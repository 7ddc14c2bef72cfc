"""input_number: a number of the household's own between two limits."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.entities.domain import Domain, EntityService
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.helpers.words import NumberMode, NumberStep, Real
from marge.util.numbers import number_text
from marge.util.schema import Invalid, Text


class InputNumberConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; with `initial` the state of the last run does not count."""

    min: Real
    max: Real
    initial: Real | UnsetType = UNSET
    step: NumberStep = 1.0
    unit_of_measurement: Text | UnsetType = UNSET
    mode: NumberMode = "slider"

    def __post_init__(self) -> None:
        """Refuse limits in the wrong order and an initial value outside of them."""
        if self.min >= self.max:
            raise ValueError(f"Maximum ({self.max}) is not greater than minimum ({self.min})")
        if self.initial is not UNSET and not self.min <= self.initial <= self.max:
            raise ValueError(f"Initial value {self.initial} not in range {self.min}-{self.max}")


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    value: Real


class InputNumber(HelperEntity):
    """Restores its value unless it has an initial one."""

    domain = "input_number"
    config: InputNumberConfig

    value: float | None = None

    def configure(self, config: HelperConfig) -> None:
        """See `HelperEntity.configure`."""
        super().configure(config)
        self.unit_of_measurement = given(self.config.unit_of_measurement)

    def reconfigure(self, config: HelperConfig) -> None:
        """Keep the value within the new limits."""
        self.configure(config)
        if self.value is not None:
            self.value = max(self.config.min, min(self.value, self.config.max))

    def added(self) -> None:
        """See `Entity.added`."""
        if self.value is not None:
            return
        config = self.config
        value: float | None = given(config.initial)
        if value is None and self.last_state is not None:
            with suppress(ValueError):
                value = float(self.last_state.state)
        self.value = value if value is not None and config.min <= value <= config.max else config.min

    @property
    def state(self) -> str | None:
        """The number."""
        return None if self.value is None else number_text(self.value)

    def attributes(self) -> dict[str, Any]:
        """Limits, step, and how to show it."""
        config = self.config
        return {
            "initial": given(config.initial),
            "editable": self.editable,
            "min": config.min,
            "max": config.max,
            "step": config.step,
            "mode": config.mode,
        }

    async def set_value(self, data: SetValue) -> None:
        """Set the number; raises Invalid outside of the limits."""
        config = self.config
        if not config.min <= data.value <= config.max:
            raise Invalid(f"Invalid value for {self.entity_id}: {data.value} (range {config.min} - {config.max})")
        self._set(data.value)

    async def increment(self) -> None:
        """One step up, at most to the limit."""
        self._set(min((self.value or 0.0) + self.config.step, self.config.max))

    async def decrement(self) -> None:
        """One step down, at most to the limit."""
        self._set(max((self.value or 0.0) - self.config.step, self.config.min))

    def _set(self, value: float) -> None:
        self.value = value
        self.write_state()


KIND: Final = Kind(
    Domain(
        "input_number",
        InputNumber,
        (
            EntityService("set_value", "set_value", SetValue),
            EntityService("increment", "increment"),
            EntityService("decrement", "decrement"),
        ),
    ),
    InputNumber,
    InputNumberConfig,
)
