"""The state machine: what every entity is right now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec.structs import force_setattr

from marge.core.context import Context
from marge.core.errors import InvalidEntityId, InvalidState
from marge.util import jsonx
from marge.util.dt import to_iso
from marge.util.schema import is_entity_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from marge.core.events import EventBus

MAX_STATE_LENGTH: Final = 255
UNKNOWN: Final = "unknown"
UNAVAILABLE: Final = "unavailable"

_NO_ATTRIBUTES: Final[dict[str, Any]] = {}


class State(msgspec.Struct, frozen=True, gc=False, eq=False):
    """One entity's state at one moment. Times are Unix seconds; `attributes` is never changed in place.

    `last_reported` alone moves on when the same state is written again, as in Home Assistant.
    """

    entity_id: str
    state: str
    attributes: dict[str, Any]
    last_changed: float
    last_updated: float
    last_reported: float
    context: Context
    cached_json: bytes | None = None
    cached_compressed: bytes | None = None

    @property
    def domain(self) -> str:
        """The part of the entity id before the dot."""
        return self.entity_id.partition(".")[0]

    @property
    def object_id(self) -> str:
        """The part of the entity id after the dot."""
        return self.entity_id.partition(".")[2]

    @property
    def name(self) -> str:
        """The friendly name, or the object id made readable."""
        name = self.attributes.get("friendly_name")
        return str(name) if name is not None else self.object_id.replace("_", " ")

    def as_dict(self) -> dict[str, Any]:
        """The state as the REST API shows it."""
        return {
            "entity_id": self.entity_id,
            "state": self.state,
            "attributes": self.attributes,
            "last_changed": to_iso(self.last_changed),
            "last_reported": to_iso(self.last_reported),
            "last_updated": to_iso(self.last_updated),
            "context": self.context.as_dict(),
        }

    @property
    def json(self) -> bytes:
        """`as_dict` as JSON, encoded once for everybody."""
        cached = self.cached_json
        if cached is None:
            cached = jsonx.dumps_safe(self.as_dict())
            force_setattr(self, "cached_json", cached)
        return cached

    def as_compressed(self) -> dict[str, Any]:
        """The short form of `subscribe_entities`: s, a, c, lc and, when it differs from lc, lu."""
        context = self.context
        short: dict[str, Any] = {
            "s": self.state,
            "a": self.attributes,
            "c": context.id if context.parent_id is None and context.user_id is None else context.as_dict(),
            "lc": self.last_changed,
        }
        if self.last_updated != self.last_changed:
            short["lu"] = self.last_updated
        return short

    @property
    def compressed_json(self) -> bytes:
        """`as_compressed` as JSON, encoded once for everybody."""
        cached = self.cached_compressed
        if cached is None:
            cached = jsonx.dumps_safe(self.as_compressed())
            force_setattr(self, "cached_compressed", cached)
        return cached


class StateMachine:
    """Holds the state of every entity and tells the bus of each change, synchronously."""

    def __init__(self, bus: EventBus, now: Callable[[], float], new_context: Callable[[], Context]) -> None:
        self._bus = bus
        self._now = now
        self._new_context = new_context
        self._states: dict[str, State] = {}
        self._domains: dict[str, dict[str, State]] = {}

    def get(self, entity_id: str) -> State | None:
        """Return the state of `entity_id` (any case), or None."""
        return self._states.get(entity_id) or self._states.get(entity_id.lower())

    def __len__(self) -> int:
        return len(self._states)

    def __contains__(self, entity_id: object) -> bool:
        return entity_id in self._states

    def all(self, domain: str | Iterable[str] | None = None) -> list[State]:
        """Return all states, or those of one or several domains."""
        if domain is None:
            return list(self._states.values())
        if isinstance(domain, str):
            return list(self._domains.get(domain, _NO_ATTRIBUTES).values())
        return [state for name in domain for state in self._domains.get(name, _NO_ATTRIBUTES).values()]

    def entity_ids(self, domain: str | None = None) -> list[str]:
        """Return the ids of all entities, or of those of one domain."""
        return list(self._states if domain is None else self._domains.get(domain, _NO_ATTRIBUTES))

    def count(self, domain: str | None = None) -> int:
        """Return how many entities there are, or there are of one domain."""
        return len(self._states if domain is None else self._domains.get(domain, _NO_ATTRIBUTES))

    def set(
        self,
        entity_id: str,
        state: str,
        attributes: Mapping[str, Any] | None = None,
        *,
        context: Context | None = None,
        force_update: bool = False,
        timestamp: float | None = None,
        since: float | None = None,
    ) -> State:
        """Write a state and return it.

        The same state and attributes again only move `last_reported`, unless `force_update`. The attributes are kept
        as handed in: the caller does not change them afterwards. `since` is the `last_changed` of a state that is new
        here but that the entity already had in an earlier run. Raises InvalidEntityId for a new entity, InvalidState.
        """
        now = self._now() if timestamp is None else timestamp
        if attributes is None:
            attributes = _NO_ATTRIBUTES
        old = self._states.get(entity_id)
        if old is not None:
            same_state = old.state == state and not force_update
            if same_state and old.attributes == attributes:
                self._reported(old, now)
                return old
            last_changed = old.last_changed if same_state else now if since is None else since
        else:
            last_changed = now if since is None else since
            if not is_entity_id(entity_id):
                lowered = entity_id.lower()
                if lowered == entity_id or not is_entity_id(lowered):
                    raise InvalidEntityId(entity_id)
                return self.set(
                    lowered,
                    state,
                    attributes,
                    context=context,
                    force_update=force_update,
                    timestamp=timestamp,
                    since=since,
                )
        if len(state) > MAX_STATE_LENGTH:
            raise InvalidState(entity_id, len(state))
        new = State(
            entity_id,
            state,
            attributes if type(attributes) is dict else dict(attributes),
            last_changed,
            now,
            now,
            context or self._new_context(),
        )
        self._put(new)
        self._bus.state_changed(entity_id, old, new, new.context, now)
        return new

    def restore(self, state: State) -> None:
        """Put a state of an earlier run back, with the times and the context of then."""
        old = self._states.get(state.entity_id)
        if old is state:
            return
        self._put(state)
        self._bus.state_changed(state.entity_id, old, state, state.context, self._now())

    def _put(self, state: State) -> None:
        entity_id = state.entity_id
        self._states[entity_id] = state
        domain = entity_id.partition(".")[0]
        if (of_domain := self._domains.get(domain)) is None:
            of_domain = self._domains[domain] = {}
        of_domain[entity_id] = state

    def remove(self, entity_id: str, context: Context | None = None) -> bool:
        """Forget an entity and tell the bus; False when it was not there."""
        entity_id = entity_id.lower()
        old = self._states.pop(entity_id, None)
        if old is None:
            return False
        domain = self._domains[old.domain]
        del domain[entity_id]
        if not domain:
            del self._domains[old.domain]
        self._bus.state_changed(entity_id, old, None, context or self._new_context(), self._now())
        return True

    def _reported(self, state: State, now: float) -> None:
        before = state.last_reported
        force_setattr(state, "last_reported", now)
        if state.cached_json is not None:
            force_setattr(state, "cached_json", None)
        self._bus.state_reported(state, before, now)
