"""Groups of sensors."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse


def start(tmp_path: Path, kind: str, extra: str = "") -> HelperHouse:
    return HelperHouse(
        tmp_path,
        f"sensor:\n  - {{platform: group, name: All, type: {kind}, entities: [sensor.a, sensor.b, number.c]{extra}}}\n",
    )


def put(house: HelperHouse, *states: Any, **attributes: Any) -> None:
    for entity_id, state in zip(("sensor.a", "sensor.b", "number.c"), states, strict=False):
        house.clock.advance(1)
        house.hub.states.set(entity_id, str(state), attributes)


@pytest.mark.parametrize(
    ("kind", "state", "attribute"),
    [
        ("min", "1.0", {"min_entity_id": "sensor.a"}),
        ("max", "5.0", {"max_entity_id": "sensor.b"}),
        ("mean", "3.0", {}),
        ("median", "3.0", {}),
        ("last", "3.0", {"last_entity_id": "number.c"}),
        ("range", "4.0", {}),
        ("stdev", "2.0", {}),
        ("sum", "9.0", {}),
        ("product", "15.0", {}),
    ],
)
def test_each_type_makes_one_number(tmp_path: Path, kind: str, state: str, attribute: dict[str, str]) -> None:
    house = start(tmp_path, kind)
    put(house, 1, 5, 3)
    assert house.state("sensor.all") == state
    assert house.attributes("sensor.all") == {
        "entity_id": ["sensor.a", "sensor.b", "number.c"],
        "icon": "mdi:calculator",
        "friendly_name": "All",
        **attribute,
    }


def test_a_member_without_a_number_counts_unless_told_not_to(tmp_path: Path) -> None:
    house = start(tmp_path, "sum")
    assert house.state("sensor.all") == "unavailable"
    put(house, 1, 5, "unknown")
    assert house.state("sensor.all") == "unknown"
    put(house, "x", "unavailable", "unknown")
    assert house.state("sensor.all") == "unavailable"
    house = start(tmp_path, "sum", ", ignore_non_numeric: true")
    put(house, 1, 5, "unknown")
    assert house.state("sensor.all") == "6.0"


def test_class_and_unit_come_from_the_members_and_units_are_converted(tmp_path: Path) -> None:
    house = start(tmp_path, "sum")
    put(house, 1, 2, 3, device_class="power", state_class="measurement", unit_of_measurement="W")
    house.hub.states.set(
        "sensor.b", "2", {"device_class": "power", "state_class": "measurement", "unit_of_measurement": "kW"}
    )
    assert house.state("sensor.all") == "2004.0"
    attributes = house.attributes("sensor.all")
    assert [attributes[key] for key in ("device_class", "state_class", "unit_of_measurement")] == [
        "power",
        "measurement",
        "W",
    ]
    assert "icon" not in attributes


def test_what_the_item_says_wins(tmp_path: Path) -> None:
    house = start(tmp_path, "sum", ", device_class: power, unit_of_measurement: kW")
    put(house, 1000, 2000, 3000, unit_of_measurement="W")
    assert (house.state("sensor.all"), house.attributes("sensor.all")["unit_of_measurement"]) == ("6.0", "kW")


def test_without_a_name_it_is_called_after_its_type(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = HelperHouse(
        tmp_path,
        "sensor:\n  - {platform: group, type: mean, entities: [sensor.a]}\n"
        "  - {platform: group, type: mode, entities: [sensor.a]}\n"
        "  - {platform: group, type: mean, entities: [light.a]}\n",
    )
    assert house.hub.states.entity_ids("sensor") == ["sensor.sensor_group_mean"]
    assert "configuration.yaml:3" in caplog.text
    assert "configuration.yaml:4" in caplog.text
