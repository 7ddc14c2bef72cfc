"""Values of variables, stored and brought back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from automation_house import house_with
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.automation.kept_values import CannotBeKept, bring_back, keep
from marge.automation.views import EventView, state_view
from marge.core.context import Context
from marge.templates import TemplateEngine
from marge.templates.functions.states import state_of
from marge.testing import make_hub

PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=6),
    st.datetimes(timezones=st.just(UTC)),
    st.dates(),
    st.times(),
    st.timedeltas(timedelta(days=-100), timedelta(days=100)),
    st.sampled_from(["__kept__", Context("a", None, "b")]),
)
KEYS = st.one_of(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), st.integers(0, 9), st.just("__kept__"))
VALUES = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(tuple),
        st.dictionaries(KEYS, inner, max_size=3),
        st.sets(st.integers(0, 9), max_size=3),
    ),
    max_leaves=10,
)


def over(value: Any) -> Any:
    """What a value is after a restart."""
    return bring_back(json.loads(json.dumps(keep(value))), TemplateEngine(make_hub()))


@settings(max_examples=200, deadline=None)
@given(value=VALUES)
def test_what_is_kept_comes_back(value: Any) -> None:
    assert over(value) == value


@pytest.mark.parametrize(
    "value", [datetime(2026, 1, 1), date(2026, 1, 1), time(1, 2), {1: {2: (3,)}}, {"__kept__": "x"}]
)
def test_kinds_stay_what_they_are(value: Any) -> None:
    assert (over(value), type(over(value))) == (value, type(value))


async def test_states_and_events_look_as_before() -> None:
    async with house_with() as house:
        state = house.set("light.a", "on", level=5, list=[1])
        view = over(state_view(house.templates, state))
        assert state_of(view).as_dict() == state.as_dict()
        event = house.hub.bus.fire("thing", {"x": [1, 2]})
        seen = EventView(house.templates, event)
        assert over(seen).as_dict() == seen.as_dict()
        assert over({"trigger": {"to_state": state_view(house.templates, state)}})["trigger"]["to_state"].name == "a"


@pytest.mark.parametrize("value", [float("nan"), float("inf"), b"raw", object(), [[{"a": b""}]], len])
def test_what_has_no_form_is_refused(value: Any) -> None:
    with pytest.raises(CannotBeKept):
        keep(value)


def test_what_holds_itself_is_refused() -> None:
    endless: list[Any] = []
    endless.append(endless)
    with pytest.raises(CannotBeKept):
        keep(endless)
