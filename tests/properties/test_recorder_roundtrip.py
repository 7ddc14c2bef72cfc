"""What is recorded is what is read back, and what is restored is what was there last."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from recorder_house import make_house

from marge.core.context import Context
from marge.core.state import State
from marge.recorder import ids
from marge.util import jsonx

entity_ids = st.sampled_from(["sensor.a", "sensor.b", "light.c", "climate.d", "person.e"])
floats = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | floats | st.text()
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["n", "unit", "größe", "list", ""]) | st.text(max_size=5)
attributes = st.dictionaries(names, json_values, max_size=4)
contexts = st.builds(
    Context,
    st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26) | st.text(max_size=30),
    st.none() | st.text(max_size=30),
    st.none() | st.text("0123456789abcdef", min_size=32, max_size=32) | st.text(max_size=30),
)
steps = st.lists(
    st.tuples(
        entity_ids,
        st.none() | st.text(max_size=255),
        attributes,
        contexts,
        st.sampled_from([0.0, 0.000001, 0.5, 1.0, 3600.0, 100_000.0]),
        st.booleans(),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(steps)
def test_what_is_recorded_is_what_is_read_back(steps: list[Any]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_roundtrip(Path(folder) / "marge.db", steps))


async def _roundtrip(path: Path, steps: list[Any]) -> None:
    house = make_house(path)
    expected: dict[str, list[State | None]] = {}
    last: dict[str, State] = {}
    async with house() as h:
        start = h.clock.now() - 1
        for entity_id, state, given_attributes, context, pause, flush in steps:
            h.clock.advance(pause)
            before = h.hub.states.get(entity_id)
            if state is None:
                if h.hub.states.remove(entity_id, context):
                    expected[entity_id].append(None)
            else:
                after = h.hub.states.set(entity_id, state, given_attributes, context=context)
                if after is not before:
                    expected.setdefault(entity_id, []).append(after)
                    last[entity_id] = after
            if flush:
                await h.recorder.flush()
        found = await h.recorder.history.states(start, h.clock.now() + 1, None)
        assert h.recorder.info().rows_lost == 0
        assert found.keys() == expected.keys()
        for entity_id, states in expected.items():
            rows = found[entity_id]
            assert [row.state for row in rows] == ["" if state is None else state.state for state in states]
            assert [row.last_updated for row in rows] == sorted({row.last_updated for row in rows})
            for row, state in zip(rows, states, strict=True):
                if state is None:
                    continue
                # Changes of the same microsecond are moved on to keep their order.
                assert 0 <= row.last_updated - state.last_updated < 0.001
                assert abs(row.last_changed - state.last_changed) < 0.001
                assert (row.context_id, row.context_parent_id, row.context_user_id) == (
                    state.context.id,
                    state.context.parent_id,
                    state.context.user_id,
                )
                assert row.attributes is not None
                assert jsonx.loads(row.attributes) == state.attributes
    async with house() as h:
        for entity_id, state in last.items():
            restored = h.recorder.last_states.last_state(entity_id)
            assert restored is not None
            assert restored.as_dict() == {**state.as_dict(), "last_reported": restored.as_dict()["last_updated"]}


@given(st.text(max_size=40))
def test_any_id_survives_packing(text: str) -> None:
    assert ids.stored_to_ulid(ids.ulid_to_stored(text)) == text
    assert ids.stored_to_hex(ids.hex_to_stored(text)) == text
