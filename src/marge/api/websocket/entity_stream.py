"""`subscribe_entities`: all states first, then only what changed of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from marge.core.events import STATE_CHANGED, Event, StateChanged
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.api.websocket.command import Message
    from marge.core.state import State


def difference(old: State, new: State) -> dict[str, Any]:
    """What changed from `old` to `new` in the short form: `+` for new and changed, `-` for removed attributes."""
    plus: dict[str, Any] = {}
    if old.state != new.state:
        plus["s"] = new.state
    if old.last_changed != new.last_changed:
        plus["lc"] = new.last_changed
    elif old.last_updated != new.last_updated:
        plus["lu"] = new.last_updated
    was, now = old.context, new.context
    context: dict[str, Any] = {}
    if was.parent_id != now.parent_id:
        context["parent_id"] = now.parent_id
    if was.user_id != now.user_id:
        context["user_id"] = now.user_id
    if was.id != now.id:
        if context:
            context["id"] = now.id
            plus["c"] = context
        else:
            plus["c"] = now.id
    elif context:
        plus["c"] = context
    change: dict[str, Any] = {}
    before, after = old.attributes, new.attributes
    if before != after:
        changed = {key: value for key, value in after.items() if key not in before or before[key] != value}
        if changed:
            plus["a"] = changed
        removed = [key for key in before if key not in after]
        if removed:
            change["-"] = {"a": removed}
    if plus:
        change["+"] = plus
    return change


def encode_change(entity_id: str, old: State | None, new: State | None) -> bytes:
    """The event for one change, as JSON."""
    if new is None:
        return b'{"r":[%b]}' % jsonx.dumps(entity_id)
    if old is None:
        return b'{"a":{%b:%b}}' % (jsonx.dumps(entity_id), new.compressed_json)
    return jsonx.dumps_safe({"c": {entity_id: difference(old, new)}})


class ChangeEncoder:
    """Encodes each state change once for all subscribers: they are told of it one right after the other."""

    def __init__(self) -> None:
        self._event: Event | None = None
        self._encoded = b""

    def __call__(self, event: Event) -> bytes:
        """The change that `event` tells of, as JSON."""
        if event is not self._event:
            data: StateChanged = event.data
            self._encoded = encode_change(data.entity_id, data.old_state, data.new_state)
            self._event = event
        return self._encoded


class EntityStream:
    """One subscription. While the client lags, changes of an entity are merged into one."""

    def __init__(self, message: Message, wanted: Callable[[str], bool] | None) -> None:
        self._message = message
        self._wanted = wanted
        self._outbox = message.session.outbox
        self._prefix = b'{"id":%d,"type":"event","event":' % message.id
        self._encode = message.api.change_encoder
        self._states = message.api.hub.states
        # Entities that changed while the client lagged, with the state it was last sent.
        self._behind: dict[str, State | None] = {}

    def start(self) -> None:
        """Send the result and all states, and follow the changes from then on."""
        message = self._message
        wanted = self._wanted
        message.result()
        states = self._states.all()
        body = b",".join(
            [
                b"%b:%b" % (jsonx.dumps(state.entity_id), state.compressed_json)
                for state in states
                if wanted is None or wanted(state.entity_id)
            ]
        )
        message.event_json(b'{"a":{%b}}' % body)
        message.subscribe(message.api.hub.bus.listen(STATE_CHANGED, self._changed))

    def _changed(self, event: Event) -> None:
        data: StateChanged = event.data
        if self._wanted is not None and not self._wanted(data.entity_id):
            return
        if self._behind or self._outbox.lagging:
            if not self._behind:
                self._outbox.when_drained(self._catch_up)
            self._behind.setdefault(data.entity_id, data.old_state)
            return
        self._outbox.put(self._prefix + self._encode(event) + b"}")

    def _catch_up(self) -> None:
        behind, self._behind = self._behind, {}
        for entity_id, old in behind.items():
            new = self._states.get(entity_id)
            if old is not new:
                self._outbox.put(self._prefix + encode_change(entity_id, old, new) + b"}")
