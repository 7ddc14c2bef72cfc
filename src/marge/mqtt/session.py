"""One client's session: subscriptions, and messages under way to it and from it. No I/O.

It outlives connections. While one is there, `outbox` is set. QoS 1 and 2 messages wait in `queue`, then are
`inflight` until acknowledged; QoS 0 waits only for a slow connection, and of that the oldest is given up first.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator

from msgspec import Struct

from marge.core.clock import Clock
from marge.mqtt import properties as p
from marge.mqtt.access import Grant
from marge.mqtt.changes import Changes
from marge.mqtt.drops import Drops
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message
from marge.mqtt.outbox import Defer, Outbox
from marge.mqtt.packets import Will, ack

_REPLAY_AT_ONCE = 200


class Counters:
    """What the broker has done since it started."""

    def __init__(self) -> None:
        self.messages_received = 0
        self.messages_sent = 0
        self.messages_dropped = 0


class Subscription(Struct, eq=False):
    """One filter of one session. `filter` is what is matched; `share` is '' for an ordinary one."""

    session: Session
    filter: str
    qos: int = 0
    no_local: bool = False
    retain_as_published: bool = False
    identifier: int = 0
    share: str = ""
    turn: int = 0
    """When a shared subscription was last served, as a count of turns."""

    @property
    def key(self) -> Hashable:
        return (self.session.client_id, self.share)

    @property
    def name(self) -> str:
        """The filter as the client wrote it."""
        return f"$share/{self.share}/{self.filter}" if self.share else self.filter


class Outgoing(Struct, eq=False):
    """One QoS 1 or 2 message for one client. `sequence` orders it, `released` means PUBREC has come."""

    message: Message
    qos: int
    retain: bool
    identifiers: tuple[int, ...]
    sequence: int
    packet_id: int = 0
    released: bool = False


class Session:
    """The state MQTT calls a session (MQTT 5 section 4.1), for 3.1.1 and 5 alike."""

    def __init__(
        self,
        client_id: str,
        limits: Limits,
        clock: Clock,
        counters: Counters,
        changed: Changes[Session],
        grant: Grant,
        defer: Defer,
    ) -> None:
        self.client_id = client_id
        self.grant = grant
        self.username: str | None = None
        """Whose session it is."""
        self.five = False
        self.expiry = 0
        """Seconds that the session is kept after the connection; 0 ends with it."""
        self.disconnected_at: float | None = None
        """Unix seconds; None while connected."""
        self.will: Will | None = None
        self.subscriptions: dict[str, Subscription] = {}
        self.inflight: dict[int, Outgoing] = {}
        self.queue: deque[Outgoing] = deque()
        self.incoming: set[int] = set()
        """Packet ids of QoS 2 messages that were received but not yet released."""
        self.outbox: Outbox | None = None
        self.fast: list[bytes] | None = None
        """The outbox's parts while a plain QoS 0 packet may be appended without a further look."""
        self.window = limits.inflight
        self.sequence = 0
        self._waiting: deque[tuple[Message, bool, tuple[int, ...]]] = deque()
        self._waiting_bytes = 0
        self._queue_bytes = 0
        self._resend: deque[Outgoing] = deque()
        self._replays: dict[str, Iterator[Message]] = {}
        self._replay_scheduled = False
        self._defer = defer
        self._next_id = 0
        self._limits = limits
        self._clock = clock
        self._counters = counters
        self._changed = changed
        self.drops = Drops(client_id, clock)

    # ------------------------------------------------------------ connection

    def attach(self, outbox: Outbox, window: int) -> None:
        """A connection is there; call `resume` when its CONNACK is on the way."""
        self.outbox = outbox
        self.five = outbox.five
        self.window = window
        self.disconnected_at = None
        self.touch()

    def set_grant(self, grant: Grant) -> None:
        """What the client may do has changed: give up what waits for it and it may no longer receive."""
        self.grant = grant
        if grant.everything:
            return
        kept = [item for item in self.queue if grant.may_receive(item.message.topic)]
        self.queue = deque(kept)
        self._queue_bytes = sum(item.message.size for item in kept)
        for packet_id, item in list(self.inflight.items()):
            if not item.released and not grant.may_receive(item.message.topic):
                del self.inflight[packet_id]

    def resume(self) -> None:
        """Send again what the last connection left unacknowledged (MQTT 5 section 4.4), then what waits."""
        self._resend = deque(item for item in self.inflight.values() if not item.released)
        if self.outbox is not None:
            for item in self.inflight.values():
                if item.released:
                    self.outbox.send(ack(p.PUBREL, item.packet_id, self.five))
        self.pump()

    def detach(self, now: float) -> None:
        """The connection is gone at `now` (Unix seconds)."""
        self.outbox = self.fast = None
        self.disconnected_at = now
        self._waiting.clear()
        self._waiting_bytes = 0
        self._replays.clear()
        self._resend.clear()
        self.touch()

    def touch(self) -> None:
        """Something that survives a restart has changed."""
        if self.expiry:
            self._changed.add(self)

    def set_writable(self, writable: bool) -> None:
        """The outbox became writable, or stopped being it."""
        if writable:
            self.pump()
        else:
            self.fast = None

    # ------------------------------------------------------------ to the client

    def deliver(self, message: Message, qos: int, retain: bool, identifiers: tuple[int, ...] = ()) -> None:
        """Send or queue one message; `qos` is the one agreed, `retain` the flag to send."""
        outbox = self.outbox
        if not qos:
            if outbox is None:
                return
            if outbox.writable and not self._waiting:
                self._send_plain(outbox, message, retain, identifiers)
            else:
                self._wait(message, retain, identifiers)
            return
        self.sequence += 1
        item = Outgoing(message, qos, retain, identifiers, self.sequence)
        if outbox is not None and outbox.writable and not self.queue and self._room():
            self._send_new(outbox, item)
        else:
            self._enqueue(item)

    def replay(self, name: str, messages: Iterator[Message]) -> None:
        """Send the retained messages of a new subscription as fast as the client takes them."""
        self._replays.pop(name, None)
        self._replays[name] = messages
        self._schedule_replay()

    def stop_replay(self, name: str) -> None:
        """The subscription is gone: nothing further of its retained messages."""
        self._replays.pop(name, None)

    def pump(self) -> None:
        """Send what waits while the connection and the inflight window allow it."""
        outbox = self.outbox
        while outbox is not None and outbox.writable:
            if self._waiting:
                message, retain, identifiers = self._waiting.popleft()
                self._waiting_bytes -= message.size
                self._send_plain(outbox, message, retain, identifiers)
            elif not self._room():
                break
            elif self._resend:
                item = self._resend.popleft()
                if self.inflight.get(item.packet_id) is item:
                    self._send_item(outbox, item, dup=True)
            elif self.queue:
                item = self.queue.popleft()
                self._queue_bytes -= item.message.size
                self._send_new(outbox, item)
            else:
                break
        if self._replays:
            self._schedule_replay()
        plain = outbox is not None and outbox.writable and not self._waiting
        # Aliases and a maximum packet size need a look at each packet.
        if outbox is not None and plain and not outbox.alias_maximum and outbox.maximum_packet > 0xFFFFFFF:
            self.fast = outbox.parts
        else:
            self.fast = None

    def _room(self) -> bool:
        return len(self.inflight) - len(self._resend) < self.window

    def _schedule_replay(self) -> None:
        if not self._replay_scheduled:
            self._replay_scheduled = True
            self._defer(self._replay_some)

    def _replay_some(self) -> None:
        """Part of one subscription's retained messages; others get their turn on the loop in between."""
        self._replay_scheduled = False
        if not self._replays or not self._can_replay():
            return
        name, messages = next(iter(self._replays.items()))
        subscription = self.subscriptions.get(name)
        for _ in range(_REPLAY_AT_ONCE):
            message = next(messages, None)
            if message is None or subscription is None:
                self._replays.pop(name, None)
                break
            identifiers = (subscription.identifier,) if subscription.identifier else ()
            self.deliver(message, min(message.qos, subscription.qos), True, identifiers)
            if not self._can_replay():
                # The socket or the client's acknowledgements will call `pump`.
                return
        if self._replays:
            self._schedule_replay()

    def _can_replay(self) -> bool:
        outbox = self.outbox
        waiting = self._waiting or self.queue or self._resend
        return outbox is not None and outbox.writable and not waiting and self._room()

    def _send_plain(self, outbox: Outbox, message: Message, retain: bool, identifiers: tuple[int, ...]) -> None:
        now = self._clock.now() if message.expires_at is not None else 0.0
        if message.expired(now):
            return
        if outbox.alias_maximum or (identifiers and outbox.five):
            data = self._special(outbox, message, 0, retain, identifiers, now)
        else:
            data = message.plain(outbox.five, retain, now)
        if len(data) > outbox.maximum_packet:
            self._dropped("larger than the client's maximum packet size")
            return
        outbox.send(data)
        self._counters.messages_sent += 1

    def _send_new(self, outbox: Outbox, item: Outgoing) -> None:
        if item.message.expires_at is not None and item.message.expired(self._clock.now()):
            self.touch()
            return
        item.packet_id = self._new_id()
        self.inflight[item.packet_id] = item
        self._send_item(outbox, item, dup=False)
        self.touch()

    def _send_item(self, outbox: Outbox, item: Outgoing, *, dup: bool) -> None:
        message = item.message
        now = self._clock.now() if message.expires_at is not None else 0.0
        data = self._special(
            outbox, message, item.qos, item.retain, item.identifiers, now, packet_id=item.packet_id, dup=dup
        )
        if len(data) > outbox.maximum_packet:
            # MQTT-3.1.2-25: as if it had been sent and acknowledged.
            del self.inflight[item.packet_id]
            self._dropped("larger than the client's maximum packet size")
            return
        outbox.send(data)
        self._counters.messages_sent += 1

    def _special(
        self,
        outbox: Outbox,
        message: Message,
        qos: int,
        retain: bool,
        identifiers: tuple[int, ...],
        now: float,
        *,
        packet_id: int = 0,
        dup: bool = False,
    ) -> bytes:
        """A packet with something of this client's own in it; sets up a topic alias where there is room."""
        alias = outbox.aliases.get(message.topic, 0)
        new = not alias and len(outbox.aliases) < outbox.alias_maximum
        data = message.packet(
            outbox.five,
            qos,
            retain,
            now,
            packet_id=packet_id,
            dup=dup,
            identifiers=identifiers,
            alias=len(outbox.aliases) + 1 if new else alias,
            name_topic=not alias,
        )
        if new and len(data) <= outbox.maximum_packet:
            outbox.aliases[message.topic] = len(outbox.aliases) + 1
        return data

    def _new_id(self) -> int:
        while True:
            self._next_id = self._next_id % 0xFFFF + 1
            if self._next_id not in self.inflight:
                return self._next_id

    # ------------------------------------------------------------ waiting, within bounds

    def _wait(self, message: Message, retain: bool, identifiers: tuple[int, ...]) -> None:
        """Keep a QoS 0 message for a slow connection; the newest are worth more than the oldest."""
        self._waiting.append((message, retain, identifiers))
        self._waiting_bytes += message.size
        while len(self._waiting) > self._limits.queue_messages or self._waiting_bytes > self._limits.queue_bytes:
            self._waiting_bytes -= self._waiting.popleft()[0].size
            self._dropped("the client is too slow")

    def _enqueue(self, item: Outgoing) -> None:
        size = item.message.size
        if len(self.queue) >= self._limits.queue_messages or self._queue_bytes + size > self._limits.queue_bytes:
            self._dropped("its queue is full" if self.outbox else "it is away and its queue is full")
            return
        self.queue.append(item)
        self._queue_bytes += size
        self.touch()

    def _dropped(self, why: str) -> None:
        self._counters.messages_dropped += 1
        self.drops.add(why)

    # ------------------------------------------------------------ acknowledgements of the client

    def acknowledged(self, packet_id: int) -> bool:
        """PUBACK; False when nothing waits for it."""
        item = self.inflight.get(packet_id)
        if item is None or item.qos != 1:
            return False
        self._finish(packet_id)
        return True

    def received(self, packet_id: int, *, refused: bool) -> bool:
        """PUBREC; False when nothing waits for it. `refused` ends the exchange."""
        item = self.inflight.get(packet_id)
        if item is None or item.qos != 2:
            return False
        if refused:
            self._finish(packet_id)
        else:
            item.released = True
            self.touch()
        return True

    def completed(self, packet_id: int) -> bool:
        """PUBCOMP; False when nothing waits for it."""
        item = self.inflight.get(packet_id)
        if item is None or not item.released:
            return False
        self._finish(packet_id)
        return True

    def _finish(self, packet_id: int) -> None:
        del self.inflight[packet_id]
        self.touch()
        if self.queue or self._resend or self._replays:
            self.pump()

    # ------------------------------------------------------------ restart

    def restore(self, items: list[Outgoing]) -> None:
        """Take back what was queued and under way, in order, from a stored session."""
        for item in items:
            self.sequence = max(self.sequence, item.sequence)
            if item.packet_id:
                self.inflight[item.packet_id] = item
                self._next_id = item.packet_id
            else:
                self.queue.append(item)
                self._queue_bytes += item.message.size
