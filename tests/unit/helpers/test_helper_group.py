"""group."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.services import Target
from marge.util.schema import Invalid

YAML = """
group:
  lights: light.a, light.b
  every: {name: Every, icon: mdi:lamp, all: true, entities: [light.a, light.b]}
  doors: [cover.a, cover.b]
  people: [person.a, device_tracker.b]
  mixed: [cover.a, light.a]
  sensors: [sensor.a]
  nested: [group.doors, cover.c]
"""


def put(house: HelperHouse, **states: str) -> None:
    for name, state in states.items():
        house.hub.states.set(name.replace("__", "."), state)


@pytest.mark.parametrize(
    ("group", "states", "expected"),
    [
        ("lights", {}, "unknown"),
        ("lights", {"light__a": "off"}, "off"),
        ("lights", {"light__a": "off", "light__b": "on"}, "on"),
        ("lights", {"light__a": "unavailable", "light__b": "unknown"}, "unknown"),
        ("every", {"light__a": "off", "light__b": "on"}, "off"),
        ("every", {"light__a": "on", "light__b": "on"}, "on"),
        ("doors", {"cover__a": "closed", "cover__b": "open"}, "open"),
        ("doors", {"cover__a": "closed", "cover__b": "unavailable"}, "closed"),
        ("people", {"person__a": "home", "device_tracker__b": "not_home"}, "home"),
        ("people", {"person__a": "Work", "device_tracker__b": "not_home"}, "not_home"),
        ("mixed", {"cover__a": "open", "light__a": "off"}, "on"),
        ("mixed", {"cover__a": "closed", "light__a": "off"}, "off"),
        ("sensors", {"sensor__a": "on"}, "unknown"),
        ("nested", {"cover__a": "open"}, "open"),
        ("nested", {"cover__a": "closed", "cover__c": "closed"}, "closed"),
    ],
)
def test_the_state_follows_the_members(tmp_path: Path, group: str, states: dict[str, str], expected: str) -> None:
    house = HelperHouse(tmp_path, YAML)
    put(house, **states)
    assert house.state(f"group.{group}") == expected


def test_it_shows_its_members_and_what_they_assume(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    assert house.attributes("group.every") == {
        "entity_id": ("light.a", "light.b"),
        "order": 1,
        "icon": "mdi:lamp",
        "friendly_name": "Every",
    }
    house.hub.states.set("light.a", "on", {"assumed_state": True})
    assert house.attributes("group.lights")["assumed_state"] is True
    house.hub.states.set("light.a", "on", {})
    assert "assumed_state" not in house.attributes("group.lights")
    house.hub.states.remove("light.a")
    assert house.state("group.lights") == "unknown"


async def test_set_makes_changes_and_remove_takes_away(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    put(house, light__a="on", light__b="off")
    await house.call("group.set", object_id="new", entities=["light.b"])
    assert house.attributes("group.new") == {
        "entity_id": ("light.b",),
        "order": 0,
        "auto": True,
        "friendly_name": "new",
    }
    assert house.state("group.new") == "off"
    await house.call("group.set", object_id="new", add_entities="light.a", name="New", icon="mdi:x")
    assert (house.state("group.new"), house.attributes("group.new")["friendly_name"]) == ("on", "New")
    await house.call("group.set", object_id="new", all=True)
    assert house.state("group.new") == "off"
    await house.call("group.set", object_id="new", remove_entities="light.b")
    assert house.attributes("group.new")["entity_id"] == ("light.a",)
    await house.call("group.remove", object_id="new")
    await house.call("group.remove", object_id="new")
    assert "group.new" not in house.hub.states


@pytest.mark.parametrize(
    "data",
    [
        {"object_id": "Not a slug"},
        {"object_id": "a", "entities": [], "add_entities": []},
        {"object_id": "a", "entities": ["nothing"]},
        {},
    ],
)
async def test_set_refuses_what_makes_no_sense(tmp_path: Path, data: dict[str, Any]) -> None:
    house = HelperHouse(tmp_path)
    with pytest.raises(Invalid):
        await house.call("group.set", **data)


async def test_reloading_leaves_the_groups_of_services_alone(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("group.set", object_id="mine", entities=["light.a"])
    house.write("group:\n  lights: [light.a]\n")
    await house.call("group.reload")
    assert sorted(house.hub.states.entity_ids("group")) == ["group.lights", "group.mine"]
    assert house.attributes("group.lights")["entity_id"] == ("light.a",)


async def test_a_service_that_names_a_group_reaches_its_members(tmp_path: Path) -> None:
    house = HelperHouse(
        tmp_path,
        "input_boolean:\n  a:\n  b:\n  c:\n"
        "group:\n  inner: [input_boolean.b, group.outer]\n  outer: [input_boolean.a, group.inner]\n",
    )
    await house.call("input_boolean.turn_on", "group.outer")
    assert [house.state(f"input_boolean.{each}") for each in "abc"] == ["on", "on", "off"]
    resolved = house.registries.targets.resolve(Target(entity_id=["group.nothing", "light.x", "all"]))
    assert resolved.referenced == {"group.nothing", "light.x", "all"}


async def test_members_and_groups_are_related(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    search = house.registries.search
    await house.call("group.set", object_id="mine", entities=["light.mine", "group.inner"])
    assert search.related("entity", "light.mine") == {"group": ["group.mine"]}
    assert search.related("group", "group.mine") == {"entity": ["group.inner", "light.mine"]}
    await house.call("group.set", object_id="mine", remove_entities=["light.mine"])
    assert search.related("entity", "light.mine") == {}
