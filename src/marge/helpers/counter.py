"""counter: a whole number that is counted up and down."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Final

import msgspec

from marge.core.errors import ServiceValidationError
from marge.entities.domain import Domain, EntityService
from marge.helpers.kind import HelperConfig, HelperEntity, Kind
from marge.helpers.words import NaturalNumber, Whole
from marge.util.schema import Flag


class CounterConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; with `restore` the number of the last run counts more than `initial`."""

    initial: NaturalNumber = 0
    step: NaturalNumber = 1
    minimum: Whole | None = None
    maximum: Whole | None = None
    restore: Flag = True

    def within(self, value: int) -> int:
        """The number moved into its limits."""
        if self.minimum is not None:
            value = max(self.minimum, value)
        return value if self.maximum is None else min(self.maximum, value)


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    value: NaturalNumber


class Counter(HelperEntity):
    """Restores its number if it is told to."""

    domain = "counter"
    config: CounterConfig

    value: int | None = None

    def reconfigure(self, config: HelperConfig) -> None:
        """Keep the number within the new limits."""
        self.configure(config)
        if self.value is not None:
            self.value = self.config.within(self.value)

    def added(self) -> None:
        """See `Entity.added`."""
        if self.value is not None:
            return
        self.value = self.config.initial
        if self.config.restore and self.last_state is not None:
            with suppress(ValueError):
                self.value = self.config.within(int(self.last_state.state))

    @property
    def state(self) -> str | None:
        """The number."""
        return None if self.value is None else str(self.value)

    def attributes(self) -> dict[str, Any]:
        """Where it starts, how it steps, and its limits if it has any."""
        config = self.config
        attributes = {"editable": self.editable, "initial": config.initial, "step": config.step}
        if config.minimum is not None:
            attributes["minimum"] = config.minimum
        if config.maximum is not None:
            attributes["maximum"] = config.maximum
        return attributes

    async def increment(self) -> None:
        """One step up."""
        self._set((self.value or 0) + self.config.step)

    async def decrement(self) -> None:
        """One step down."""
        self._set((self.value or 0) - self.config.step)

    async def reset(self) -> None:
        """Back to the beginning."""
        self._set(self.config.initial)

    async def set_value(self, data: SetValue) -> None:
        """Set the number; raises ServiceValidationError outside of the limits and between the steps."""
        config, value = self.config, data.value
        if config.maximum is not None and value > config.maximum:
            raise ServiceValidationError(
                f"Value {value} for {self.entity_id} exceeding the maximum value of {config.maximum}"
            )
        if config.minimum is not None and value < config.minimum:
            raise ServiceValidationError(
                f"Value {value} for {self.entity_id} exceeding the minimum value of {config.minimum}"
            )
        if config.step and value % config.step:
            raise ServiceValidationError(
                f"Value {value} for {self.entity_id} is not a multiple of the step size {config.step}"
            )
        self._set(value)

    def _set(self, value: int) -> None:
        self.value = self.config.within(value)
        self.write_state()


KIND: Final = Kind(
    Domain(
        "counter",
        Counter,
        (
            EntityService("increment", "increment"),
            EntityService("decrement", "decrement"),
            EntityService("reset", "reset"),
            EntityService("set_value", "set_value", SetValue),
        ),
    ),
    Counter,
    CounterConfig,
)
