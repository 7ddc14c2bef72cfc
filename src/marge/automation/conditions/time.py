"""Time condition: a time of day, a day of the week."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.automation.views import local_now
from marge.automation.words import entity_of, time_of_day
from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.util.dt import parse_datetime
from marge.util.schema import word

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DOMAINS: Final = ("input_datetime", "time", "sensor")
_LAST: Final = time(23, 59, 59, 999_999)


def _read_when(value: Any) -> time | str:
    if (entity_id := entity_of(value, _DOMAINS)) is not None:
        return entity_id
    try:
        return time_of_day(value)
    except ValueError:
        raise ValueError(
            f"expected a time of day such as '07:30', an input_datetime, a time or a timestamp sensor, got {value!r}"
        ) from None


def _read_weekdays(value: Any) -> list[str]:
    days = value if isinstance(value, list) else [value]
    for day in days:
        if day not in WEEKDAYS:
            raise ValueError(f"expected a day of the week ({', '.join(WEEKDAYS)}), got {day!r}")
    return days


if TYPE_CHECKING:
    When = time | str
    Weekdays = list[str]
else:
    When = word("When", _read_when)
    Weekdays = word("Weekdays", _read_weekdays)


class TimeCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds from `after` until just before `before`, over midnight when `after` is the later one; on `weekday`."""

    before: When | None = None
    after: When | None = None
    weekday: Weekdays | None = None

    def __post_init__(self) -> None:
        if self.before is None and self.after is None and self.weekday is None:
            raise ValueError("needs 'before', 'after' or 'weekday'")

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        now = local_now(view.hub)
        after = time(0) if self.after is None else _time_of(self.after, view)
        before = _LAST if self.before is None else _time_of(self.before, view)
        if after is None or before is None:
            return False
        compared = {"after": after, "now_time": now.time(), "before": before}
        if not between(now.time(), after, before):
            view.note(**compared)
            return False
        today = WEEKDAYS[now.weekday()]
        if self.weekday is None:
            view.note(**compared)
            return True
        view.note(**compared, weekday=self.weekday, now_weekday=today)
        return today in self.weekday


def between(now: time, after: time, before: time) -> bool:
    """Whether `now` is in the span that begins with `after` and ends before `before`, which may pass midnight."""
    if after < before:
        return after <= now < before
    return not before <= now < after


def _time_of(when: time | str, view: View) -> time | None:
    """A time, or the one that an entity holds; None while it holds none. Raises ConditionFailed."""
    if isinstance(when, time):
        return when
    state = view.hub.states.get(when)
    if state is None:
        raise ConditionFailed(f"there is no entity {when} to compare with")
    if state.domain == "input_datetime":
        get = state.attributes.get
        try:
            return time(get("hour", 23), get("minute", 59), get("second", 59))
        except (ValueError, TypeError):
            return None
    if state.state in (UNAVAILABLE, UNKNOWN):
        return None
    if state.domain == "time":
        try:
            return time.fromisoformat(state.state)
        except ValueError:
            return None
    if state.attributes.get("device_class") != "timestamp":
        return None
    moment = parse_datetime(state.state)
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.time()
    return datetime.fromtimestamp(moment.timestamp(), view.hub.config.zone).time()
