"""input_number."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.util.schema import Invalid

YAML = "input_number:\n  n: {name: N, min: -1, max: 10, step: 4, unit_of_measurement: kWh, mode: box}\n"


async def test_it_starts_at_its_lowest_and_shows_its_limits(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    assert house.state("input_number.n") == "-1.0"
    assert house.attributes("input_number.n") == {
        "initial": None,
        "editable": False,
        "min": -1.0,
        "max": 10.0,
        "step": 4.0,
        "mode": "box",
        "unit_of_measurement": "kWh",
        "friendly_name": "N",
    }


async def test_it_steps_within_its_limits_and_remembers(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("input_number.set_value", "input_number.n", value="7.5")
    assert house.state("input_number.n") == "7.5"
    await house.call("input_number.increment", "input_number.n")
    assert house.state("input_number.n") == "10.0"
    await house.call("input_number.decrement", "input_number.n")
    assert house.state("input_number.n") == "6.0"
    assert house.restart().state("input_number.n") == "6.0"


async def test_a_value_outside_is_refused(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    with pytest.raises(Invalid, match=r"Invalid value for input_number\.n: 11\.0 \(range -1\.0 - 10\.0\)"):
        await house.call("input_number.set_value", "input_number.n", value=11)
    with pytest.raises(Invalid, match="expected float"):
        await house.call("input_number.set_value", "input_number.n", value="nan")
    assert house.state("input_number.n") == "-1.0"


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ({"name": "x", "min": 2, "max": 2}, "not greater than minimum"),
        ({"name": "x", "min": 1, "max": 2, "initial": 3}, "not in range"),
        ({"name": "x", "min": 1}, r"required key not provided @ data\['max'\]"),
        ({"name": "x", "min": 1, "max": 2, "step": 0}, r"must be at least 1e-09.*data\['step'\]"),
        ({"name": "x", "min": 1, "max": 2, "mode": "knob"}, r"must be one of.*data\['mode'\]"),
    ],
)
async def test_wrong_limits_are_refused(tmp_path: Path, item: dict[str, object], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        await HelperHouse(tmp_path).helpers.collections["input_number"].create(item)


async def test_a_last_value_outside_of_new_limits_is_forgotten(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("input_number.set_value", "input_number.n", value=9)
    assert house.restart("input_number:\n  n: {min: 0, max: 5}\n").state("input_number.n") == "0.0"


async def test_new_limits_move_the_value_of_a_living_one(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    items = house.helpers.collections["input_number"]
    created = await items.create({"name": "n", "min": 0, "max": 10})
    assert created == {"id": "n", "name": "n", "min": 0.0, "max": 10.0, "step": 1.0, "mode": "slider"}
    await house.call("input_number.set_value", "input_number.n", value=9)
    await items.update("n", {"name": "n", "min": 0, "max": 5, "initial": 2})
    assert house.state("input_number.n") == "5.0"
    assert house.restart().state("input_number.n") == "2.0"
