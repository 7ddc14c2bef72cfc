"""zone."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from helper_house import HelperHouse

from marge.helpers.zone import in_zone
from marge.util.schema import Invalid

HOME = {"latitude": 52.0, "longitude": 4.0}
YAML = """
zone:
  - {name: Work, latitude: 52.1, longitude: 4.1, radius: 250, icon: mdi:desk}
  - {name: Desk, latitude: 52.1, longitude: 4.1, radius: 50}
  - {name: Hidden, latitude: 10, longitude: 10, passive: true}
  - {name: Nowhere, latitude: 100, longitude: 10}
"""


def test_home_follows_the_configuration_of_the_hub(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, **HOME)
    assert house.state("zone.home") == "0"
    assert house.attributes("zone.home") == {
        "latitude": 52.0,
        "longitude": 4.0,
        "radius": 100.0,
        "passive": False,
        "persons": [],
        "editable": True,
        "icon": "mdi:home",
        "friendly_name": "Home",
    }
    house.hub.update_config(msgspec.structs.replace(house.hub.config, name="Villa", latitude=10.0, radius=30))
    assert house.attributes("zone.home")["friendly_name"] == "Villa"
    assert (house.attributes("zone.home")["latitude"], house.attributes("zone.home")["radius"]) == (10.0, 30.0)


def test_a_position_is_in_the_nearest_zone_or_the_smaller_of_two(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    find = house.helpers.zone_lookup
    assert find(52.0, 4.0, 0) == "home"
    assert find(52.1, 4.1, 0) == "Desk"
    assert find(52.1012, 4.1, 0) == "Work"
    assert find(52.02, 4.0, 0) is None
    assert find(52.02, 4.0, 2200) == "home"
    assert find(10.0, 10.0, 0) is None
    assert "zone.nowhere" not in house.hub.states


def test_in_zone_counts_the_accuracy(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, **HOME)
    home = house.hub.states.get("zone.home")
    assert home is not None
    assert in_zone(home, 52.0, 4.0)
    assert not in_zone(home, 52.02, 4.0)
    assert in_zone(home, 52.02, 4.0, 2200)


async def test_a_stored_zone_is_updated_in_parts(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, **HOME)
    zones = house.helpers.collections["zone"]
    created = await zones.create({"name": "School", "latitude": 51, "longitude": 5})
    assert created == {
        "id": "school",
        "name": "School",
        "latitude": 51.0,
        "longitude": 5.0,
        "radius": 100.0,
        "passive": False,
    }
    changed = await zones.update("school", {"radius": 20})
    assert changed == {**created, "radius": 20.0}
    assert house.attributes("zone.school")["radius"] == 20.0
    with pytest.raises(Invalid):
        await zones.update("school", {"latitude": 91})
    with pytest.raises(Invalid, match=r"required key not provided @ data\['longitude'\]"):
        await zones.create({"name": "School", "latitude": 51})
    assert [item["id"] for item in house.restart().helpers.collections["zone"].items()] == ["school"]


async def test_reloading_replaces_the_zones_of_the_file(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    house.write("zone:\n  - {name: Desk, latitude: 52.1, longitude: 4.1, radius: 60}\n")
    await house.call("zone.reload")
    assert sorted(house.hub.states.entity_ids("zone")) == ["zone.desk", "zone.home"]
    assert house.attributes("zone.desk")["radius"] == 60.0


def test_a_file_may_put_home_elsewhere(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "zone:\n  - {name: Home, latitude: 1, longitude: 2}\n", **HOME)
    assert house.attributes("zone.home")["latitude"] == 1.0
    assert house.helpers.zone_lookup(1.0, 2.0, 0) == "home"
