"""Differences of states in the short form."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from marge.api.websocket.entity_stream import difference
from marge.core.context import Context
from marge.core.state import State
from marge.testing import make_hub


def states(*written: tuple[str, dict[str, Any]]) -> list[State]:
    hub = make_hub()
    made = []
    for value, attributes in written:
        made.append(hub.states.set("light.a", value, attributes))
        hub.clock.advance(1)  # type: ignore[attr-defined]
    return made


def apply(before: dict[str, Any], change: dict[str, Any]) -> dict[str, Any]:
    """What a client makes of a difference, as Home Assistant's library does."""
    plus = change.get("+", {})
    after = {**before, "a": {**before["a"], **plus.get("a", {})}}
    for name in change.get("-", {}).get("a", []):
        del after["a"][name]
    if "s" in plus:
        after["s"] = plus["s"]
    if "lc" in plus:
        after["lc"] = after["lu"] = plus["lc"]
    elif "lu" in plus:
        after["lu"] = plus["lu"]
    if "c" in plus:
        context = plus["c"]
        after["c"] = {**before["c"], **(context if isinstance(context, dict) else {"id": context})}
    return after


def whole(state: State) -> dict[str, Any]:
    return {
        "s": state.state,
        "a": state.attributes,
        "lc": state.last_changed,
        "lu": state.last_updated,
        "c": state.context.as_dict(),
    }


ATTRIBUTES = st.dictionaries(st.sampled_from("abc"), st.integers(0, 2) | st.none(), max_size=3)
CONTEXTS = st.builds(Context, st.sampled_from("xyz"), st.none() | st.just("p"), st.none() | st.just("u"))


@given(
    st.tuples(st.sampled_from(["on", "off"]), ATTRIBUTES, CONTEXTS),
    st.tuples(st.sampled_from(["on", "off"]), ATTRIBUTES, CONTEXTS),
)
def test_a_client_that_applies_a_difference_has_the_new_state(
    one: tuple[str, dict[str, Any], Context], two: tuple[str, dict[str, Any], Context]
) -> None:
    hub = make_hub()
    old = hub.states.set("light.a", one[0], one[1], context=one[2])
    hub.clock.advance(1)  # type: ignore[attr-defined]
    new = hub.states.set("light.a", two[0], two[1], context=two[2])
    after = apply(whole(old), difference(old, new))
    assert after == whole(new)


def test_only_what_changed_is_told() -> None:
    old, new = states(("on", {"a": 1, "b": 1}), ("on", {"a": 2}))
    change = difference(old, new)
    assert change["+"]["a"] == {"a": 2}
    assert change["-"] == {"a": ["b"]}
    assert "s" not in change["+"]
    assert "lc" not in change["+"]
