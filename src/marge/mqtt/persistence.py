"""Retained messages and lasting sessions in the store, so that they survive a restart and a crash.

Nothing is written for a message itself: three quarters of a second after a change, what is there is compared with what
was written, and the difference is committed at once. A message that was delivered and acknowledged in between never
reaches the disk. After a crash, that time and the one that the commit takes are lost: less than a second.

Keys of `mqtt_retained` are topics. Those of `mqtt_sessions` are `session:<client id>` for the session and
`message:<sequence>:<client id>` for each message under way to it.
"""

from __future__ import annotations

import logging
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct

from marge.core.clock import Cancel, Clock
from marge.core.errors import MargeError
from marge.core.ports import Store
from marge.mqtt.access import EVERYTHING
from marge.mqtt.broker import Broker
from marge.mqtt.errors import ProtocolError
from marge.mqtt.message import Message
from marge.mqtt.session import Outgoing, Session, Subscription
from marge.mqtt.topics import check_filter, check_topic

LOGGER = logging.getLogger("marge.mqtt.broker")
RETAINED: Final = "mqtt_retained"
SESSIONS: Final = "mqtt_sessions"
_INTERVAL: Final = 0.75
_EXPIRE_EVERY: Final = 30.0
# Topics written without letting the loop go, and the pause before the next lot.
_TOPICS_AT_ONCE: Final = 2000
_PAUSE: Final = 0.02
_T = TypeVar("_T")


class StoredMessage(Struct, omit_defaults=True):
    """A message in the store."""

    topic: str
    payload: bytes
    qos: int = 0
    properties: bytes = b""
    expires_at: float | None = None
    retain: bool = False
    # Of a message under way to a session:
    agreed_qos: int = 0
    identifiers: tuple[int, ...] = ()
    packet_id: int = 0
    released: bool = False


class StoredSubscription(Struct, omit_defaults=True):
    """A subscription in the store."""

    filter: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    identifier: int = 0
    share: str = ""


class StoredSession(Struct, omit_defaults=True):
    """A session in the store; `disconnected_at` is None when the hub died while the client was there."""

    expiry: int
    username: str | None = None
    five: bool = False
    disconnected_at: float | None = None
    subscriptions: tuple[StoredSubscription, ...] = ()
    incoming: tuple[int, ...] = ()


class _Written:
    """What the store holds of one session."""

    __slots__ = ("messages", "session")

    def __init__(self) -> None:
        self.session = b""
        self.messages: dict[int, tuple[int, bool]] = {}


class Persistence:
    """Keeps the store in step with the broker."""

    def __init__(self, broker: Broker, store: Store, clock: Clock) -> None:
        self._broker = broker
        self._store = store
        self._clock = clock
        self._written: dict[str, _Written] = {}
        self._timer: Cancel | None = None
        self._expiry_timer: Cancel | None = None
        for changes in (broker.router.retained.changed, broker.changed, broker.ended):
            changes.on_first = self._wake

    # ------------------------------------------------------------ reading

    def load(self) -> list[Message]:
        """Bring back what the store kept and begin to keep it; the retained messages that have come back.

        What cannot be read is logged and left out.
        """
        now = self._clock.now()
        router = self._broker.router
        restored: list[Message] = []
        published = {message.topic for message in router.retained}
        for topic, data in self._store.load(RETAINED).items():
            stored = _decode(data, StoredMessage, f"retained message of {topic}")
            if stored is None or (stored.expires_at is not None and stored.expires_at <= now):
                self._store.delete(RETAINED, topic)
            elif router.retained.get(topic) is None:
                # What the hub itself has published meanwhile is newer.
                message = _message(stored, retain=True)
                if router.retained.set(message):
                    restored.append(message)
        router.retained.changed.intersection_update(published)
        self._expire()
        self._load_sessions(self._store.load(SESSIONS), now)
        self._broker.changed.clear()
        return restored

    def _load_sessions(self, stored: dict[str, bytes], now: float) -> None:
        messages: dict[str, list[tuple[int, StoredMessage]]] = {}
        for key, data in stored.items():
            kind, _, rest = key.partition(":")
            if kind != "message":
                continue
            sequence, _, client_id = rest.partition(":")
            message = _decode(data, StoredMessage, f"message of client {client_id}")
            if message is not None and sequence.isdigit():
                messages.setdefault(client_id, []).append((int(sequence), message))
            else:
                self._store.delete(SESSIONS, key)
        for key, data in stored.items():
            kind, _, client_id = key.partition(":")
            if kind != "session":
                continue
            record = _decode(data, StoredSession, f"session of client {client_id}")
            mine = sorted(messages.pop(client_id, ()), key=lambda item: item[0])
            left = 0.0
            if record is not None:
                left = record.expiry if record.disconnected_at is None else record.disconnected_at + record.expiry - now
            if record is None or left <= 0:
                self._store.delete(SESSIONS, key)
                self._delete_messages(client_id, mine)
                continue
            written = self._written[client_id] = _Written()
            written.session = data
            written.messages = {sequence: (item.packet_id, item.released) for sequence, item in mine}
            self._restore(client_id, record, mine, left)
        for client_id, orphans in messages.items():
            self._delete_messages(client_id, orphans)

    def _delete_messages(self, client_id: str, items: list[tuple[int, StoredMessage]]) -> None:
        for sequence, _ in items:
            self._store.delete(SESSIONS, f"message:{sequence}:{client_id}")

    def _restore(
        self, client_id: str, record: StoredSession, items: list[tuple[int, StoredMessage]], left: float
    ) -> None:
        broker = self._broker
        session = broker.new_session(client_id, EVERYTHING)
        session.username = record.username
        session.five = record.five
        session.expiry = record.expiry
        session.disconnected_at = self._clock.now() if record.disconnected_at is None else record.disconnected_at
        session.incoming = set(record.incoming)
        session.restore(
            [
                Outgoing(
                    _message(item, retain=False),
                    item.agreed_qos,
                    item.retain,
                    item.identifiers,
                    sequence,
                    item.packet_id,
                    item.released,
                )
                for sequence, item in items
            ]
        )
        broker.subscriptions.restore(
            session,
            [
                Subscription(
                    session,
                    item.filter,
                    item.qos,
                    item.no_local,
                    item.retain_as_published,
                    item.identifier,
                    item.share,
                )
                for item in record.subscriptions
            ],
        )
        broker.restored(session, left)

    # ------------------------------------------------------------ writing

    def _tick(self) -> None:
        self._timer = None
        retained = self._broker.router.retained
        self._write_retained(_TOPICS_AT_ONCE)
        self._write_sessions()
        self._store.commit()
        if retained.changed:
            self._timer = self._clock.call_later(_PAUSE, self._tick)
        if retained.expiring and self._expiry_timer is None:
            self._expiry_timer = self._clock.call_later(_EXPIRE_EVERY, self._expire)

    def _wake(self) -> None:
        """Something has changed."""
        if self._timer is None:
            self._timer = self._clock.call_later(_INTERVAL, self._tick)

    def _expire(self) -> None:
        """Forget retained messages whose time is over, now and as long as there are such."""
        self._expiry_timer = None
        retained = self._broker.router.retained
        retained.expire(self._clock.now())
        if retained.expiring:
            self._expiry_timer = self._clock.call_later(_EXPIRE_EVERY, self._expire)

    def write(self) -> None:
        """Give the store everything that has changed."""
        self._write_retained(len(self._broker.router.retained.changed))
        self._write_sessions()

    def _write_retained(self, count: int) -> None:
        retained = self._broker.router.retained
        for _ in range(min(count, len(retained.changed))):
            topic = retained.changed.pop()
            message = retained.get(topic)
            if message is None:
                self._store.delete(RETAINED, topic)
            else:
                self._store.put(RETAINED, topic, msgspec.json.encode(_stored(message)))

    def _write_sessions(self) -> None:
        for client_id in self._broker.ended:
            written = self._written.pop(client_id, None)
            if written is not None:
                self._store.delete(SESSIONS, f"session:{client_id}")
                for sequence in written.messages:
                    self._store.delete(SESSIONS, f"message:{sequence}:{client_id}")
        self._broker.ended.clear()
        for session in self._broker.changed:
            self._write_session(session)
        self._broker.changed.clear()

    def _write_session(self, session: Session) -> None:
        client_id = session.client_id
        written = self._written.setdefault(client_id, _Written())
        record = msgspec.json.encode(
            StoredSession(
                session.expiry,
                session.username,
                session.five,
                session.disconnected_at,
                tuple(
                    StoredSubscription(
                        item.filter,
                        item.qos,
                        item.no_local,
                        item.retain_as_published,
                        item.identifier,
                        item.share,
                    )
                    for item in session.subscriptions.values()
                ),
                tuple(session.incoming),
            )
        )
        if record != written.session:
            written.session = record
            self._store.put(SESSIONS, f"session:{client_id}", record)
        now: dict[int, tuple[int, bool]] = {}
        for item in [*session.inflight.values(), *session.queue]:
            state = now[item.sequence] = (item.packet_id, item.released)
            if written.messages.get(item.sequence) != state:
                self._store.put(SESSIONS, f"message:{item.sequence}:{client_id}", _encode_outgoing(item))
        for sequence in written.messages.keys() - now.keys():
            self._store.delete(SESSIONS, f"message:{sequence}:{client_id}")
        written.messages = now

    async def stop(self) -> None:
        """Write what is left and wait until it is on disk; a disk that refuses is logged."""
        for cancel in (self._timer, self._expiry_timer):
            if cancel is not None:
                cancel()
        self._timer = self._expiry_timer = None
        self.write()
        try:
            await self._store.flush()
        except MargeError as error:
            LOGGER.error("Retained messages and sessions of MQTT could not all be saved: %s", error)


def _message(stored: StoredMessage, *, retain: bool) -> Message:
    return Message(
        stored.topic,
        stored.payload,
        stored.qos,
        retain,
        properties=stored.properties,
        expires_at=stored.expires_at,
    )


def _stored(message: Message) -> StoredMessage:
    return StoredMessage(message.topic, message.payload, message.qos, message.properties, message.expires_at)


def _encode_outgoing(item: Outgoing) -> bytes:
    stored = _stored(item.message)
    stored.agreed_qos = item.qos
    stored.retain = item.retain
    stored.identifiers = item.identifiers
    stored.packet_id = item.packet_id
    stored.released = item.released
    return msgspec.json.encode(stored)


def _decode(data: bytes, kind: type[_T], what: str) -> _T | None:
    try:
        value = msgspec.json.decode(data, type=kind)
        _check(value)
    except (msgspec.MsgspecError, ValueError, ProtocolError) as err:
        LOGGER.warning("The %s in the store cannot be read and is given up: %s", what, err)
        return None
    return value


def _check(value: Any) -> None:
    """Stored topics and filters obey the same rules as received ones."""
    if isinstance(value, StoredMessage):
        check_topic(value.topic)
    elif isinstance(value, StoredSession):
        for item in value.subscriptions:
            check_filter(item.filter)
