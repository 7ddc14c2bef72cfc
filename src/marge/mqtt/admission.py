"""CONNECT: who comes in, on what terms, and with which session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable
from typing import TYPE_CHECKING, Any, Final

from marge.mqtt import packets, reasons
from marge.mqtt.access import Grant
from marge.mqtt.connection import CHECKING, OPEN, Connection
from marge.mqtt.errors import InvalidTopic
from marge.mqtt.packets import V5, Connack, Connect
from marge.mqtt.properties import NONE, Properties
from marge.mqtt.session import Session
from marge.mqtt.topics import check_topic

if TYPE_CHECKING:
    from marge.mqtt.broker import Broker

LOGGER = logging.getLogger("marge.mqtt.broker")
_MAX_CLIENT_ID: Final = 512
# Long, because after a restart a hundred devices may queue for a slow password hash.
_CHECK_TIMEOUT: Final = 60.0
_NO_NAME: Final = (
    "it gives no username, and only clients on this machine may come in without one. "
    "Set username and password under [mqtt], and give them to the client"
)


class Admission:
    """Decides about each CONNECT."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self._limits = broker.limits
        self._checks: set[asyncio.Task[Any]] = set()

    def connect(self, connection: Connection, packet: Connect) -> None:
        """Decide about a CONNECT, now or when the password check has answered."""
        connection.version = packet.version
        connection.outbox.five = packet.version == V5
        client_id = packet.client_id
        if not client_id:
            if packet.version != V5 and not packet.clean_start:
                return self.refuse(connection, reasons.CLIENT_IDENTIFIER_NOT_VALID, "no client id")
            client_id = self._broker.new_id()
        elif len(client_id) > _MAX_CLIENT_ID:
            return self.refuse(connection, reasons.CLIENT_IDENTIFIER_NOT_VALID, "its client id is too long")
        connection.client_id = client_id
        if packet.properties.authentication_method is not None:
            return self.refuse(connection, reasons.BAD_AUTHENTICATION_METHOD, "extended authentication")
        if len(self._checks) >= self._limits.half_open:
            return self.refuse(connection, reasons.SERVER_BUSY, "too many passwords are being checked")
        link = connection.link
        access = self._broker.access
        grant = access.authenticate(client_id, packet.username, packet.password, link.peer, link.origin)
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
            async with asyncio.timeout(_CHECK_TIMEOUT):
                grant = await waiting
        except asyncio.CancelledError:
            self._broker.close(connection)
            raise
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
            why = _NO_NAME if packet.username is None else f"user {packet.username!r} or the password is wrong"
            if connection.link.origin is not None:
                why = f"for the web page {connection.link.origin!r:.200}, {why}"
            return self.refuse(connection, code, why)
        will = packet.will
        if will is not None:
            try:
                check_topic(will.topic)
            except InvalidTopic as err:
                return self.refuse(connection, err.reason, str(err))
            if not self._broker.access.may_publish(grant, will.topic):
                return self.refuse(connection, reasons.NOT_AUTHORIZED, f"its will may not go to {will.topic}")
        broker, limits, client_id = self._broker, self._limits, connection.client_id
        if client_id not in broker.connections and len(broker.connections) >= limits.connections:
            return self.refuse(connection, reasons.QUOTA_EXCEEDED, f"{limits.connections} are connected")
        if client_id not in broker.sessions and len(broker.sessions) >= limits.sessions:
            return self.refuse(connection, reasons.QUOTA_EXCEEDED, f"{limits.sessions} sessions exist")
        self._admit(connection, packet, grant)
        return None

    async def stop(self) -> None:
        """Give up the password checks that are still under way."""
        # A task that is cancelled before its first step would leave the check's coroutine unawaited.
        await asyncio.sleep(0)
        checks = list(self._checks)
        for check in checks:
            check.cancel()
        if checks:
            await asyncio.wait(checks)

    def refuse(self, connection: Connection, reason: int, why: str) -> None:
        """Answer a CONNECT with a refusal and end the connection."""
        peer = connection.link.peer
        LOGGER.log(self._broker.router.sparing.level(peer), "%s (%s) refused: %s", connection.name, peer, why)
        code = reason if connection.version == V5 else reasons.connack_311(reason)
        connection.outbox.send(packets.encode(Connack(False, code), connection.version))
        self._broker.close(connection)

    def _admit(self, connection: Connection, packet: Connect, grant: Grant) -> None:
        client_id = connection.client_id
        other = self._broker.connections.get(client_id)
        if other is not None:
            LOGGER.info("client %s connects again from %s", client_id, connection.link.peer)
            other.say_goodbye(reasons.SESSION_TAKEN_OVER)
            self._broker.close(other)
        session = self._broker.sessions.get(client_id)
        # Somebody else's session is none of this client's business, whatever id it chose.
        if session is not None and (packet.clean_start or session.username != packet.username):
            self._broker.end(session)
            session = None
        present = session is not None
        self._broker.forget_timers(client_id)
        if session is None:
            session = self._broker.new_session(client_id, grant)
            session.username = packet.username
            self._broker.sessions[client_id] = session
        elif session.five != connection.outbox.five or session.grant is not grant:
            session.set_grant(grant)
            self._broker.router.forget_routes()
        properties = self._agree(connection, session, packet)
        session.will = packet.will
        self._broker.connections[client_id] = connection
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
            expiry = 0 if packet.clean_start else self._limits.session_expiry
            window = self._limits.inflight
            properties = NONE
        else:
            wanted = asked.session_expiry_interval or 0
            expiry = min(wanted, self._limits.session_expiry)
            window = min(self._limits.inflight, asked.receive_maximum or 0xFFFF)
            keep_alive = min(keep_alive, self._limits.keep_alive)
            outbox.maximum_packet = asked.maximum_packet_size or outbox.maximum_packet
            outbox.alias_maximum = min(asked.topic_alias_maximum or 0, self._limits.topic_aliases)
            connection.request_problem_information = asked.request_problem_information != 0
            properties = Properties(
                session_expiry_interval=expiry if expiry != wanted else None,
                receive_maximum=self._limits.receive_maximum,
                maximum_packet_size=self._limits.packet_size,
                topic_alias_maximum=self._limits.topic_aliases,
                assigned_client_identifier=connection.client_id if not packet.client_id else None,
                server_keep_alive=keep_alive if keep_alive != packet.keep_alive else None,
            )
        session.expiry = connection.connect_expiry = expiry
        if not expiry:
            self._broker.ended.add(session.client_id)
        session.attach(outbox, window)
        if keep_alive:
            self._broker.watch(connection, keep_alive)
        return properties
