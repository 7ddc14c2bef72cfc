"""The hub's own way to the embedded broker: no socket, no packets, callbacks called at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from marge.core.ports import MqttMessage
from marge.mqtt.broker import Broker
from marge.mqtt.errors import ProtocolError
from marge.mqtt.message import Message
from marge.mqtt.router import LocalSubscription
from marge.mqtt.topics import check_filter, check_topic


class LocalClient:
    """Implements `marge.core.ports.Mqtt` on the broker in this process."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._connected = False
        self._listeners: list[Callable[[bool], None]] = []

    @property
    def connected(self) -> bool:
        """Whether the broker runs."""
        return self._connected

    def replay(self, restored: Iterable[Message]) -> None:
        """Retained messages have come from the store: hand them to those who subscribed before."""
        router = self._broker.router
        for message in restored:
            receivers = router.route(message.topic).locals
            router.call_locals(message.topic, receivers, message.payload, message.qos, True)

    def set_connected(self, connected: bool) -> None:
        """The broker has started or stops: tell who wants to know."""
        if connected != self._connected:
            self._connected = connected
            for listener in list(self._listeners):
                listener(connected)

    def on_connection(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """See `Mqtt.on_connection`."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def subscribe(self, topic_filter: str, callback: MqttMessage, qos: int = 0) -> Callable[[], None]:
        """See `Mqtt.subscribe`; raises InvalidTopic. Messages carry the QoS they were published with."""
        router = self._broker.router
        subscription = LocalSubscription(check_filter(topic_filter), callback, router.remove)
        router.add(subscription)
        router.replay_local(subscription)
        return subscription.end

    def publish(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        """See `Mqtt.publish`; raises InvalidTopic, and ProtocolError when `qos` is not 0, 1 or 2."""
        if qos not in (0, 1, 2):
            raise ProtocolError(0x9B, f"QoS is 0, 1 or 2, not {qos}")
        data = payload.encode() if isinstance(payload, str) else payload
        self._broker.router.publish(Message(check_topic(topic), data, qos, retain))
