"""What is related to what."""

from __future__ import annotations

from typing import Any

import pytest
from registry_house import House

from marge.registries import References


def refs(**named: Any) -> References:
    return References(**{key: value if key == "blueprint" else frozenset(value) for key, value in named.items()})


@pytest.fixture
def home(house: House) -> House:
    registries = house.registries
    mqtt = registries.entries.ensure("mqtt", "MQTT")
    registries.labels.create("L")
    registries.floors.create("Ground")
    registries.areas.create("Hall", floor_id="ground", labels=["l"])
    registries.areas.create("Attic")
    device = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "d")], name="D", suggested_area="Hall")
    add = registries.entities.get_or_create
    add("light", "mqtt", "lamp", device_id=device.id, config_entry_id=mqtt.id, suggested_object_id="lamp")
    add("light", "mqtt", "far", device_id=device.id, config_entry_id=mqtt.id, suggested_object_id="far")
    registries.entities.update("light.far", area_id="attic", labels=["l"])
    add("automation", "automation", "a", suggested_object_id="evening")
    registries.entities.update("automation.evening", labels=["l"], area_id="hall")
    search = registries.search
    search.add_source(
        "automation",
        lambda: {
            "automation.evening": refs(entity=["script.deep", "group.all"], floor=["ground"], blueprint="a/b.yaml"),
            "automation.by_device": refs(device=[device.id], label=["l"]),
        },
    )
    search.add_source("script", lambda: {"script.deep": refs(entity=["script.deep", "light.far"], area=["hall"])})
    search.add_source("group", lambda: {"group.all": refs(entity=["light.lamp", "light.plain"])})
    search.add_source("scene", lambda: {"scene.cosy": refs(entity=["light.lamp"])})
    search.add_source("person", lambda: {"person.anna": refs(entity=["light.far"])})
    return house


def related(house: House, item_type: str, item_id: str) -> dict[str, Any]:
    """The answer, with the ids that differ from run to run replaced by their names."""
    names = {each.id: "mqtt entry" for each in house.registries.entries}
    names |= {each.id: "device d" for each in house.registries.devices}
    wanted = next((id for id, name in names.items() if name == item_id), item_id)
    answer = house.registries.search.related(item_type, wanted)
    return {kind: [names.get(each, each) for each in ids] for kind, ids in answer.items()}


UP = {"config_entry": ["mqtt entry"], "integration": ["mqtt"]}


def test_an_entity_leads_up_to_device_area_floor_integration_and_to_what_uses_it(home: House) -> None:
    assert related(home, "entity", "light.lamp") == {
        **UP,
        "area": ["hall"],
        "floor": ["ground"],
        "device": ["device d"],
        "group": ["group.all"],
        "scene": ["scene.cosy"],
    }


def test_an_area_of_its_own_hides_the_devices(home: House) -> None:
    assert related(home, "entity", "light.far") == {
        **UP,
        "area": ["attic"],
        "device": ["device d"],
        "label": ["l"],
        "script": ["script.deep"],
        "person": ["person.anna"],
    }


def test_what_a_person_uses_leads_no_further(home: House) -> None:
    assert related(home, "person", "person.anna") == {"entity": ["light.far"]}


def test_an_entity_that_is_not_registered_has_the_integration_that_it_is_of(home: House) -> None:
    home.registries.search.platform_of = {"sensor.plain": "template"}.get
    assert related(home, "entity", "sensor.plain") == {"integration": ["template"]}


def test_an_area_leads_to_what_is_in_it_and_uses_it(home: House) -> None:
    assert related(home, "area", "hall") == {
        "config_entry": ["mqtt entry"],
        "integration": ["mqtt"],
        "floor": ["ground"],
        "label": ["l"],
        "device": ["device d"],
        "entity": ["automation.evening", "light.lamp"],
        "automation": ["automation.by_device", "automation.evening"],
        "script": ["script.deep"],
        "group": ["group.all"],
        "scene": ["scene.cosy"],
    }


def test_a_floor_leads_to_its_areas_and_through_them(home: House) -> None:
    found = related(home, "floor", "ground")
    assert found["area"] == ["hall"]
    assert found["device"] == ["device d"]
    assert found["automation"] == ["automation.by_device", "automation.evening"]


def test_a_device_leads_to_its_entities_and_what_uses_either(home: House) -> None:
    assert related(home, "device", "device d") == {
        **UP,
        "area": ["attic", "hall"],
        "floor": ["ground"],
        "entity": ["light.far", "light.lamp"],
        "automation": ["automation.by_device"],
        "script": ["script.deep"],
        "group": ["group.all"],
        "scene": ["scene.cosy"],
        "person": ["person.anna"],
    }


def test_a_config_entry_and_an_integration_lead_to_all_of_theirs(home: House) -> None:
    by_entry = related(home, "config_entry", "mqtt entry")
    assert by_entry["device"] == ["device d"]
    assert by_entry["entity"] == ["light.far", "light.lamp"]
    assert by_entry["integration"] == ["mqtt"]
    by_integration = related(home, "integration", "mqtt")
    assert by_integration["config_entry"] == ["mqtt entry"]
    assert by_integration["entity"] == by_entry["entity"]


def test_a_label_leads_to_what_has_it_and_refers_to_it(home: House) -> None:
    assert related(home, "label", "l") == {
        "area": ["hall"],
        "entity": ["automation.evening", "light.far"],
        "automation": ["automation.by_device", "automation.evening"],
    }


def test_an_automation_leads_to_what_it_uses_through_scripts_and_groups_too(home: House) -> None:
    assert related(home, "automation", "automation.evening") == {
        **UP,
        "label": ["l"],
        "automation_blueprint": ["a/b.yaml"],
        "floor": ["ground"],
        "area": ["attic", "hall"],
        "device": ["device d"],
        "entity": ["group.all", "light.far", "light.lamp", "light.plain", "script.deep"],
        "group": ["group.all"],
        "script": ["script.deep"],
    }


def test_a_scene_and_a_group_lead_to_their_members_and_users(home: House) -> None:
    assert related(home, "scene", "scene.cosy") == {
        **UP,
        "area": ["hall"],
        "device": ["device d"],
        "entity": ["light.lamp"],
        "floor": ["ground"],
    }
    assert related(home, "group", "group.all")["automation"] == ["automation.evening"]


def test_a_blueprint_leads_to_what_is_made_of_it(home: House) -> None:
    assert related(home, "automation_blueprint", "a/b.yaml") == {"automation": ["automation.evening"]}
    assert related(home, "script_blueprint", "a/b.yaml") == {}


@pytest.mark.parametrize(
    "kind", ["area", "automation", "config_entry", "device", "entity", "floor", "label", "person", "thing", "nonsense"]
)
def test_unknown_items_and_types_lead_nowhere(home: House, kind: str) -> None:
    assert related(home, kind, "unknown") == {}


def test_a_source_of_another_kind_is_refused(home: House) -> None:
    with pytest.raises(ValueError, match="light"):
        home.registries.search.add_source("light", dict)
