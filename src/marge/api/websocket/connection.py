"""Joins a session to the ASGI server: a reading and a writing side, a time limit for the login, the hang-up."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from marge.api.http import Receive, Scope, Send
from marge.api.websocket.outbox import Outbox
from marge.api.websocket.session import Session

if TYPE_CHECKING:
    from marge.api.context import ApiContext

_LOGGER = logging.getLogger("marge.api.ws")

LOGIN_SECONDS: Final = 10.0


async def serve(api: ApiContext, scope: Scope, receive: Receive, send: Send) -> None:
    """Run one WebSocket until either side ends it."""
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    client = scope.get("client")
    remote = client[0] if client else None
    wake = asyncio.Event()
    session = Session(api, api.commands(), Outbox(wake.set), remote)
    api.websockets.add(session)
    writer = asyncio.get_running_loop().create_task(_write(session, wake, send), name="websocket writer")
    too_late = api.hub.clock.call_later(LOGIN_SECONDS, lambda: _login_timeout(session))
    try:
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                break
            data = message.get("text")
            session.receive(data if data is not None else message.get("bytes") or b"")
            if session.hang_up is not None:
                await writer
                break
    finally:
        too_late()
        session.close()
        api.websockets.discard(session)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)


def _login_timeout(session: Session) -> None:
    if not session.logged_in:
        session.hang_up_with(1008, "No login within 10 seconds")


async def _write(session: Session, wake: asyncio.Event, send: Send) -> None:
    outbox = session.outbox
    try:
        while True:
            await wake.wait()
            wake.clear()
            while not outbox.empty:
                for frame in outbox.take():
                    await send({"type": "websocket.send", "text": frame.decode()})
            if outbox.overflow is not None:
                _LOGGER.warning("Dropped the WebSocket client %s: %s", session.remote, outbox.overflow)
                await send({"type": "websocket.close", "code": 1008, "reason": outbox.overflow[:120]})
                return
            if session.hang_up is not None:
                code, reason = session.hang_up
                await send({"type": "websocket.close", "code": code, "reason": reason})
                return
    except OSError:
        # The client went away while something was being sent; the reading side ends the session.
        return
