"""Time pattern trigger: the clock shows certain hours, minutes and seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.schedule import TimePattern, every, repeat_at
from marge.automation.views import local_now
from marge.util.schema import word


def _field(maximum: int) -> Any:
    def read(value: Any) -> tuple[int, ...]:
        if value == "*":
            return every(0, maximum, 1)
        step = isinstance(value, str) and value.startswith("/")
        try:
            if isinstance(value, (bool, float)):
                raise ValueError
            number = int(value[1:] if step else value)
        except (ValueError, TypeError):
            raise ValueError(f"expected a number from 0 to {maximum}, '*' or '/n', got {value!r}") from None
        if not (1 if step else 0) <= number <= maximum:
            raise ValueError(f"expected a number from 0 to {maximum}, '*' or '/n', got {value!r}")
        return every(0, maximum, number) if step else (number,)

    return read


if TYPE_CHECKING:
    Hours = tuple[int, ...]
    Minutes = tuple[int, ...]
    Seconds = tuple[int, ...]
else:
    Hours = word("Hours", _field(23))
    Minutes = word("Minutes", _field(59))
    Seconds = word("Seconds", _field(59))


class TimePatternTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when all that is given matches; what is smaller than the smallest given is 0, what is larger anything."""

    hours: Hours | None = None
    minutes: Minutes | None = None
    seconds: Seconds | None = None

    def __post_init__(self) -> None:
        if self.hours is None and self.minutes is None and self.seconds is None:
            raise ValueError("needs 'hours', 'minutes' or 'seconds'")

    @property
    def pattern(self) -> TimePattern:
        """The pattern with what was left out."""
        minutes, seconds = self.minutes, self.seconds
        if minutes is None:
            minutes = every(0, 59, 1) if self.hours is None else (0,)
        if seconds is None:
            seconds = (0,)
        return TimePattern(self.hours or every(0, 23, 1), minutes, seconds)

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        hub, pattern = host.hub, self.pattern
        return repeat_at(
            hub.clock,
            lambda after: pattern.next(after, hub.config.zone),
            lambda: fire({"now": local_now(hub), "description": "time pattern"}),
        )
