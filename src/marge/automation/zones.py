"""Is an entity in a zone? Shared by the zone and geo_location triggers and the zone condition."""

from __future__ import annotations

from typing import Final, Literal

from marge.automation.errors import ConditionFailed
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.util.geo import distance_m

Passage = Literal["enter", "leave"]

NOWHERE: Final = (UNAVAILABLE, UNKNOWN)


def has_location(state: State) -> bool:
    """Whether a state has a position: both of its degrees with a fraction, as Home Assistant wants them."""
    return isinstance(state.attributes.get("latitude"), float) and isinstance(state.attributes.get("longitude"), float)


def is_in(zone: State, state: State) -> bool:
    """Whether an entity is in a zone; its `gps_accuracy` counts for it. Raises ConditionFailed without a position."""
    if state.state in NOWHERE:
        return False
    for name in ("latitude", "longitude"):
        if state.attributes.get(name) is None:
            raise ConditionFailed(f"{state.entity_id} has no attribute '{name}'")
    if zone.state == UNAVAILABLE:
        return False
    try:
        latitude, longitude = float(state.attributes["latitude"]), float(state.attributes["longitude"])
        accuracy = float(state.attributes.get("gps_accuracy") or 0)
        center = float(zone.attributes["latitude"]), float(zone.attributes["longitude"])
        radius = float(zone.attributes["radius"])
    except (KeyError, ValueError, TypeError) as error:
        raise ConditionFailed(f"the position of {state.entity_id} or {zone.entity_id} is no position") from error
    away = distance_m(latitude, longitude, *center)
    return away is not None and away - accuracy < radius


def passes(zone: State, old: State | None, new: State | None, event: Passage) -> bool:
    """Whether a change leads into the zone (`enter`) or out of it; raises ConditionFailed."""
    was_in = old is not None and is_in(zone, old)
    is_now_in = new is not None and is_in(zone, new)
    return is_now_in and not was_in if event == "enter" else was_in and not is_now_in
