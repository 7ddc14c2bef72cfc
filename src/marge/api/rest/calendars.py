"""/api/calendars: all calendars, and the events of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_response
from marge.api.rest.times import time_of
from marge.api.routing import Access, Route
from marge.core.errors import MargeError
from marge.util.dt import from_timestamp

if TYPE_CHECKING:
    from marge.api.context import ApiContext


async def get_all(api: ApiContext, request: Request) -> Response:
    """GET /api/calendars: name and entity id of each calendar, by name."""
    calendars = [
        {"name": entity.friendly_name or entity_id, "entity_id": entity_id}
        for entity_id, entity in api.index.of_domain("calendar").items()
    ]
    return json_response(sorted(calendars, key=lambda calendar: calendar["name"]))


async def events(api: ApiContext, request: Request) -> Response:
    """GET /api/calendars/<entity_id>: the events from `start` to `end`."""
    from marge.entities.calendar import CalendarEntity

    entity = api.index.get(request.params["entity_id"])
    query = request.query
    if not isinstance(entity, CalendarEntity) or "start" not in query or "end" not in query:
        return Response(b"", 400)
    try:
        start = time_of(api, query["start"], "Invalid start")
        end = time_of(api, query["end"], "Invalid end")
    except HttpError:
        return Response(b"", 400)
    if start > end:
        return Response(b"", 400)
    zone = api.hub.config.zone
    try:
        found = await entity.do_get_events(from_timestamp(start).astimezone(zone), from_timestamp(end).astimezone(zone))
    except (MargeError, OverflowError) as error:
        raise HttpError(500, f"Error reading events: {error}") from error
    return json_response([event.as_api(zone) for event in found])


ROUTES: Final = (
    Route("GET", "/api/calendars", get_all, Access.READ),
    Route(
        "GET",
        "/api/calendars/{entity_id}",
        events,
        Access.READ,
        query={"start": "ISO time; required", "end": "ISO time; required"},
    ),
)
