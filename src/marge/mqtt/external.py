"""The connection to somebody else's broker: kept up, with growing pauses between attempts."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from typing import Final, cast

from marge.core.clock import Cancel, Clock
from marge.core.ports import MqttMessage
from marge.mqtt.client import ClientSession, ConnectionRefused, Identity
from marge.mqtt.errors import ProtocolError
from marge.mqtt.outbox import soon
from marge.mqtt.packets import Publish
from marge.mqtt.router import LocalSubscription
from marge.mqtt.topics import check_filter, check_topic

LOGGER = logging.getLogger("marge.mqtt.client")
_CONNECT_TIMEOUT: Final = 10.0
_LONGEST_PAUSE: Final = 60.0
_SILENT_PINGS: Final = 3


def pauses() -> Iterator[float]:
    """Seconds to wait before each further attempt: 1, 2, 4 … 60."""
    pause = 1.0
    while True:
        yield pause
        pause = min(pause * 2, _LONGEST_PAUSE)


class ExternalClient:
    """Implements `marge.core.ports.Mqtt` on a broker elsewhere; start and stop it beside the hub.

    With `purpose` it is a connection beside the main one, which tells whether the broker is there: of this one only a
    refusal is worth a line.
    """

    def __init__(self, host: str, port: int, identity: Identity, clock: Clock, *, purpose: str = "") -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self._purpose = purpose
        self._keep_alive = identity.keep_alive
        self._session = ClientSession(identity, clock, soon)
        self._session.on_established = self._established
        self._listeners: list[Callable[[bool], None]] = []
        self._task: asyncio.Task[None] | None = None
        self._transport: asyncio.Transport | None = None
        self._told = False
        self._quiet = False
        self._refused = False
        self._pauses = pauses()

    # ------------------------------------------------------------ Mqtt

    @property
    def connected(self) -> bool:
        """Whether the broker has let the hub in and the connection lives."""
        return self._session.established

    def on_connection(self, callback: Callable[[bool], None]) -> Callable[[], None]:
        """See `Mqtt.on_connection`."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback) if callback in self._listeners else None

    def subscribe(self, topic_filter: str, callback: MqttMessage, qos: int = 0) -> Callable[[], None]:
        """See `Mqtt.subscribe`; raises InvalidTopic. Retained messages come as soon as the broker sends them."""
        subscription = LocalSubscription(check_filter(topic_filter), callback, self._session.unsubscribe)
        self._session.subscribe(subscription, _check_qos(qos))
        return subscription.end

    def publish(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        """See `Mqtt.publish`; raises InvalidTopic, and ProtocolError when `qos` is not 0, 1 or 2."""
        data = payload.encode() if isinstance(payload, str) else payload
        self._session.publish(Publish(check_topic(topic), data, _check_qos(qos), retain))

    # ------------------------------------------------------------ life

    async def start(self) -> None:
        """Begin to connect; does not wait for it, because the hub runs without the broker as well."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="mqtt connection")

    async def stop(self) -> None:
        """Say goodbye and end the connection."""
        self._session.leave()
        if self._transport is not None:
            self._transport.close()
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None
        self._tell(False)

    async def _run(self) -> None:
        while True:
            self._refused = False
            if await self._connect_once():
                self._pauses = pauses()
            await self._sleep(_LONGEST_PAUSE if self._refused else next(self._pauses))

    async def _connect_once(self) -> bool:
        """One connection from its beginning to its end; True when the broker had let the hub in."""
        loop = asyncio.get_running_loop()
        ended: asyncio.Future[Exception | None] = loop.create_future()
        protocol = _Connection(self._session, ended)
        established = False
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT):
                transport, _ = await loop.create_connection(lambda: protocol, self._host, self._port)
        except (OSError, TimeoutError, UnicodeError) as err:
            self._complain(f"it cannot be reached: {err or 'no answer'}")
            return False
        self._transport = transport
        stop_watching = self._watch(protocol, transport)
        try:
            error = await ended
            established = self._session.established
            if isinstance(error, ConnectionRefused | ProtocolError):
                self._complain(str(error), refused=True)
                self._refused = isinstance(error, ConnectionRefused) and error.permanent
            elif established:
                level = logging.DEBUG if self._purpose else logging.WARNING
                LOGGER.log(level, "The connection to the MQTT broker %s:%d is lost", self._host, self._port)
            else:
                self._complain("it closed the connection without an answer")
        finally:
            stop_watching()
            transport.close()
            self._transport = None
            self._session.end()
            if established:
                self._tell(False)
        return established

    def _complain(self, why: str, *, refused: bool = False) -> None:
        """Say once what is wrong, not at every attempt."""
        silent = self._quiet or (self._purpose and not refused)
        broker = f"the MQTT broker {self._host}:{self._port}{self._purpose and f' for {self._purpose}'}"
        LOGGER.log(logging.DEBUG if silent else logging.ERROR, "No connection to %s: %s. Trying again.", broker, why)
        self._quiet = self._quiet or not silent

    def _established(self) -> None:
        level = logging.DEBUG if self._purpose else logging.INFO
        LOGGER.log(level, "Connected to the MQTT broker %s:%d", self._host, self._port)
        self._quiet = False
        self._tell(True)

    def _tell(self, connected: bool) -> None:
        if connected == self._told:
            return
        self._told = connected
        for listener in list(self._listeners):
            try:
                listener(connected)
            except Exception:
                LOGGER.exception("A listener for the MQTT connection failed")

    def _watch(self, protocol: _Connection, transport: asyncio.Transport) -> Cancel:
        """Ping; give the line up when nothing at all comes back, or no CONNACK."""
        interval = min(_CONNECT_TIMEOUT, self._keep_alive / 2)
        silent = 0
        cancel: Cancel

        def check() -> None:
            nonlocal cancel, silent
            silent = 0 if protocol.heard else silent + 1
            protocol.heard = False
            if silent >= _SILENT_PINGS or not self._session.established:
                transport.abort()
                return
            self._session.ping()
            cancel = self._clock.call_later(interval, check)

        cancel = self._clock.call_later(interval, check)
        return lambda: cancel()

    async def _sleep(self, seconds: float) -> None:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        cancel = self._clock.call_later(seconds, lambda: None if done.done() else done.set_result(None))
        try:
            await done
        finally:
            cancel()


class _Connection(asyncio.Protocol):
    """asyncio's callbacks for one connection."""

    def __init__(self, session: ClientSession, ended: asyncio.Future[Exception | None]) -> None:
        self.heard = False
        self._session = session
        self._ended = ended
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._session.begin(self._transport.write)

    def data_received(self, data: bytes) -> None:
        self.heard = True
        try:
            self._session.receive(data)
        except (ProtocolError, ConnectionRefused) as err:
            self._finish(err)
        except Exception as err:
            LOGGER.exception("A packet of the broker could not be handled")
            self._finish(err)

    def pause_writing(self) -> None:
        self._session.set_writable(False)

    def resume_writing(self) -> None:
        self._session.set_writable(True)

    def connection_lost(self, exc: Exception | None) -> None:
        self._finish(exc)

    def _finish(self, error: Exception | None) -> None:
        if not self._ended.done():
            self._ended.set_result(error)
        if self._transport is not None:
            self._transport.abort()


def _check_qos(qos: int) -> int:
    if qos not in (0, 1, 2):
        raise ProtocolError(0x9B, f"QoS is 0, 1 or 2, not {qos}")
    return qos
