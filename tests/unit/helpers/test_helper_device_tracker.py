"""device_tracker.see, and the trackers of known_devices.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.helpers.see import Seen
from marge.util.schema import Invalid

HOME = {"latitude": 52.0, "longitude": 5.0}


async def see(house: HelperHouse, **data: Any) -> None:
    await house.call("device_tracker.see", **data)


async def test_a_device_that_is_seen_gets_a_tracker_and_a_place_in_the_file(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    await see(house, dev_id="PhoneDave", host_name="Dave", battery=70, attributes={"a": 1}, location_name="work")
    assert house.state("device_tracker.phonedave") == "work"
    assert house.attributes("device_tracker.phonedave") == {
        "source_type": "gps",
        "battery": 70,
        "a": 1,
        "friendly_name": "Dave",
    }
    [event] = house.fired("device_tracker_new_device")
    assert event.data == {"entity_id": "device_tracker.phonedave", "host_name": "Dave", "mac": None}
    written = (tmp_path / "known_devices.yaml").read_text()
    assert written == '\n"phonedave":\n  name: "Dave"\n  mac: null\n  icon: null\n  picture: null\n  track: true\n'
    await see(house, dev_id="phonedave", location_name="home", attributes={"b": 2})
    assert house.state("device_tracker.phonedave") == "home"
    assert (house.attributes("device_tracker.phonedave")["a"], house.attributes("device_tracker.phonedave")["b"]) == (
        1,
        2,
    )
    assert len(house.fired("device_tracker_new_device")) == 1
    assert (tmp_path / "known_devices.yaml").read_text() == written
    again = house.restart()
    assert again.state("device_tracker.phonedave") == "home"
    assert again.attributes("device_tracker.phonedave")["battery"] == 70
    assert again.attributes("device_tracker.phonedave")["friendly_name"] == "Dave"
    again.stop()


async def test_positions_are_zones(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "zone:\n  - {name: School, latitude: 10, longitude: 20, radius: 100}\n", **HOME)
    await see(house, mac="aa:bb", gps=[52.0, 5.0], gps_accuracy=10)
    assert house.state("device_tracker.aa_bb") == "home"
    assert house.attributes("device_tracker.aa_bb")["latitude"] == 52.0
    await see(house, mac="AA:BB", gps=["10", "20"])
    assert house.state("device_tracker.aa_bb") == "School"
    await see(house, mac="AA:BB", gps=[0, 0])
    assert house.state("device_tracker.aa_bb") == "not_home"
    house.stop()


async def test_who_was_seen_at_home_is_away_when_not_seen_for_long(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    await see(house, mac="AA:BB", host_name="Laptop", source_type="router")
    assert house.state("device_tracker.laptop") == "home"
    house.clock.advance(100)
    await see(house, mac="AA:BB", source_type="router")
    house.clock.advance(170)
    assert house.state("device_tracker.laptop") == "home"
    house.clock.advance(11)
    assert house.state("device_tracker.laptop") == "not_home"
    await see(house, mac="AA:BB", source_type="router", consider_home="00:01:00")
    house.clock.advance(61)
    assert house.state("device_tracker.laptop") == "not_home"
    await see(house, mac="AA:BB", source_type="router")
    again = house.restart(after=5)
    assert again.state("device_tracker.laptop") == "home"
    again.clock.advance(181)
    assert again.state("device_tracker.laptop") == "not_home"
    again.stop()


async def test_two_devices_may_have_one_name(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    await see(house, mac="AA:BB", host_name="Phone")
    await see(house, mac="CC:DD", host_name="Phone", location_name="work")
    assert (house.state("device_tracker.phone"), house.state("device_tracker.phone_2")) == ("home", "work")
    house.stop()


async def test_the_file_says_what_devices_are_called_and_whether_they_are_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "known_devices.yaml").write_text(
        "tv:\n  {name: Television, mac: 'aa:bb', icon: 'mdi:tv', picture: /local/tv.png, track: true, vendor: Acme}\n"
        "hidden:\n  {name: Hidden, mac: 'cc:dd', track: false}\n"
        "ada:\n  {name: Ada, gravatar: ada@example.com, track: true, consider_home: 10}\n"
        "wrong:\n  {name: Wrong, icon: nothing, track: true}\n"
        "worse: 5\n"
    )
    house = HelperHouse(tmp_path)
    assert house.hub.states.entity_ids("device_tracker") == ["device_tracker.tv", "device_tracker.ada"]
    assert house.state("device_tracker.tv") == "not_home"
    assert "the device 'wrong' is left out" in caplog.text and "the device 'worse' is left out" in caplog.text
    await see(house, mac="AA:BB", host_name="living-room-tv", source_type="router")
    await see(house, mac="CC:DD", source_type="router")
    await see(house, dev_id="ada", source_type="bluetooth")
    assert house.state("device_tracker.tv") == "home"
    assert house.attributes("device_tracker.tv") == {
        "source_type": "router",
        "friendly_name": "Television",
        "icon": "mdi:tv",
        "entity_picture": "/local/tv.png",
    }
    assert house.hub.states.get("device_tracker.hidden") is None
    assert house.attributes("device_tracker.ada")["entity_picture"].startswith("https://www.gravatar.com/avatar/")
    house.clock.advance(11)
    assert (house.state("device_tracker.tv"), house.state("device_tracker.ada")) == ("home", "not_home")
    house.stop()


@pytest.mark.parametrize("content", ["a: [", "- a\n", ""])
async def test_a_broken_file_costs_its_devices_only(
    tmp_path: Path, content: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "known_devices.yaml").write_text(content)
    house = HelperHouse(tmp_path)
    assert house.hub.states.entity_ids("device_tracker") == []
    assert ("known_devices.yaml" in caplog.text) == bool(content)
    house.stop()


async def test_a_tracker_with_a_source_of_its_own_is_left_alone(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = HelperHouse(tmp_path)
    house.registries.entities.get_or_create("device_tracker", "mqtt", "u", suggested_object_id="phone")
    await see(house, dev_id="phone", location_name="home")
    assert "device_tracker.phone is no tracker that device_tracker.see can move" in caplog.text
    assert house.hub.states.get("device_tracker.phone") is None
    assert not (tmp_path / "known_devices.yaml").exists()
    house.stop()


@pytest.mark.parametrize(
    "data",
    [
        {"host_name": "x"},
        {"dev_id": "not a slug"},
        {"dev_id": "x", "gps": [1]},
        {"dev_id": "x", "gps": [91, 0]},
        {"dev_id": "x", "gps": ["nan", 0]},
        {"dev_id": "x", "battery": -1},
        {"dev_id": "x", "source_type": "magic"},
        {"mac": ""},
        {"dev_id": "x", "more": 1},
    ],
)
async def test_wrong_data_is_refused(tmp_path: Path, data: dict[str, Any]) -> None:
    house = HelperHouse(tmp_path)
    with pytest.raises(Invalid):
        await see(house, **data)
    assert house.hub.states.entity_ids("device_tracker") == []
    house.stop()


async def test_the_description_names_the_fields_that_the_service_takes(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    service = house.hub.services.get("device_tracker", "see")
    assert service is not None
    described = service.describe()
    assert set(described["fields"]) == set(Seen.__struct_fields__)
    house.stop()
