"""The MQTT broker without its sockets: who is connected, whose session it is, and how both end.

`Server` in `server.py` puts it on the network; tests drive it with `Connection` objects and a fake clock.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable

from marge.core.clock import Cancel, Clock
from marge.mqtt import packets, reasons
from marge.mqtt.access import Access, Grant
from marge.mqtt.admission import Admission
from marge.mqtt.changes import Changes
from marge.mqtt.connection import CLOSED, OPEN, WAITING, Connection
from marge.mqtt.errors import ProtocolError
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message, forwarded
from marge.mqtt.outbox import Defer, Link
from marge.mqtt.packets import Connack, Connect, Disconnect, Will
from marge.mqtt.router import Router
from marge.mqtt.session import Session
from marge.mqtt.subscribing import Subscriptions

LOGGER = logging.getLogger("marge.mqtt.broker")


def _random_id() -> str:
    return f"auto-{os.urandom(8).hex()}"


class Broker:
    """Connections, sessions and wills. Everything runs on the loop; nothing here waits for I/O."""

    def __init__(
        self,
        clock: Clock,
        defer: Defer,
        *,
        limits: Limits | None = None,
        access: Access | None = None,
        new_id: Callable[[], str] = _random_id,
    ) -> None:
        self.clock = clock
        self.limits = limits or Limits()
        self.access = access or Access()
        self.defer = defer
        self.new_id = new_id
        self.router = Router(self.limits, clock, defer, self.access.is_reserved)
        self.subscriptions = Subscriptions(self.router, self.limits, clock)
        self.sessions: dict[str, Session] = {}
        self.connections: dict[str, Connection] = {}
        """Clients that are connected, by client id."""
        self.changed: Changes[Session] = Changes()
        """Sessions with something that persistence has not seen."""
        self.ended: Changes[str] = Changes()
        """Client ids of sessions that ended since persistence last looked."""
        self._half_open: dict[Connection, None] = {}
        self._timers: dict[str, list[Cancel]] = {}
        self.admission = Admission(self)

    # ------------------------------------------------------------ counters

    @property
    def connected_clients(self) -> int:
        """Clients connected right now."""
        return len(self.connections)

    @property
    def retained_messages(self) -> int:
        """Topics with a retained message."""
        return len(self.router.retained)

    @property
    def messages_received(self) -> int:
        """Messages published since the start, by clients and by the hub itself."""
        return self.router.counters.messages_received

    @property
    def messages_sent(self) -> int:
        """Messages sent to clients since the start."""
        return self.router.counters.messages_sent

    @property
    def messages_dropped(self) -> int:
        """Messages given up because a client was too slow, or a bound was reached."""
        return self.router.counters.messages_dropped

    # ------------------------------------------------------------ connections begin

    def accept(self, link: Link) -> Connection:
        """A new network connection; it has `limits.connect_timeout` seconds for its CONNECT."""
        if len(self._half_open) >= self.limits.half_open:
            self.close(next(iter(self._half_open)))
        connection = Connection(self, link)
        self._half_open[connection] = None
        connection.cancel_timer = self.clock.call_later(
            self.limits.connect_timeout, lambda: self._connect_timeout(connection)
        )
        return connection

    def _connect_timeout(self, connection: Connection) -> None:
        if connection.state == WAITING:
            LOGGER.debug("%s: no CONNECT within %s s", connection.name, self.limits.connect_timeout)
            self.close(connection)

    def connect(self, connection: Connection, packet: Connect) -> None:
        """A CONNECT has come on `connection`."""
        self._half_open.pop(connection, None)
        if connection.cancel_timer is not None:
            connection.cancel_timer()
        self.admission.connect(connection, packet)

    def new_session(self, client_id: str, grant: Grant) -> Session:
        """A session with nothing in it."""
        return Session(client_id, self.limits, self.clock, self.router.counters, self.changed, grant, self.defer)

    # ------------------------------------------------------------ connections end

    def watch(self, connection: Connection, keep_alive: int) -> None:
        """End the connection when nothing has come for one and a half times `keep_alive` seconds (MQTT-3.1.2-22)."""
        limit = keep_alive * 1.5

        def check() -> None:
            silent = self.clock.monotonic() - connection.last_received
            if connection.state != OPEN:
                return
            if silent < limit:
                connection.cancel_timer = self.clock.call_later(limit - silent, check)
                return
            LOGGER.info("client %s has been silent for %.0f s: disconnected", connection.client_id, silent)
            connection.say_goodbye(reasons.KEEP_ALIVE_TIMEOUT)
            self.close(connection)

        connection.cancel_timer = self.clock.call_later(limit, check)

    def fail(self, connection: Connection, error: ProtocolError) -> None:
        """The client broke the protocol: say so and end the connection."""
        level = self.router.sparing.level(connection.name) if connection.state == OPEN else logging.DEBUG
        LOGGER.log(level, "%s (%s) disconnected: %s", connection.name, connection.link.peer, error.text)
        if connection.state == OPEN:
            connection.say_goodbye(error.reason, error.text)
        elif connection.state == WAITING and error.reason == reasons.UNSUPPORTED_PROTOCOL_VERSION:
            connection.outbox.send(packets.encode(Connack(False, 1), packets.V311))
        self.close(connection)

    def goodbye(self, connection: Connection, session: Session, packet: Disconnect) -> None:
        """The client disconnects properly."""
        expiry = packet.properties.session_expiry_interval
        if expiry is not None:
            if expiry and not connection.connect_expiry:
                raise ProtocolError(reasons.PROTOCOL_ERROR, "DISCONNECT may not make a session last that did not")
            session.expiry = min(expiry, self.limits.session_expiry)
        if packet.reason != reasons.DISCONNECT_WITH_WILL:
            session.will = None
        self.close(connection)

    def lost(self, connection: Connection) -> None:
        """The network connection is gone."""
        self.close(connection)

    def close(self, connection: Connection) -> None:
        """End a connection: its will is published, its session kept as long as was agreed."""
        if connection.state == CLOSED:
            return
        connection.state = CLOSED
        self._half_open.pop(connection, None)
        if connection.cancel_timer is not None:
            connection.cancel_timer()
        connection.outbox.flush()
        connection.link.close()
        session = connection.session
        if session is None:
            return
        del self.connections[connection.client_id]
        session.detach(self.clock.now())
        LOGGER.info("client %s disconnected", connection.client_id)
        will = session.will
        delay = min(will.properties.will_delay_interval or 0, session.expiry) if will else 0
        if will is not None and not delay:
            session.will = None
            self._publish_will(session, will)
        if not session.expiry:
            self.end(session)
            return
        self._keep(session, session.expiry, delay)

    def _keep(self, session: Session, expiry: float, will_delay: float) -> None:
        timers = [self.clock.call_later(expiry, lambda: self.end(session))]
        if session.will is not None:
            timers.append(self.clock.call_later(will_delay, lambda: self._release_will(session)))
        self._timers[session.client_id] = timers

    def _release_will(self, session: Session) -> None:
        will, session.will = session.will, None
        if will is not None:
            self._publish_will(session, will)
            session.touch()

    def _publish_will(self, session: Session, will: Will) -> None:
        expiry = will.properties.message_expiry_interval
        self.router.publish(
            Message(
                will.topic,
                will.payload,
                will.qos,
                will.retain,
                properties=forwarded(will.properties),
                expires_at=None if expiry is None else self.clock.now() + expiry,
                publisher=session.client_id,
            )
        )

    def end(self, session: Session) -> None:
        """Forget a session; a will that waited is published now (MQTT 5 section 3.1.3.2.2)."""
        self.forget_timers(session.client_id)
        session.drops.end()
        self.subscriptions.drop(session)
        self.sessions.pop(session.client_id, None)
        self.changed.discard(session)
        self.ended.add(session.client_id)
        self._release_will(session)
        self.changed.discard(session)

    def forget_timers(self, client_id: str) -> None:
        """The client is back, or its session is over."""
        for cancel in self._timers.pop(client_id, ()):
            cancel()

    def restored(self, session: Session, remaining: float) -> None:
        """Take a stored session back; it is kept for `remaining` seconds more."""
        self.sessions[session.client_id] = session
        self._keep(session, remaining, 0.0)

    async def stop(self) -> None:
        """Disconnect everybody; sessions stay, wills are not published, because the clients are well (see `wills`)."""
        await self.admission.stop()
        for connection in [*self.connections.values(), *self._half_open]:
            if connection.session is not None:
                connection.session.will = None
            connection.say_goodbye(reasons.SERVER_SHUTTING_DOWN)
            self.close(connection)
        for client_id in list(self._timers):
            self.forget_timers(client_id)
        for session in self.sessions.values():
            session.drops.end()
