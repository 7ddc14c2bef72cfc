"""Whatever an API client or a file says of a helper is taken or refused, and the hub goes on."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import yaml
from helper_house import HelperHouse
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.core.errors import MargeError
from marge.helpers.kinds import HELPERS
from marge.util.schema import Invalid

NAMES = (
    *(
        "name",
        "icon",
        "initial",
        "min",
        "max",
        "step",
        "mode",
        "options",
        "has_date",
        "has_time",
        "pattern",
        "duration",
    ),
    *("restore", "minimum", "maximum", "monday", "sunday", "latitude", "longitude", "radius", "passive", "user_id"),
    *("device_trackers", "entities", "all", "tag_id", "last_scanned", "unit_of_measurement", "id", "x"),
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text("ab:0-9 TZé", max_size=8)
    | st.sampled_from(["10:00", "24:00", "2026-01-01", "box", "mdi:a", "device_tracker.a", "light.a", "A"])
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["from", "to", "data", "hours", "a"]), inner, max_size=3)
    ),
    max_leaves=6,
)
ITEMS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8)
STORED = sorted(name for name in HELPERS if name != "group")


def listed(house: HelperHouse) -> dict[str, list[Any]]:
    """All items by kind, in the order of their ids: a restart brings them back in that order."""
    collections = house.helpers.collections.items()
    return {kind: sorted(items.items(), key=lambda item: str(item["id"])) for kind, items in collections}


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(STORED), ITEMS), min_size=1, max_size=5))
def test_items_of_the_api(tried: list[tuple[str, dict[str, Any]]]) -> None:
    async def run(folder: Path) -> None:
        house = HelperHouse(folder)
        for kind, data in tried:
            items = house.helpers.collections[kind]
            try:
                created = await items.create(data)
            except (Invalid, MargeError):
                continue
            assert created in items.items()
            try:
                changed = await items.update(created["id"], {**data, "name": "B"})
            except (Invalid, MargeError):
                continue
            assert changed["id"] == created["id"]
        before = listed(house)
        again = house.restart()
        assert listed(again) == before
        again.stop()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))


SECTIONS = st.dictionaries(
    st.sampled_from([*HELPERS, "template", "light", "sensor", "switch"]),
    VALUES
    | st.dictionaries(st.sampled_from(["a", "b", "C d"]), ITEMS | SCALARS, max_size=3)
    | st.lists(ITEMS | st.fixed_dictionaries({"platform": st.sampled_from(["group", "template"]), "entities": VALUES}))
    | st.lists(st.dictionaries(st.sampled_from(["sensor", "binary_sensor", "switch", "number", "x"]), ITEMS | VALUES)),
    max_size=4,
)


@settings(max_examples=150, deadline=None)
@given(SECTIONS)
def test_items_of_files(sections: dict[str, Any]) -> None:
    async def run(folder: Path) -> None:
        house = HelperHouse(folder, yaml.safe_dump(sections, allow_unicode=True))
        await house.helpers.settle()
        assert "zone.home" in house.hub.states
        assert house.state("sun.sun") in ("above_horizon", "below_horizon")
        house.stop()

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(run(Path(folder)))
