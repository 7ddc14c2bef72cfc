"""Wills of clients that the broker left when it stopped, published after the next start if they turn out to be true.

A broker that stops closes connections whose clients are well, and most come back when it does. MQTT 5 (section 3.1.2.5)
lets it defer their wills until then. A will that is retained is kept; when a minute after the start its client is not
back, and nobody has said anything else on its topic, it is published: a device that went away meanwhile would be online
for ever otherwise. The will of a client that was away already, waiting for its delay, is treated alike.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Final

import msgspec
from msgspec import Struct

from marge.core.clock import Cancel, Clock
from marge.core.ports import Store
from marge.mqtt.broker import Broker
from marge.mqtt.errors import InvalidTopic
from marge.mqtt.local import LocalClient
from marge.mqtt.message import Message, forwarded
from marge.mqtt.topics import check_topic

LOGGER = logging.getLogger("marge.mqtt.broker")
WILLS: Final = "mqtt_wills"
GRACE: Final = 60.0
"""Seconds that clients have to come back; many try once a minute at most."""


class LeftWill(Struct, omit_defaults=True):
    """A retained will in the store, by its topic; `lasts` is in seconds."""

    client_id: str
    payload: bytes
    qos: int = 0
    properties: bytes = b""
    lasts: int | None = None


class Wills:
    """Keeps them from a stop to the next start."""

    def __init__(self, broker: Broker, client: LocalClient, store: Store, clock: Clock) -> None:
        self._broker = broker
        self._client = client
        self._store = store
        self._clock = clock
        self._left: dict[str, LeftWill] = {}
        self._ends: list[Callable[[], None]] = []
        self._timer: Cancel | None = None

    def load(self) -> None:
        """Take up what the last run left, and listen whether it is still true."""
        for topic, data in self._store.load(WILLS).items():
            try:
                will = msgspec.json.decode(data, type=LeftWill)
                check_topic(topic)
            except (msgspec.MsgspecError, InvalidTopic) as err:
                LOGGER.warning("The will for %s in the store cannot be read and is given up: %s", topic, err)
                self._store.delete(WILLS, topic)
                continue
            self._left[topic] = will
            self._ends.append(self._client.subscribe(topic, self._said))
        if self._left:
            self._timer = self._clock.call_later(GRACE, self._publish)

    def _said(self, topic: str, payload: bytes, qos: int, retain: bool) -> None:
        # What was retained before is what the will is to correct.
        if not retain:
            self._forget(topic)

    def _forget(self, topic: str) -> None:
        if self._left.pop(topic, None) is not None:
            self._store.delete(WILLS, topic)

    def _publish(self) -> None:
        self._timer = None
        self._end()
        for topic, will in list(self._left.items()):
            self._forget(topic)
            if will.client_id in self._broker.connections or self._broker.access.is_reserved(topic):
                continue
            LOGGER.info("client %s has not come back: its will is published", will.client_id)
            expires_at = None if will.lasts is None else self._clock.now() + will.lasts
            self._broker.router.publish(
                Message(
                    topic,
                    will.payload,
                    will.qos,
                    True,
                    properties=will.properties,
                    expires_at=expires_at,
                    publisher=will.client_id,
                )
            )

    def _end(self) -> None:
        for end in self._ends:
            end()
        self._ends.clear()

    def leave(self) -> None:
        """Keep the wills of now; call it before the broker disconnects everybody. Those not decided on stay kept."""
        if self._timer is not None:
            self._timer()
            self._timer = None
        self._end()
        for session in self._broker.sessions.values():
            will = session.will
            if will is not None and will.retain:
                lasts = will.properties.message_expiry_interval
                left = LeftWill(session.client_id, will.payload, will.qos, forwarded(will.properties), lasts)
                self._store.put(WILLS, will.topic, msgspec.json.encode(left))
