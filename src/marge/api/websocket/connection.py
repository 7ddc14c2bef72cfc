"""Joins a session to the ASGI server: a reading and a writing side, a time limit for the login, the hang-up."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from marge.api.http import Receive, Scope, Send
from marge.api.websocket.outbox import Outbox
from marge.api.websocket.session import Session
from marge.core.clock import Cancel

if TYPE_CHECKING:
    from marge.api.context import ApiContext

_LOGGER = logging.getLogger("marge.api.ws")

LOGIN_SECONDS: Final = 10.0
CUT_SECONDS: Final = 5.0
"""How long a client that has been given up on may take to read what is on its way, before it is cut off."""


async def serve(api: ApiContext, scope: Scope, receive: Receive, send: Send) -> None:
    """Run one WebSocket until either side ends it."""
    await receive()  # websocket.connect
    await send({"type": "websocket.accept"})
    client = scope.get("client")
    remote = client[0] if client else None
    wake = asyncio.Event()
    cuts: list[Cancel] = []

    def overflowed() -> None:
        _LOGGER.warning("Dropped the WebSocket client %s: %s", remote, session.outbox.overflow)
        # One that reads again within this time is told why.
        cuts.append(api.hub.clock.call_later(CUT_SECONDS, scope["marge.abort"]))

    session = Session(api, api.commands(), Outbox(wake.set, overflowed), remote)
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
        for cut in cuts:
            cut()
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
                await send({"type": "websocket.close", "code": 1008, "reason": outbox.overflow[:120]})
                return
            if session.hang_up is not None:
                code, reason = session.hang_up
                await send({"type": "websocket.close", "code": code, "reason": reason})
                return
    except OSError:
        # The client went away while something was being sent; the reading side ends the session.
        return
