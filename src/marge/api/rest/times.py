"""Times in addresses and queries."""

from __future__ import annotations

from marge.api.context import ApiContext
from marge.api.errors import HttpError
from marge.util.dt import parse_datetime


def time_of(api: ApiContext, text: str, complaint: str) -> float:
    """Unix seconds of an ISO time, the house's where it has no zone; raises HttpError 400 with `complaint`."""
    # A `+` in an address that nobody escaped has become a space.
    found = parse_datetime(text.replace(" ", "+") if text[10:11] == "T" else text)
    if found is None:
        raise HttpError(400, complaint)
    if found.tzinfo is None:
        found = found.replace(tzinfo=api.hub.config.zone)
    try:
        return found.timestamp()
    except (OverflowError, ValueError, OSError):
        raise HttpError(400, complaint) from None
