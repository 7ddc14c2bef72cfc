"""Plans for counters, timers, and inputs with more than a value."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from marge.automation.reproduce import Call, Unreachable, Wanted, check_state
from marge.core.state import State
from marge.util.dt import parse_date, parse_datetime, parse_time

_TIMER: Final = {"active": "start", "paused": "pause", "idle": "cancel"}


def counter(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Counters; their bounds and step can be changed by nobody."""
    if not wanted.state.isdigit():
        raise Unreachable(f"'{wanted.state}' is no number")
    if current().state != wanted.state:
        yield "set_value", {"value": int(wanted.state)}


def input_datetime(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Dates and times, by what the helper holds."""
    state = current()
    has_date, has_time = state.attributes.get("has_date"), state.attributes.get("has_time")
    if has_date and has_time:
        key, valid = "datetime", parse_datetime(wanted.state) is not None
    elif has_date:
        key, valid = "date", parse_date(wanted.state) is not None
    else:
        key, valid = "time", parse_time(wanted.state) is not None
    if not valid:
        raise Unreachable(f"'{wanted.state}' is no {key}")
    if state.state != wanted.state:
        yield "set_datetime", {key: wanted.state}


def input_select(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Dropdowns, with their options if the scene has them."""
    options = wanted.get("options")
    if current().state == wanted.state and current().attributes.get("options") == options:
        return
    if options is not None:
        yield "set_options", {"options": options}
    yield "select_option", {"option": wanted.state}


def timer(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Timers."""
    check_state(wanted, _TIMER)
    duration = wanted.get("duration")
    if current().state == wanted.state and current().attributes.get("duration") == duration:
        return
    with_duration = wanted.state == "active" and duration is not None
    yield _TIMER[wanted.state], {"duration": duration} if with_duration else {}
