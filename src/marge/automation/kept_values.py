"""Variables of a run as JSON, and back: plain values, times, states, events and contexts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

from marge.automation.views import EventView, state_view
from marge.core.context import Context
from marge.core.events import Event
from marge.core.state import State
from marge.templates.functions.states import TemplateState, state_of

if TYPE_CHECKING:
    from marge.templates import TemplateEngine

_TAG: Final = "__kept__"
_MAX_DEPTH: Final = 50


class CannotBeKept(Exception):
    """A value that has no form in which it could be stored; the text says of what kind it is."""


def keep(value: Any, depth: int = 0) -> Any:
    """`value` as JSON can hold it; raises CannotBeKept."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, float):
        if value - value != 0:
            raise CannotBeKept("a number that is not finite")
        return value
    if depth > _MAX_DEPTH:
        raise CannotBeKept("values nested too deeply")
    if isinstance(value, list):
        return [keep(item, depth + 1) for item in value]
    if isinstance(value, (TemplateState, State)):
        return _tagged("state", _state(state_of(value) if isinstance(value, TemplateState) else value, depth))
    if isinstance(value, Mapping):
        return _mapping(value, depth)
    for kind, (name, form) in _FORMS.items():
        if isinstance(value, kind):
            return _tagged(name, keep(form(value), depth + 1))
    raise CannotBeKept(f"a value of type {type(value).__name__}")


def bring_back(value: Any, engine: TemplateEngine) -> Any:
    """What `keep` was given; raises ValueError, KeyError or TypeError for what is no result of it."""
    if isinstance(value, list):
        return [bring_back(item, engine) for item in value]
    if not isinstance(value, dict):
        return value
    if _TAG not in value:
        return {name: bring_back(item, engine) for name, item in value.items()}
    inner = bring_back(value["value"], engine)
    if value[_TAG] == "state":
        return state_view(engine, State(**{**inner, "context": Context(**inner["context"])}))
    if value[_TAG] == "event":
        return EventView(engine, Event(**{**inner, "context": Context(**inner["context"])}))
    return _BACK[value[_TAG]](inner)


def _tagged(name: str, value: Any) -> dict[str, Any]:
    return {_TAG: name, "value": value}


def _mapping(value: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    if all(isinstance(name, str) for name in value) and _TAG not in value:
        return {str(name): keep(item, depth + 1) for name, item in value.items()}
    return _tagged("mapping", [[keep(name, depth + 1), keep(item, depth + 1)] for name, item in value.items()])


def _state(state: State, depth: int) -> Any:
    return keep(
        {
            "entity_id": state.entity_id,
            "state": state.state,
            "attributes": state.attributes,
            "last_changed": state.last_changed,
            "last_updated": state.last_updated,
            "last_reported": state.last_reported,
            "context": state.context.as_dict(),
        },
        depth + 1,
    )


def _event(event: EventView) -> dict[str, Any]:
    return {
        "event_type": event.event_type,
        "data": event.data,
        "origin": event.origin,
        "time_fired": event.time_fired_timestamp,
        "context": event.context.as_dict(),
    }


# A datetime is a date too: the more special kind comes first.
_FORMS: Final[dict[type, tuple[str, Callable[[Any], Any]]]] = {
    datetime: ("datetime", datetime.isoformat),
    date: ("date", date.isoformat),
    time: ("time", time.isoformat),
    timedelta: ("timedelta", timedelta.total_seconds),
    tuple: ("tuple", list),
    set: ("set", list),
    frozenset: ("set", list),
    Context: ("context", Context.as_dict),
    EventView: ("event", _event),
}

_BACK: Final[dict[str, Callable[[Any], Any]]] = {
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timedelta": lambda seconds: timedelta(seconds=seconds),
    "tuple": tuple,
    "set": set,
    "mapping": dict,
    "context": lambda parts: Context(**parts),
}
