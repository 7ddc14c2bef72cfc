"""/api/events and /api/stream: who listens to what, firing an event, and following all of them."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, Stream, Write, json_response, message_response
from marge.api.routing import Access, Route
from marge.api.websocket.outbox import Outbox
from marge.core.events import Event

if TYPE_CHECKING:
    from marge.api.context import ApiContext

PING_SECONDS: Final = 50.0
MAX_STREAMS: Final = 100

_LOGGER = logging.getLogger("marge.api.http")


async def get_all(api: ApiContext, request: Request) -> Response:
    """GET /api/events: every event type that something listens to, and how many do."""
    counts = api.hub.bus.listener_counts()
    return json_response([{"event": name, "listener_count": count} for name, count in counts.items()])


async def fire(api: ApiContext, request: Request) -> Response:
    """POST /api/events/<event_type>: fire an event in the name of the user."""
    event_type = request.params["event_type"]
    data = await request.json(default={}, complaint="Event data should be valid JSON.")
    if data is not None and not isinstance(data, dict):
        raise HttpError(400, "Event data should be a JSON object")
    context = api.hub.new_context(user_id=request.user.id)
    try:
        api.hub.bus.fire(event_type, data, context=context, origin="REMOTE")
    except ValueError as error:
        raise HttpError(400, str(error)) from None
    return message_response(f"Event {event_type} fired.")


async def stream(api: ApiContext, request: Request) -> Stream:
    """GET /api/stream: all events as server-sent events, until the client or the hub goes.

    A client that reads too slowly is dropped once as much waits for it as for a WebSocket.
    """
    if len(api.streams) >= MAX_STREAMS:
        raise HttpError(503, "Service Unavailable")
    restrict = request.query.get("restrict")
    wanted = None if restrict is None else frozenset(restrict.split(","))

    async def produce(write: Write) -> None:
        wake = asyncio.Event()

        def overflowed() -> None:
            _LOGGER.warning("Dropped the event stream of %s: %s", request.remote, outbox.overflow)
            request.scope["marge.abort"]()

        outbox = Outbox(wake.set, overflowed)

        def forward(event: Event) -> None:
            if wanted is None or event.event_type in wanted:
                outbox.put(b"data: " + event.json + b"\n\n")

        remove = api.hub.bus.listen_all(forward)
        try:
            await write(b"data: ping\n\n")
            while outbox.overflow is None:
                try:
                    await asyncio.wait_for(wake.wait(), PING_SECONDS)
                except TimeoutError:
                    await write(b"data: ping\n\n")
                    continue
                wake.clear()
                for message in outbox.take():
                    await write(message)
        finally:
            remove()

    return Stream(b"text/event-stream", produce, api.streams)


ROUTES: Final = (
    Route("GET", "/api/events", get_all),
    Route("POST", "/api/events/{event_type}", fire, Access.ADMIN),
    Route(
        "GET", "/api/stream", stream, Access.ADMIN, query={"restrict": "Only these event types, with commas between"}
    ),
)
