"""State trigger: an entity's state, or one of its attributes, becomes another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from msgspec import Struct, field

from marge.automation.following import Holding
from marge.automation.ports import Detach, Fire, Pending, TriggerHost
from marge.automation.views import state_view
from marge.automation.words import Duration, EntityRefs
from marge.core.events import Event, StateChanged
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.util import jsonx
from marge.util.schema import Text

_ABSENT: Final[Any] = object()

SAME_TIME: Final = 0.001
"""Times that were stored agree within this many seconds."""

Match = Callable[[Any], bool]


class StateTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires at a change from one of `from` to one of `to`.

    Without any of from, not_from, to and not_to it fires at changes of attributes too. With `for` the new value has
    to last that long.
    """

    entity_id: EntityRefs
    from_: Any = field(default=_ABSENT, name="from")
    not_from: Any = _ABSENT
    to: Any = _ABSENT
    not_to: Any = _ABSENT
    attribute: Text | None = None
    for_: Duration | None = field(default=None, name="for")

    def __post_init__(self) -> None:
        for one, other, value in (
            ("from", "not_from", self.not_from if self.from_ is not _ABSENT else _ABSENT),
            ("to", "not_to", self.not_to if self.to is not _ABSENT else _ABSENT),
        ):
            if value is not _ABSENT:
                raise ValueError(f"'{one}' and '{other}' cannot be given both")
        if self.attribute is None:
            for name, value in (
                ("from", self.from_),
                ("not_from", self.not_from),
                ("to", self.to),
                ("not_to", self.not_to),
            ):
                _check_states(name, value)

    @property
    def any_change(self) -> bool:
        """Whether changes of attributes count too."""
        return all(value is _ABSENT for value in (self.from_, self.not_from, self.to, self.not_to))

    def value(self, state: State | None) -> Any:
        """What the trigger looks at in a state."""
        if state is None:
            return None
        return state.state if self.attribute is None else state.attributes.get(self.attribute)

    def matcher(self) -> Callable[[Any, Any], bool]:
        """A function of the old and the new value that tells whether the change counts."""
        is_from = _match(self.from_, self.not_from)
        is_to = _match(self.to, self.not_to)
        any_change = self.any_change
        attribute = self.attribute is not None

        def matches(old: Any, new: Any) -> bool:
            if old == new and (attribute or not any_change):
                return False
            return is_from(old) and is_to(new)

        return matches

    def lasts(self, old: Any, new: Any, current: Any) -> bool:
        """Whether `current` is still what the change from `old` to `new` led to."""
        if self.from_ is not _ABSENT and self.to is _ABSENT:
            return bool(current != old)
        return bool(current == new)

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        return _Attached(self, host, fire).attach()


class _Attached:
    """A state trigger at work."""

    def __init__(self, trigger: StateTrigger, host: TriggerHost, fire: Fire) -> None:
        self._trigger = trigger
        self._host = host
        self._fire = fire
        self._matches = trigger.matcher()
        self._entities = host.house.entity_ids(trigger.entity_id)
        self._holding = None if trigger.for_ is None or trigger.for_.fixed == 0 else Holding(host, trigger.for_)
        self._running: dict[str, tuple[Any, Any]] = {}

    def attach(self) -> Detach:
        remove = self._host.hub.bus.listen_entities(self._entities, self._on_change)
        holding = self._holding
        if holding is None:
            return remove
        for entity_id in self._entities:
            if (state := self._host.hub.states.get(entity_id)) is not None:
                self._resume(holding, entity_id, state)

        def detach() -> None:
            remove()
            holding.end_all()

        return detach

    def _on_change(self, event: Event) -> None:
        change: StateChanged = event.data
        trigger = self._trigger
        old, new = trigger.value(change.old_state), trigger.value(change.new_state)
        holding = self._holding
        if holding is None:
            if self._matches(old, new):
                self._start(change.entity_id, change.old_state, change.new_state, event)
            return
        entity_id = change.entity_id
        if entity_id in holding:
            since_old, since_new = self._running[entity_id]
            if change.new_state is not None and trigger.lasts(since_old, since_new, new):
                return
            holding.end(entity_id)
        elif change.new_state is not None and self._resume(holding, entity_id, change.new_state):
            return
        if self._matches(old, new):
            self._hold(holding, change, event, old, new)

    def _hold(self, holding: Holding, change: StateChanged, event: Event, old: Any, new: Any) -> None:
        entity_id, old_state, new_state = change.entity_id, change.old_state, change.new_state
        variables = {
            "platform": "state",
            "entity_id": entity_id,
            "from_state": state_view(self._host.house.templates, old_state),
            "to_state": state_view(self._host.house.templates, new_state),
        }
        seconds = holding.seconds({"trigger": variables})
        if seconds is None:
            return
        since = self._host.hub.clock.now() if new_state is None else new_state.last_changed
        self._running[entity_id] = (old, new)
        holding.start(
            entity_id,
            seconds,
            lambda: self._start(entity_id, old_state, new_state, event, seconds),
            since=since,
            memo=_memo(old_state, old, new),
        )

    def _resume(self, holding: Holding, entity_id: str, state: State) -> bool:
        """Go on with the timer of a former run, if the entity has stayed what it was then."""
        pending = holding.left(entity_id)
        if pending is None or state.state in (UNKNOWN, UNAVAILABLE):
            # An entity that is not back yet may still turn out to be what it was.
            return False
        memo = pending.memo
        if "new" not in memo or not self._stayed(memo, pending.since, state):
            holding.forget(entity_id)
            return False
        old_state = _remembered(entity_id, pending, state)
        self._running[entity_id] = (memo["old"], memo["new"])
        holding.resume(entity_id, pending, lambda: self._start(entity_id, old_state, state, None, pending.seconds))
        return True

    def _stayed(self, memo: dict[str, Any], since: float, state: State) -> bool:
        if self._trigger.attribute is None and memo["new"] == state.state:
            # A state of this run is that of an entity that came back as what it was, without its times of then.
            return abs(state.last_changed - since) < SAME_TIME or state.last_changed >= self._host.hub.created_at
        return self._trigger.lasts(memo["old"], memo["new"], self._trigger.value(state))

    def _start(
        self,
        entity_id: str,
        old_state: State | None,
        new_state: State | None,
        event: Event | None,
        seconds: float | None = None,
    ) -> None:
        engine = self._host.house.templates
        context = event.context if event is not None else None if new_state is None else new_state.context
        self._fire(
            {
                "entity_id": entity_id,
                "from_state": state_view(engine, old_state),
                "to_state": state_view(engine, new_state),
                "for": None if seconds is None else timedelta(seconds=seconds),
                "attribute": self._trigger.attribute,
                "description": f"state of {entity_id}",
            },
            context,
        )


def _memo(old_state: State | None, old: Any, new: Any) -> dict[str, Any]:
    """What a later run of the hub needs to know of the change."""
    memo: dict[str, Any] = {"old": old, "new": new}
    if old_state is not None:
        memo["from"] = {
            "state": old_state.state,
            "attributes": old_state.attributes,
            "changed": old_state.last_changed,
            "updated": old_state.last_updated,
        }
    try:
        jsonx.dumps(memo)
    except TypeError:
        return {}
    return memo


def _remembered(entity_id: str, pending: Pending, state: State) -> State | None:
    was = pending.memo.get("from")
    if not isinstance(was, dict):
        return None
    return State(
        entity_id,
        str(was.get("state")),
        was.get("attributes") or {},
        was.get("changed", pending.since),
        was.get("updated", pending.since),
        was.get("updated", pending.since),
        state.context,
    )


def _match(wanted: Any, unwanted: Any) -> Match:
    """What HA's `from` and `not_from` (or `to` and `not_to`) let through; None and "*" are anything."""
    if wanted is not _ABSENT and wanted is not None:
        return _one_of(wanted, True)
    if unwanted is not _ABSENT and unwanted is not None:
        return _one_of(unwanted, False)
    return lambda value: True


def _one_of(values: Any, wanted: bool) -> Match:
    if values == "*":
        return lambda value: wanted
    if isinstance(values, list):
        return lambda value: (value in values) is wanted
    return lambda value: (value == values) is wanted


def _check_states(name: str, value: Any) -> None:
    if value is _ABSENT or value is None:
        return
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, bool):
            word = "on" if each else "off"
            raise ValueError(f"'{name}': expected a state, got {each!r}: put it in quotes, as in '{word}'")
        if not isinstance(each, str):
            raise ValueError(f"'{name}': expected a state as text, got {each!r}: put it in quotes")
