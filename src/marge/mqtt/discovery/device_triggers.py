"""The triggers that devices announced, for automations whose trigger is a device's button or the like."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec import Struct

from marge.core.errors import Refused
from marge.core.ports import Mqtt

Key = tuple[str, str, str]
"""Device id, type, subtype."""

Fired = Callable[[str, bytes, int], object]
"""Called with topic, payload and qos of the message that fired the trigger."""


class DeviceTrigger(Struct, frozen=True, kw_only=True, gc=False):
    """One trigger; `matches` says whether a payload fires it."""

    device_id: str
    type: str
    subtype: str
    topic: str
    qos: int
    matches: Callable[[bytes], bool]

    @property
    def key(self) -> Key:
        """What the trigger is known by."""
        return (self.device_id, self.type, self.subtype)


class _Listener:
    """Somebody who waits for a trigger, announced yet or not."""

    __slots__ = ("fired", "remove")

    def __init__(self, fired: Fired) -> None:
        self.fired = fired
        self.remove: Callable[[], None] | None = None


class DeviceTriggers:
    """All announced triggers, and who listens to them: a topic is followed only while somebody does."""

    def __init__(self, link: Mqtt) -> None:
        self._link = link
        self._triggers: dict[Key, DeviceTrigger] = {}
        self._listeners: dict[Key, list[_Listener]] = {}

    def __len__(self) -> int:
        return len(self._triggers)

    def of_device(self, device_id: str) -> list[DeviceTrigger]:
        """The triggers of a device, as `device_automation/trigger/list` lists them."""
        return [trigger for trigger in self._triggers.values() if trigger.device_id == device_id]

    def add(self, trigger: DeviceTrigger) -> None:
        """Take a trigger in; raises Refused when the device has one of this type and subtype already."""
        if trigger.key in self._triggers:
            raise Refused(
                f"the device has another trigger of type '{trigger.type}' and subtype '{trigger.subtype}' already"
            )
        self._triggers[trigger.key] = trigger
        for listener in self._listeners.get(trigger.key, ()):
            self._follow(trigger, listener)

    def remove(self, key: Key) -> None:
        """Let a trigger go; who listens waits for it to come back."""
        del self._triggers[key]
        for listener in self._listeners.get(key, ()):
            if listener.remove is not None:
                listener.remove()
                listener.remove = None

    def listen(self, key: Key, fired: Fired) -> Callable[[], None]:
        """Call `fired` each time the trigger fires, once it is announced; returns what ends it."""
        listener = _Listener(fired)
        self._listeners.setdefault(key, []).append(listener)
        if (trigger := self._triggers.get(key)) is not None:
            self._follow(trigger, listener)
        return partial(self._end, key, listener)

    def _end(self, key: Key, listener: _Listener) -> None:
        listeners = self._listeners.get(key, [])
        if listener in listeners:
            listeners.remove(listener)
            if not listeners:
                del self._listeners[key]
            if listener.remove is not None:
                listener.remove()

    def _follow(self, trigger: DeviceTrigger, listener: _Listener) -> None:
        def receive(topic: str, payload: bytes, qos: int, _retain: bool) -> None:
            if trigger.matches(payload):
                listener.fired(topic, payload, qos)

        listener.remove = self._link.subscribe(trigger.topic, receive, trigger.qos)
