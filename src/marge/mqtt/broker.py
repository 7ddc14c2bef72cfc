"""The MQTT broker without its sockets: who is connected, whose session it is, and how both end.

`Server` in `server.py` puts it on the network; tests drive it with `Connection` objects and a fake clock.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable
from typing import Any

from marge.core.clock import Cancel, Clock
from marge.mqtt import packets, reasons
from marge.mqtt.access import Access, Grant
from marge.mqtt.connection import CHECKING, CLOSED, OPEN, WAITING, Connection
from marge.mqtt.errors import InvalidTopic, ProtocolError
from marge.mqtt.limits import Limits
from marge.mqtt.message import Message, forwarded
from marge.mqtt.outbox import Defer, Link
from marge.mqtt.packets import V5, Connack, Connect, Disconnect, Will
from marge.mqtt.properties import NONE, Properties
from marge.mqtt.router import Router
from marge.mqtt.session import Session
from marge.mqtt.subscribing import Subscriptions
from marge.mqtt.topics import check_topic

LOGGER = logging.getLogger("marge.mqtt.broker")
_FOREVER = 0xFFFFFFFF
_MAX_CLIENT_ID = 512


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
        self.router = Router(self.limits, clock, defer)
        self.subscriptions = Subscriptions(self.router, self.limits, clock)
        self.sessions: dict[str, Session] = {}
        self.connections: dict[str, Connection] = {}
        """Clients that are connected, by client id."""
        self.changed: set[Session] = set()
        """Sessions with something that persistence has not seen."""
        self.ended: set[str] = set()
        """Client ids of sessions that ended since persistence last looked."""
        self._half_open: dict[Connection, None] = {}
        self._timers: dict[str, list[Cancel]] = {}
        self._checks: set[asyncio.Task[Any]] = set()
        self._new_id = new_id

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
        """Decide about a CONNECT, now or when the password check has answered."""
        self._half_open.pop(connection, None)
        if connection.cancel_timer is not None:
            connection.cancel_timer()
        connection.version = packet.version
        connection.outbox.five = packet.version == V5
        client_id = packet.client_id
        if not client_id:
            if packet.version != V5 and not packet.clean_start:
                return self.refuse(connection, reasons.CLIENT_IDENTIFIER_NOT_VALID, "no client id")
            client_id = self._new_id()
        elif len(client_id) > _MAX_CLIENT_ID:
            return self.refuse(connection, reasons.CLIENT_IDENTIFIER_NOT_VALID, "its client id is too long")
        connection.client_id = client_id
        if packet.properties.authentication_method is not None:
            return self.refuse(connection, reasons.BAD_AUTHENTICATION_METHOD, "extended authentication")
        grant = self.access.authenticate(client_id, packet.username, packet.password, connection.link.peer)
        if grant is None or isinstance(grant, Grant):
            return self._decide(connection, packet, grant)
        connection.state = CHECKING
        connection.link.pause_reading()
        task = asyncio.get_running_loop().create_task(
            self._wait_for_grant(connection, packet, grant), name=f"mqtt password check of {client_id}"
        )
        self._checks.add(task)
        task.add_done_callback(self._checks.discard)
        return None

    async def _wait_for_grant(self, connection: Connection, packet: Connect, waiting: Awaitable[Grant | None]) -> None:
        try:
            grant = await waiting
        except Exception:
            LOGGER.exception("%s: the password check failed", connection.name)
            return self.refuse(connection, reasons.SERVER_UNAVAILABLE, "the password check failed")
        if connection.state != CHECKING:
            return None
        self._decide(connection, packet, grant)
        if connection.state == OPEN:
            connection.link.resume_reading()
            connection.proceed()
        return None

    def _decide(self, connection: Connection, packet: Connect, grant: Grant | None) -> None:
        if grant is None:
            # Without a name the remedy is to give one; with one, name or password is wrong.
            code = reasons.NOT_AUTHORIZED if packet.username is None else reasons.BAD_USER_NAME_OR_PASSWORD
            return self.refuse(connection, code, f"user {packet.username!r} may not come in")
        will = packet.will
        if will is not None:
            try:
                check_topic(will.topic)
            except InvalidTopic as err:
                return self.refuse(connection, err.reason, str(err))
            if not grant.may_publish(will.topic):
                return self.refuse(connection, reasons.NOT_AUTHORIZED, f"its will may not go to {will.topic}")
        if connection.client_id not in self.connections and len(self.connections) >= self.limits.connections:
            return self.refuse(connection, reasons.QUOTA_EXCEEDED, f"{self.limits.connections} are connected")
        if connection.client_id not in self.sessions and len(self.sessions) >= self.limits.sessions:
            return self.refuse(connection, reasons.QUOTA_EXCEEDED, f"{self.limits.sessions} sessions exist")
        self._admit(connection, packet, grant)
        return None

    def refuse(self, connection: Connection, reason: int, why: str) -> None:
        """Answer a CONNECT with a refusal and end the connection."""
        LOGGER.warning("%s (%s) refused: %s", connection.name, connection.link.peer, why)
        code = reason if connection.version == V5 else reasons.connack_311(reason)
        connection.outbox.send(packets.encode(Connack(False, code), connection.version))
        self.close(connection)

    def _admit(self, connection: Connection, packet: Connect, grant: Grant) -> None:
        client_id = connection.client_id
        other = self.connections.get(client_id)
        if other is not None:
            LOGGER.info("client %s connects again from %s", client_id, connection.link.peer)
            other.say_goodbye(reasons.SESSION_TAKEN_OVER)
            self.close(other)
        session = self.sessions.get(client_id)
        if session is not None and packet.clean_start:
            self._end(session)
            session = None
        present = session is not None
        self._forget_timers(client_id)
        if session is None:
            session = Session(client_id, self.limits, self.clock, self.router.counters, self.changed, grant)
            self.sessions[client_id] = session
        elif session.five != connection.outbox.five or session.grant is not grant:
            session.set_grant(grant)
            self.router.forget_routes()
        properties = self._agree(connection, session, packet)
        session.will = packet.will
        self.connections[client_id] = connection
        connection.outbox.send(packets.encode(Connack(present, 0, properties), connection.version))
        connection.opened(session)
        session.resume()
        LOGGER.info("client %s connected from %s", client_id, connection.link.peer)

    def _agree(self, connection: Connection, session: Session, packet: Connect) -> Properties:
        """Set up what both sides grant each other; the properties of the CONNACK."""
        asked = packet.properties
        outbox = connection.outbox
        keep_alive = packet.keep_alive
        if packet.version != V5:
            expiry = 0 if packet.clean_start else self.limits.session_expiry
            window = self.limits.inflight
            properties = NONE
        else:
            wanted = asked.session_expiry_interval or 0
            expiry = min(wanted, self.limits.session_expiry)
            window = min(self.limits.inflight, asked.receive_maximum or 0xFFFF)
            keep_alive = min(keep_alive, self.limits.keep_alive)
            outbox.maximum_packet = asked.maximum_packet_size or outbox.maximum_packet
            outbox.alias_maximum = min(asked.topic_alias_maximum or 0, self.limits.topic_aliases)
            connection.request_problem_information = asked.request_problem_information != 0
            properties = Properties(
                session_expiry_interval=expiry if expiry != wanted else None,
                receive_maximum=self.limits.receive_maximum,
                maximum_packet_size=self.limits.packet_size,
                topic_alias_maximum=self.limits.topic_aliases,
                assigned_client_identifier=connection.client_id if not packet.client_id else None,
                server_keep_alive=keep_alive if keep_alive != packet.keep_alive else None,
            )
        session.expiry = connection.connect_expiry = expiry
        if not expiry:
            self.ended.add(session.client_id)
        session.attach(outbox, window)
        if keep_alive:
            self._watch(connection, keep_alive * 1.5)
        return properties

    # ------------------------------------------------------------ connections end

    def _watch(self, connection: Connection, limit: float, wait: float | None = None) -> None:
        """End the connection when nothing has come for `limit` seconds (MQTT-3.1.2-22)."""

        def check() -> None:
            silent = self.clock.monotonic() - connection.last_received
            if connection.state != OPEN:
                return
            if silent < limit:
                self._watch(connection, limit, limit - silent)
                return
            LOGGER.info("client %s has been silent for %.0f s: disconnected", connection.client_id, silent)
            connection.say_goodbye(reasons.KEEP_ALIVE_TIMEOUT)
            self.close(connection)

        connection.cancel_timer = self.clock.call_later(limit if wait is None else wait, check)

    def fail(self, connection: Connection, error: ProtocolError) -> None:
        """The client broke the protocol: say so and end the connection."""
        level = logging.WARNING if connection.state == OPEN else logging.DEBUG
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
            self._end(session)
            return
        self._keep(session, session.expiry, delay)

    def _keep(self, session: Session, expiry: float, will_delay: float) -> None:
        timers = [self.clock.call_later(expiry, lambda: self._end(session))]
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

    def _end(self, session: Session) -> None:
        """Forget a session; a will that waited is published now (MQTT 5 section 3.1.3.2.2)."""
        self._forget_timers(session.client_id)
        self.subscriptions.drop(session)
        self.sessions.pop(session.client_id, None)
        self.changed.discard(session)
        self.ended.add(session.client_id)
        self._release_will(session)
        self.changed.discard(session)

    def _forget_timers(self, client_id: str) -> None:
        for cancel in self._timers.pop(client_id, ()):
            cancel()

    def restored(self, session: Session, remaining: float) -> None:
        """Take a stored session back; it is kept for `remaining` seconds more."""
        self.sessions[session.client_id] = session
        self._keep(session, remaining, 0.0)

    async def stop(self) -> None:
        """Disconnect everybody; sessions stay, wills are not published, because the clients are well."""
        for task in list(self._checks):
            task.cancel()
        if self._checks:
            await asyncio.wait(self._checks)
        for connection in [*self.connections.values(), *self._half_open]:
            if connection.session is not None:
                connection.session.will = None
            connection.say_goodbye(reasons.SERVER_SHUTTING_DOWN)
            self.close(connection)
        for client_id in list(self._timers):
            self._forget_timers(client_id)
