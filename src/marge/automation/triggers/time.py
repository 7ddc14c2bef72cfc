"""Time trigger: a time of day, or the time that an entity holds."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.schedule import TimePattern, repeat_at
from marge.automation.views import local_now
from marge.automation.words import TemplateText, entity_of, time_of_day
from marge.core.errors import Refused
from marge.core.events import Event, StateChanged
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.templates import is_template_string
from marge.util.dt import parse_datetime, parse_duration
from marge.util.schema import word

_DOMAINS: Final = ("input_datetime", "sensor")


class EntityTime(Struct, frozen=True):
    """The time that an entity holds, moved by `offset` seconds."""

    entity_id: str
    offset: float = 0.0


At = time | EntityTime | TemplateText


def _read_at(value: Any) -> At:
    if isinstance(value, Mapping):
        unknown = set(value) - {"entity_id", "offset"}
        entity_id = entity_of(value.get("entity_id"), _DOMAINS)
        if unknown or entity_id is None:
            raise ValueError("expected 'entity_id' of an input_datetime or sensor and, if wanted, 'offset'")
        return EntityTime(entity_id, parse_duration(value.get("offset", 0)).total_seconds())
    if isinstance(value, str):
        if is_template_string(value):
            return TemplateText(value, limited=True)
        if (entity_id := entity_of(value, _DOMAINS)) is not None:
            return EntityTime(entity_id)
    try:
        return time_of_day(value)
    except ValueError:
        raise ValueError(
            f"expected a time of day such as '07:30', an input_datetime or a timestamp sensor, got {value!r}"
        ) from None


def _read_all(value: Any) -> list[At]:
    return [_read_at(item) for item in (value if isinstance(value, list) else [value])]


if TYPE_CHECKING:
    Times = list[At]
else:
    Times = word("Times", _read_all)


class TimeTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires at each of the times `at`, every day; at the date of an entity that holds one too."""

    at: Times

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        removes: list[Detach] = []
        try:
            for at in self.at:
                if isinstance(at, TemplateText):
                    at = _rendered(at, host)
                if isinstance(at, EntityTime):
                    removes.append(_Followed(at, host, fire).attach())
                else:
                    removes.append(_daily(at, host, lambda: _fire(host, fire, "time", None)))
        except BaseException:
            for remove in removes:
                remove()
            raise

        def detach() -> None:
            for remove in removes:
                remove()

        return detach


def _rendered(at: TemplateText, host: TriggerHost) -> time | EntityTime:
    result = at.bind(host.house.templates).render(host.variables, parse_result=False)
    try:
        read = _read_at(result)
    except ValueError as error:
        raise Refused(f"'at': {error}") from None
    if isinstance(read, TemplateText):
        raise Refused(f"'at': the template gives a template: {result!r}")
    return read


def _daily(at: time, host: TriggerHost, callback: Any) -> Detach:
    pattern = TimePattern((at.hour,), (at.minute,), (at.second,))
    hub = host.hub
    return repeat_at(hub.clock, lambda after: pattern.next(after, hub.config.zone), callback)


def _fire(host: TriggerHost, fire: Fire, description: str, entity_id: str | None) -> None:
    fire({"now": local_now(host.hub), "description": description, "entity_id": entity_id})


class _Followed:
    """Follows the time that an entity holds."""

    def __init__(self, at: EntityTime, host: TriggerHost, fire: Fire) -> None:
        self._at = at
        self._host = host
        self._callback = partial(_fire, host, fire, f"time set in {at.entity_id}", at.entity_id)
        self._cancel: Detach | None = None

    def attach(self) -> Detach:
        hub = self._host.hub
        remove = hub.bus.listen_entities([self._at.entity_id], self._on_change)
        self._follow(hub.states.get(self._at.entity_id))

        def detach() -> None:
            remove()
            self._forget()

        return detach

    def _on_change(self, event: Event) -> None:
        change: StateChanged = event.data
        self._follow(change.new_state)

    def _forget(self) -> None:
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    def _follow(self, state: State | None) -> None:
        self._forget()
        due = None if state is None else entity_time(state, self._host, self._at.offset)
        if due is None:
            return
        if isinstance(due, time):
            self._cancel = _daily(due, self._host, self._callback)
        elif due >= self._host.hub.clock.now():
            self._cancel = self._host.hub.clock.call_at(due, self._callback)


def entity_time(state: State, host: TriggerHost, offset: float = 0.0) -> float | time | None:
    """The moment (Unix seconds) or the time of day that a state holds, moved by `offset` seconds; None for none."""
    try:
        return _entity_time(state, host, offset)
    except (KeyError, ValueError, TypeError, OverflowError):
        # Somebody wrote a state that is none of an input_datetime.
        return None


def _entity_time(state: State, host: TriggerHost, offset: float) -> float | time | None:
    attributes = state.attributes
    if state.domain == "input_datetime":
        at = time(attributes.get("hour", 0), attributes.get("minute", 0), attributes.get("second", 0))
        if attributes.get("has_date"):
            day = datetime(attributes["year"], attributes["month"], attributes["day"])
            if not attributes.get("has_time"):
                at = time(0)
            moment = datetime.combine(day, at, host.hub.config.zone)
            return moment.timestamp() + offset
        if not attributes.get("has_time"):
            return None
        if offset:
            at = (datetime.combine(datetime(2000, 1, 2), at) + timedelta(seconds=offset % 86_400)).time()
        return at
    if attributes.get("device_class") == "timestamp" and state.state not in (UNAVAILABLE, UNKNOWN):
        parsed = parse_datetime(state.state)
        if parsed is not None:
            if parsed.tzinfo is None:
                parsed = parsed.replace(tzinfo=host.hub.config.zone)
            return parsed.timestamp() + offset
    return None
