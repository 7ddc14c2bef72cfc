"""/api/history and /api/logbook: what was."""

from __future__ import annotations

from datetime import datetime, time
from typing import TYPE_CHECKING, Any, Final

from marge.api.errors import HttpError
from marge.api.http import Request, Response, json_bytes, json_response
from marge.api.rest.times import time_of
from marge.api.routing import Access, Route
from marge.core.ports import HistoryRow
from marge.util import jsonx
from marge.util.dt import to_iso
from marge.util.schema import is_entity_id

if TYPE_CHECKING:
    from marge.api.context import ApiContext

DAY: Final = 86400.0
MAX_DAYS: Final = 36_500


async def period(api: ApiContext, request: Request) -> Response:
    """GET /api/history/period[/<start>]: the states of entities during a day, or until `end_time`."""
    query = request.query
    now = api.hub.clock.now()
    text = request.params.get("start")
    start = now - DAY if text is None else time_of(api, text, "Invalid datetime")
    entity_ids = [part.strip().lower() for part in query.get("filter_entity_id", "").split(",") if part.strip()]
    if not entity_ids:
        raise HttpError(400, "filter_entity_id is missing")
    if not all(is_entity_id(entity_id) for entity_id in entity_ids):
        raise HttpError(400, "Invalid filter_entity_id")
    if start > now:
        return json_bytes(b"[]")
    end_text = query.get("end_time")
    end = time_of(api, end_text, "Invalid end_time") if end_text else start + DAY
    minimal = "minimal_response" in query
    found = await api.history.states(
        start,
        end,
        entity_ids,
        include_start_state="skip_initial_state" not in query,
        attributes="no_attributes" not in query,
        significant_changes_only=query.get("significant_changes_only", "1") != "0",
        minimal_response=minimal,
    )
    return json_response([_rows(rows, minimal) for rows in found.values()])


def _rows(rows: list[HistoryRow], minimal: bool) -> list[dict[str, Any]]:
    """Rows as the REST API writes them; after the first, minimal ones are a state and its time."""
    return [
        {"state": row.state, "last_changed": to_iso(row.last_changed)}
        if minimal and index and row.attributes is None
        else {
            "entity_id": row.entity_id,
            "state": row.state,
            "attributes": {} if row.attributes is None else jsonx.Raw(row.attributes),
            "last_changed": to_iso(row.last_changed),
            "last_updated": to_iso(row.last_updated),
        }
        for index, row in enumerate(rows)
    ]


async def logbook(api: ApiContext, request: Request) -> Response:
    """GET /api/logbook[/<start>]: what happened, in words, during `period` days or until `end_time`."""
    query = request.query
    text = request.params.get("start")
    zone = api.hub.config.zone
    if text is None:
        today = datetime.fromtimestamp(api.hub.clock.now(), zone).date()
        start = datetime.combine(today, time.min, zone).timestamp()
    else:
        start = time_of(api, text, "Invalid datetime")
    days = _days(query.get("period"))
    if end_text := query.get("end_time"):
        end = time_of(api, end_text, "Invalid end_time")
    else:
        start -= (days - 1) * DAY
        end = start + days * DAY
    entity_ids = None
    if (entities := query.get("entity")) is not None:
        entity_ids = [part.strip().lower() for part in entities.split(",")]
        if not all(is_entity_id(entity_id) for entity_id in entity_ids):
            raise HttpError(400, "Invalid entity")
    found = await api.logbook.entries(start, end, entity_ids, context_id=query.get("context_id"))
    return json_response([{**entry, "when": to_iso(entry["when"])} for entry in found])


def _days(text: str | None) -> int:
    try:
        days = 1 if text is None else int(text)
    except ValueError:
        days = 0
    if not 1 <= days <= MAX_DAYS:
        raise HttpError(400, "Invalid period")
    return days


_PERIOD: Final = {
    "filter_entity_id": "Entity ids, with commas between; required",
    "end_time": "ISO time; without it a day",
    "minimal_response": "If present, all but the first row are a state and its time",
    "no_attributes": "If present, attributes are left out",
    "significant_changes_only": "0 to see changes of attributes alone as well",
    "skip_initial_state": "If present, the state at the start is left out",
}
_LOGBOOK: Final = {
    "entity": "Entity ids, with commas between",
    "end_time": "ISO time; without it `period` days",
    "period": "Days; further ones come before the start, and the last begins with it",
    "context_id": "Only what this context led to",
}

ROUTES: Final = (
    Route("GET", "/api/history/period", period, Access.READ, query=_PERIOD),
    Route("GET", "/api/history/period/{start}", period, Access.READ, query=_PERIOD),
    Route("GET", "/api/logbook", logbook, Access.READ, query=_LOGBOOK),
    Route("GET", "/api/logbook/{start}", logbook, Access.READ, query=_LOGBOOK),
)
