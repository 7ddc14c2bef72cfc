"""MQTT over WebSocket (MQTT 5 chapter 6): binary messages of sub-protocol `mqtt`, cut anywhere."""

from __future__ import annotations

from websockets.exceptions import ProtocolError as WebSocketError
from websockets.frames import Frame, Opcode
from websockets.http11 import Request
from websockets.protocol import State
from websockets.server import ServerProtocol
from websockets.typing import Subprotocol

from marge.mqtt.broker import Broker
from marge.mqtt.tcp import TcpLink

_CLOSE_UNSUPPORTED_DATA = 1003


class WebSocketLink(TcpLink):
    """One WebSocket connection; MQTT begins when its handshake is done."""

    def __init__(self, broker: Broker, links: set[TcpLink]) -> None:
        super().__init__(broker, links)
        self._websocket = ServerProtocol(
            subprotocols=[Subprotocol("mqtt"), Subprotocol("mqttv3.1")], max_size=broker.limits.packet_size
        )

    def data_received(self, data: bytes) -> None:
        """Take bytes from the network."""
        self._websocket.receive_data(data)
        for event in self._websocket.events_received():
            if isinstance(event, Request):
                self.origin = ", ".join(event.headers.get_all("Origin")) or None
                self._websocket.send_response(self._websocket.accept(event))
            elif isinstance(event, Frame):
                self._on_frame(event)
        self._send()
        if self._websocket.close_expected():
            self.close()

    def _on_frame(self, frame: Frame) -> None:
        if frame.opcode in (Opcode.BINARY, Opcode.CONT):
            self.packets_received(bytes(frame.data))
        elif frame.opcode is Opcode.TEXT:
            self._websocket.fail(_CLOSE_UNSUPPORTED_DATA, "MQTT needs binary messages")

    def _send(self) -> None:
        for data in self._websocket.data_to_send():
            if data:
                super().write(data)

    def eof_received(self) -> None:
        self._websocket.receive_eof()

    def write(self, data: bytes) -> None:
        """See `Link.write`."""
        if self._websocket.state is State.OPEN and not self._closing:
            self._websocket.send_binary(data)
            self._send()

    def close(self) -> None:
        """See `Link.close`."""
        if not self._closing and self._websocket.state is State.OPEN:
            try:
                self._websocket.send_close(1000)
            except WebSocketError:
                return super().close()
            self._send()
        return super().close()
