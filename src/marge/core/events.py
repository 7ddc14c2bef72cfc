"""The event bus: synchronous, in order, with an index by entity for state changes."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import msgspec
from msgspec.structs import force_setattr

from marge.core.context import Context
from marge.util import jsonx
from marge.util.dt import to_iso

if TYPE_CHECKING:
    from marge.core.state import State

_LOGGER = logging.getLogger("marge.core.events")

STATE_CHANGED: Final = "state_changed"
STATE_REPORTED: Final = "state_reported"
CALL_SERVICE: Final = "call_service"
SERVICE_REGISTERED: Final = "service_registered"
SERVICE_REMOVED: Final = "service_removed"
COMPONENT_LOADED: Final = "component_loaded"
CORE_CONFIG_UPDATED: Final = "core_config_updated"
HOMEASSISTANT_START: Final = "homeassistant_start"
HOMEASSISTANT_STARTED: Final = "homeassistant_started"
HOMEASSISTANT_STOP: Final = "homeassistant_stop"
HOMEASSISTANT_FINAL_WRITE: Final = "homeassistant_final_write"

MAX_EVENT_TYPE_LENGTH: Final = 64
MAX_COUNTED_TYPES: Final = 200


class StateChanged(msgspec.Struct, frozen=True, gc=False):
    """What a `state_changed` event carries; `old_state` is None for a new entity, `new_state` for a removed one."""

    entity_id: str
    old_state: State | None
    new_state: State | None

    def as_dict(self) -> dict[str, Any]:
        """The data as it is on the wire."""
        old, new = self.old_state, self.new_state
        return {
            "entity_id": self.entity_id,
            "old_state": None if old is None else old.as_dict(),
            "new_state": None if new is None else new.as_dict(),
        }

    def __getitem__(self, key: str) -> Any:
        """`data["new_state"]`, as templates and handlers that know only mappings write it."""
        if key in self.__struct_fields__:
            return getattr(self, key)
        raise KeyError(key)

    def get(self, key: str, default: Any = None) -> Any:
        """As a mapping's `get`."""
        return getattr(self, key) if key in self.__struct_fields__ else default


class Event(msgspec.Struct, frozen=True, gc=False, eq=False):
    """One thing that happened. `data` is a `StateChanged` for state changes and a mapping for all else."""

    event_type: str
    data: Any
    origin: str
    time_fired: float
    context: Context
    cached_json: bytes | None = None

    def as_dict(self) -> dict[str, Any]:
        """The event as it is on the wire."""
        data = self.data
        return {
            "event_type": self.event_type,
            "data": data.as_dict() if isinstance(data, StateChanged) else data,
            "origin": self.origin,
            "time_fired": to_iso(self.time_fired),
            "context": self.context.as_dict(),
        }

    @property
    def json(self) -> bytes:
        """`as_dict` as JSON, encoded once for everybody; a state change reuses the JSON of its states."""
        cached = self.cached_json
        if cached is None:
            data = self.data
            if isinstance(data, StateChanged):
                old, new = data.old_state, data.new_state
                data = {
                    "entity_id": data.entity_id,
                    "old_state": None if old is None else jsonx.Raw(old.json),
                    "new_state": None if new is None else jsonx.Raw(new.json),
                }
            cached = jsonx.dumps_safe(
                {
                    "event_type": self.event_type,
                    "data": data,
                    "origin": self.origin,
                    "time_fired": to_iso(self.time_fired),
                    "context": self.context.as_dict(),
                }
            )
            force_setattr(self, "cached_json", cached)
        return cached


Listener = Callable[[Event], None]
ReportListener = Callable[["State", float], None]
"""Called with a state that was written again unchanged, and the Unix time at which it was written before that."""
Remove = Callable[[], None]
"""Ends a subscription; does nothing the second time."""
L = TypeVar("L", bound=Callable[..., None])

_NONE: Final[tuple[Listener, ...]] = ()


class EventBus:
    """Hands each event to its listeners at once: those of the entity, those of the type, those of everything.

    A listener that raises is logged by name and never stops the others. Listener tuples are replaced, never changed,
    so that a listener may subscribe and unsubscribe while an event is handed out.
    """

    def __init__(self, now: Callable[[], float], new_context: Callable[[], Context]) -> None:
        self._now = now
        self._new_context = new_context
        self._types: dict[str, tuple[Listener, ...]] = {}
        self._entities: dict[str, tuple[Listener, ...]] = {}
        self._all: tuple[Listener, ...] = _NONE
        self._reports: dict[str, tuple[ReportListener, ...]] = {}
        self.fired = 0
        self.counts: dict[str, int] = {}
        """How often each type was fired; types that come after the 200th are counted as `other`."""
        self.last_fired = 0.0

    def fire(
        self,
        event_type: str,
        data: Any = None,
        *,
        context: Context | None = None,
        origin: str = "LOCAL",
    ) -> Event:
        """Hand an event to everybody who listens and return it. Raises ValueError for a type over 64 characters."""
        if len(event_type) > MAX_EVENT_TYPE_LENGTH:
            raise ValueError(f"the event type has {len(event_type)} characters; at most 64 are allowed")
        now = self._now()
        event = Event(event_type, {} if data is None else data, origin, now, context or self._new_context())
        self._hand_out(event, now)
        return event

    def state_changed(self, entity_id: str, old: State | None, new: State | None, context: Context, now: float) -> None:
        """Tell of a change of state; called by the state machine alone."""
        event = Event(STATE_CHANGED, StateChanged(entity_id, old, new), "LOCAL", now, context)
        for listener in self._entities.get(entity_id, _NONE):
            try:
                listener(event)
            except Exception:
                self._failed(listener, event)
        self._hand_out(event, now)

    def state_reported(self, state: State, before: float, now: float) -> None:
        """Tell of an unchanged state written again, if anybody listens for that; it was written `before` too."""
        for follower in self._reports.get(state.entity_id, ()):
            try:
                follower(state, before)
            except Exception:
                name = getattr(follower, "__qualname__", repr(follower))
                _LOGGER.exception("Listener %s failed on a report of %s", name, state.entity_id)
        if listeners := self._types.get(STATE_REPORTED):
            data = {
                "entity_id": state.entity_id,
                "new_state": state,
                "last_reported": now,
                "old_last_reported": before,
            }
            event = Event(STATE_REPORTED, data, "LOCAL", now, state.context)
            for listener in listeners:
                try:
                    listener(event)
                except Exception:
                    self._failed(listener, event)

    def _hand_out(self, event: Event, now: float) -> None:
        self.fired += 1
        self.last_fired = now
        try:
            self.counts[event.event_type] += 1
        except KeyError:
            self._count_new(event.event_type)
        for listener in self._types.get(event.event_type, _NONE):
            try:
                listener(event)
            except Exception:
                self._failed(listener, event)
        for listener in self._all:
            try:
                listener(event)
            except Exception:
                self._failed(listener, event)

    def _count_new(self, event_type: str) -> None:
        counts = self.counts
        name = event_type if len(counts) < MAX_COUNTED_TYPES else "other"
        counts[name] = counts.get(name, 0) + 1

    def _failed(self, listener: Listener, event: Event) -> None:
        name = getattr(listener, "__qualname__", repr(listener))
        _LOGGER.exception("Listener %s failed on event %s", name, event.event_type)

    def listen(self, event_type: str, listener: Listener) -> Remove:
        """Call `listener` for every event of a type, after the listeners of the entity."""
        return _subscribe(self._types, event_type, listener)

    def listen_once(self, event_type: str, listener: Listener) -> Remove:
        """Call `listener` for the next event of a type only."""

        def once(event: Event) -> None:
            remove()
            listener(event)

        once.__qualname__ = getattr(listener, "__qualname__", repr(listener))
        remove = self.listen(event_type, once)
        return remove

    def listen_all(self, listener: Listener) -> Remove:
        """Call `listener` for every event but `state_reported`."""
        self._all = (*self._all, listener)
        done = False

        def remove() -> None:
            nonlocal done
            if not done:
                done = True
                self._all = _without(self._all, listener)

        return remove

    def listen_entities(self, entity_ids: Iterable[str], listener: Listener) -> Remove:
        """Call `listener` for the state changes of these entities only; others cost nothing."""
        removes = [_subscribe(self._entities, entity_id, listener) for entity_id in set(entity_ids)]

        def remove() -> None:
            for each in removes:
                each()

        return remove

    def listen_reports(self, entity_id: str, listener: ReportListener) -> Remove:
        """Call `listener` when a state of this entity is written again unchanged; others cost nothing."""
        return _subscribe(self._reports, entity_id, listener)

    def listener_counts(self) -> dict[str, int]:
        """How many listeners each event type has; `*` for all events."""
        counts = {event_type: len(listeners) for event_type, listeners in self._types.items()}
        if self._entities:
            counts[STATE_CHANGED] = counts.get(STATE_CHANGED, 0) + sum(map(len, self._entities.values()))
        if self._all:
            counts["*"] = len(self._all)
        return counts


def _subscribe(table: dict[str, tuple[L, ...]], key: str, listener: L) -> Remove:
    table[key] = (*table.get(key, ()), listener)
    done = False

    def remove() -> None:
        nonlocal done
        if done:
            return
        done = True
        if left := _without(table.get(key, ()), listener):
            table[key] = left
        else:
            table.pop(key, None)

    return remove


def _without(listeners: tuple[L, ...], listener: L) -> tuple[L, ...]:
    """The tuple without the first occurrence: the same function may listen twice."""
    for index, each in enumerate(listeners):
        if each == listener:
            return listeners[:index] + listeners[index + 1 :]
    return listeners
