"""Distances on the earth and what is closest."""

from __future__ import annotations

import logging
from typing import Any, Final

from marge.templates.bounds import text_of
from marge.templates.functions.base import FILTER, GLOBAL, Export, Scope
from marge.templates.functions.states import TemplateState, expand, resolve
from marge.util.geo import distance_m
from marge.util.schema import is_entity_id

_LOGGER = logging.getLogger("marge.templates")

Point = tuple[float, float]

_KM: Final = 1 / 1000
_MILE: Final = 1 / (0.0254 * 12 * 3 * 1760)


def _number(value: Any) -> float | None:
    try:
        return None if value is None else float(value)
    except (ValueError, TypeError):
        return None


def _location(view: TemplateState) -> Point | None:
    latitude, longitude = view.attributes.get("latitude"), view.attributes.get("longitude")
    return (latitude, longitude) if isinstance(latitude, float) and isinstance(longitude, float) else None


def _home(scope: Scope) -> Point:
    return scope.hub.config.latitude, scope.hub.config.longitude


def distance(scope: Scope, *args: Any) -> float | None:
    """The distance, in the unit of the house, from home to a place or between two: entities or coordinates."""
    points: list[Point] = []
    left = list(args)
    while left:
        value = left.pop(0)
        view = None if isinstance(value, str) and not is_entity_id(value) else resolve(scope, value)
        if view is not None:
            place = _location(view)
            if place is None:
                _LOGGER.warning("distance: %s has no latitude and longitude", view.entity_id)
                return None
            points.append(place)
            continue
        if not left:
            _LOGGER.warning(
                "distance: '%s' is no entity with a location, and a latitude alone is no place", text_of(value)
            )
            return None
        second = left.pop(0)
        latitude, longitude = _number(value), _number(second)
        if latitude is None or longitude is None:
            _LOGGER.warning("distance: '%s', '%s' are no coordinates", text_of(value), text_of(second))
            return None
        points.append((latitude, longitude))
    if len(points) == 1:
        points.append(_home(scope))
    metres = distance_m(*points[0], *points[1])
    if metres is None:
        return None
    return metres * (_KM if scope.hub.config.units.length == "km" else _MILE)


def closest(scope: Scope, *args: Any) -> TemplateState | None:
    """The entity closest to home, to another entity or to coordinates, which come first; none when none is anywhere."""
    if len(args) == 1:
        origin: Point = _home(scope)
    elif len(args) == 2:
        view = resolve(scope, args[0])
        if view is None:
            _LOGGER.warning("closest: there is no entity %s", text_of(args[0]))
            return None
        place = _location(view)
        if place is None:
            _LOGGER.warning("closest: %s has no latitude and longitude", view.entity_id)
            return None
        origin = place
    else:
        latitude, longitude = _number(args[0]), _number(args[1])
        if latitude is None or longitude is None:
            _LOGGER.warning("closest: '%s', '%s' are no coordinates", text_of(args[0]), text_of(args[1]))
            return None
        origin = (latitude, longitude)
    best: TemplateState | None = None
    shortest = float("inf")
    for view in expand(scope, args[-1]):
        if (place := _location(view)) is not None:
            metres = distance_m(*place, *origin) or 0.0
            if metres < shortest:
                best, shortest = view, metres
    return best


def closest_filter(scope: Scope, entities: Any, *origin: Any) -> TemplateState | None:
    """`closest` as a filter: the entities come first."""
    return closest(scope, *origin, entities)


EXPORTS = (
    Export("distance", distance, GLOBAL, bound=True, limited=False),
    Export("closest", closest, GLOBAL, bound=True, limited=False),
    Export("closest", closest_filter, FILTER, bound=True, limited=False),
)
