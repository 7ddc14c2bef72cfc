"""person."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.util.schema import Invalid

YAML = """
person:
  - {id: anna, name: Anna, device_trackers: [device_tracker.phone, device_tracker.router, device_tracker.watch]}
  - {name: Nobody}
"""
HOME = {"latitude": 52.0, "longitude": 4.0}


class Users:
    """Implements `UserDirectory`."""

    def is_admin(self, user_id: str) -> bool | None:
        return True if user_id in ("u1", "u2") else None


def track(house: HelperHouse, name: str, state: str, **attributes: Any) -> None:
    house.clock.advance(1)
    house.hub.states.set(f"device_tracker.{name}", state, attributes)


def gps(house: HelperHouse, state: str, name: str = "phone", **attributes: Any) -> None:
    track(house, name, state, source_type="gps", latitude=1.5, longitude=2.5, gps_accuracy=10, **attributes)


def test_at_home_wins_then_the_newest_gps_then_the_newest_away(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    assert house.state("person.anna") == "unknown"
    track(house, "router", "not_home", source_type="router")
    assert (house.state("person.anna"), house.attributes("person.anna")["source"]) == (
        "not_home",
        "device_tracker.router",
    )
    gps(house, "Work")
    assert house.state("person.anna") == "Work"
    assert house.attributes("person.anna") == {
        "editable": False,
        "id": "anna",
        "device_trackers": ["device_tracker.phone", "device_tracker.router", "device_tracker.watch"],
        "latitude": 1.5,
        "longitude": 2.5,
        "gps_accuracy": 10,
        "source": "device_tracker.phone",
        "friendly_name": "Anna",
    }
    gps(house, "Shop", name="watch")
    assert house.state("person.anna") == "Shop"
    track(house, "router", "home", source_type="router")
    assert house.state("person.anna") == "home"
    gps(house, "Work")
    assert house.state("person.anna") == "home"
    assert "latitude" not in house.attributes("person.anna")
    track(house, "router", "unavailable")
    assert house.state("person.anna") == "Shop"
    assert "person.nobody" not in house.hub.states


def test_zones_count_the_persons_in_them(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML + "zone:\n  - {name: Work, latitude: 10, longitude: 10}\n", **HOME)
    gps(house, "work")
    assert house.state("zone.work") == "1"
    assert house.attributes("zone.work")["persons"] == ["person.anna"]
    track(house, "router", "home", source_type="router")
    assert (house.state("zone.work"), house.state("zone.home")) == ("0", "1")
    house.registries.entities.update("person.anna", new_entity_id="person.ann")
    assert house.attributes("zone.home")["persons"] == ["person.ann"]
    house.registries.entities.update("person.ann", disabled_by="user")
    assert house.state("zone.home") == "0"


async def test_a_new_zone_knows_who_is_there(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    gps(house, "Shop")
    await house.helpers.collections["zone"].create({"name": "Shop", "latitude": 1, "longitude": 1})
    assert house.attributes("zone.shop")["persons"] == ["person.anna"]


def test_until_the_trackers_are_back_the_last_state_holds(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    gps(house, "Work")
    house = house.restart()
    written = [event.data.new_state.state for event in house.fired("state_changed") if event.data.entity_id[0] == "p"]
    assert written == ["Work", "unknown"]


async def test_a_stored_one_belongs_to_an_account_that_exists_and_is_free(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, **HOME)
    house.hub.services.users = Users()
    items = house.helpers.collections["person"]
    await house.helpers.new_person("u1", "Anna")
    assert items.items() == [{"id": "anna", "name": "Anna", "user_id": "u1", "device_trackers": []}]
    assert house.attributes("person.anna")["user_id"] == "u1"
    with pytest.raises(Invalid, match="User already taken"):
        await items.create({"name": "B", "user_id": "u1"})
    with pytest.raises(Invalid, match="User does not exist"):
        await items.create({"name": "B", "user_id": "u3"})
    with pytest.raises(Invalid, match="expected 'device_tracker'"):
        await items.create({"name": "B", "device_trackers": ["light.a"]})
    await items.create({"name": "B", "user_id": None, "picture": "/api/image/1"})
    assert house.attributes("person.b")["entity_picture"] == "/api/image/1"
    changed = await items.update("anna", {"device_trackers": ["device_tracker.phone"], "user_id": "u1"})
    assert changed["device_trackers"] == ["device_tracker.phone"]
    gps(house, "Work")
    assert house.state("person.anna") == "Work"


async def test_accounts_and_trackers_that_go_are_forgotten(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, **HOME)
    items = house.helpers.collections["person"]
    tracker = house.registries.entities.get_or_create("device_tracker", "mqtt", "1", suggested_object_id="phone")
    await items.create({"name": "A", "user_id": "u1", "device_trackers": [tracker.entity_id]})
    house.registries.entities.remove(tracker.entity_id)
    house.hub.bus.fire("user_removed", {"user_id": "u1"})
    assert items.items() == [{"id": "a", "name": "A", "user_id": None, "device_trackers": []}]
    assert house.restart().helpers.collections["person"].items() == items.items()


async def test_the_persons_of_the_files_are_listed_apart(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    items = house.helpers.collections["person"]
    assert items.items() == []
    assert [item["id"] for item in items.config_items()] == ["anna"]


def test_one_with_an_unknown_account_is_left_out(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(tmp_path, **HOME)
    house.hub.services.users = Users()
    house.write("person:\n  - {id: a, name: A, user_id: u9}\n  - {id: b, name: B, user_id: u1}\n")
    house.helpers.collection("person").load_yaml(house.helpers._house.read().items("person"))
    assert house.hub.states.entity_ids("person") == ["person.b"]
    assert "unknown user_id 'u9' at configuration.yaml:2" in caplog.text


async def test_trackers_and_persons_are_related(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML, **HOME)
    search = house.registries.search
    assert search.related("entity", "device_tracker.phone") == {"person": ["person.anna"]}
    assert search.related("person", "person.anna")["entity"] == [
        "device_tracker.phone",
        "device_tracker.router",
        "device_tracker.watch",
    ]
