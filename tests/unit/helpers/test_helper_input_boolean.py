"""input_boolean."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.core.errors import NotFound
from marge.util.schema import Invalid


async def test_it_is_switched_and_remembers_over_a_restart(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_boolean:\n  guests: {name: Guests, icon: mdi:bed}\n")
    assert house.state("input_boolean.guests") == "off"
    assert house.attributes("input_boolean.guests") == {
        "editable": False,
        "icon": "mdi:bed",
        "friendly_name": "Guests",
    }
    await house.call("input_boolean.turn_on", "input_boolean.guests")
    assert house.state("input_boolean.guests") == "on"
    house = house.restart()
    assert house.state("input_boolean.guests") == "on"
    await house.call("input_boolean.toggle", "input_boolean.guests")
    assert house.state("input_boolean.guests") == "off"
    await house.call("input_boolean.turn_off", "input_boolean.guests")
    assert house.state("input_boolean.guests") == "off"


async def test_an_initial_state_wins_over_the_last_one(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_boolean:\n  guests: {initial: true}\n")
    assert house.state("input_boolean.guests") == "on"
    await house.call("input_boolean.turn_off", "input_boolean.guests")
    assert house.restart().state("input_boolean.guests") == "on"


async def test_a_stored_one_has_an_id_from_its_name_and_an_entry_in_the_registry(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_boolean:\n  film_night:\n")
    items = house.helpers.collections["input_boolean"]
    assert await items.create({"name": "Film night"}) == {"id": "film_night_2", "name": "Film night"}
    assert house.attributes("input_boolean.film_night_2")["editable"] is True
    assert house.registries.entities.get_entity_id("input_boolean", "input_boolean", "film_night_2") == (
        "input_boolean.film_night_2"
    )
    assert items.items() == [{"id": "film_night_2", "name": "Film night"}]
    house = house.restart()
    items = house.helpers.collections["input_boolean"]
    assert items.items() == [{"id": "film_night_2", "name": "Film night"}]
    changed = await items.update("film_night_2", {"name": "Cinema", "icon": "mdi:film"})
    assert changed == {"id": "film_night_2", "name": "Cinema", "icon": "mdi:film"}
    assert house.attributes("input_boolean.film_night_2")["friendly_name"] == "Cinema"
    await items.delete("film_night_2")
    assert "input_boolean.film_night_2" not in house.hub.states
    assert house.registries.entities.get("input_boolean.film_night_2") is None
    assert house.restart().helpers.collections["input_boolean"].items() == []


async def test_a_wrong_item_is_refused_as_home_assistant_does(tmp_path: Path) -> None:
    items = HelperHouse(tmp_path).helpers.collections["input_boolean"]
    with pytest.raises(Invalid, match=r"required key not provided @ data\['name'\]"):
        await items.create({})
    with pytest.raises(Invalid, match=r"length of value must be at least 1 @ data\['name'\]"):
        await items.create({"name": ""})
    with pytest.raises(Invalid, match="extra keys not allowed"):
        await items.create({"name": "x", "colour": "red"})
    with pytest.raises(NotFound):
        await items.update("nothing", {"name": "x"})
    with pytest.raises(NotFound):
        await items.delete("nothing")
    assert items.items() == []
