"""Automations: times that come next, and configurations of any kind."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from marge.automation.schedule import TimePattern, every
from marge.automation.settings import read_automation, read_script
from marge.automation.validate import validate_parts
from marge.util.schema import Invalid

ZONES = [
    ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
]
ONE_HOUR = st.integers(0, 23).map(lambda hour: (hour,))
ONE_MINUTE = st.integers(0, 59).map(lambda minute: (minute,))
HOURS = st.one_of(st.just(every(0, 23, 1)), ONE_HOUR, st.just(every(0, 23, 6)))
MINUTES = st.one_of(
    st.just(every(0, 59, 1)), st.integers(0, 59).map(lambda minute: (minute,)), st.just(every(0, 59, 20))
)


@settings(max_examples=200, deadline=None)
@given(
    zone=st.sampled_from(ZONES),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)),
    hours=HOURS,
    minutes=MINUTES,
)
def test_the_next_one_matches_and_none_is_passed_over(
    zone: ZoneInfo, after: datetime, hours: tuple[int, ...], minutes: tuple[int, ...]
) -> None:
    start = after.replace(tzinfo=UTC).timestamp()
    found = TimePattern(hours, minutes, (0,)).next(start, zone)
    assert found > start
    wall = datetime.fromtimestamp(found, zone)
    assert (wall.hour in hours, wall.minute in minutes, wall.second) == (True, True, 0)
    moment = (start // 60 + 1) * 60
    while moment < found:
        between = datetime.fromtimestamp(moment, zone)
        assert not (between.hour in hours and between.minute in minutes), between
        moment += 60


RECORDED = Path(__file__).parents[1] / "compat" / "automation" / "recorded.json"
AUTOMATIONS = [each for case in json.loads(RECORDED.read_text()) for each in case["automations"]]
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["{{ x }}", "light.a", "00:00:05", "on", "/5", "template", "repeat", "%"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The paths of everything in a configuration."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        found += places(each, (*path, key))
    return found


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_a_spoilt_automation_is_read_or_refused(data: st.DataObject) -> None:
    config = copy.deepcopy(data.draw(st.sampled_from(AUTOMATIONS)))
    *outer, last = data.draw(st.sampled_from(places(config)))
    holder = config
    for step in outer:
        holder = holder[step]
    if isinstance(holder, dict) and data.draw(st.booleans()):
        holder[data.draw(st.text(max_size=8))] = holder.pop(last)
    else:
        holder[last] = data.draw(ANYTHING)
    try:
        read_automation(config)
    except Invalid as error:
        assert str(error)


@settings(max_examples=300, deadline=None)
@given(value=ANYTHING)
def test_anything_is_read_or_refused(value: Any) -> None:
    for read in (read_automation, read_script):
        try:
            read(value)
        except Invalid as error:
            assert str(error)
    answer = validate_parts({"triggers": value, "conditions": value, "actions": value})
    assert set(answer) == {"triggers", "conditions", "actions"}
