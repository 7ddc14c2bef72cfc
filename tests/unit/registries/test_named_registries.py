"""Areas, floors, labels, categories and config entries, and what their removal means for the others."""

from __future__ import annotations

import pytest
from registry_house import House

from marge.core.errors import NotFound, Refused


def test_ids_are_slugs_of_the_name_and_stay(house: House) -> None:
    areas = house.registries.areas
    first = areas.create("Living Room")
    assert first.id == "living_room"
    areas.update("living_room", name="Salon")
    assert areas.create("Living Room").id == "living_room_2"
    assert areas.get("living_room").name == "Salon"  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["Living Room", "livingroom", "LIVING  ROOM", " ", ""])
def test_names_that_differ_by_case_and_spaces_only_are_refused_and_so_are_empty_ones(house: House, name: str) -> None:
    for registry in (house.registries.areas, house.registries.floors, house.registries.labels):
        registry.create("Living Room")
        other = registry.create("Other")
        with pytest.raises(Refused):
            registry.create(name)
        with pytest.raises(Refused):
            registry.update(other.id, name=name)
        assert [entry.name for entry in registry] == ["Living Room", "Other"]


def test_a_restart_keeps_the_order_they_were_made_in(house: House) -> None:
    for name in ("Kitchen", "Attic", "Hall"):
        house.registries.areas.create(name)
        house.clock.advance(1)
    house.registries.areas.update("kitchen", icon="mdi:pot")
    assert [area.name for area in house.restart().registries.areas] == ["Kitchen", "Attic", "Hall"]


def test_a_name_may_change_its_own_case(house: House) -> None:
    area = house.registries.areas.create("hall")
    assert house.registries.areas.update(area.id, name="Hall").name == "Hall"
    assert house.registries.areas.by_name("HALL").id == area.id  # type: ignore[union-attr]


def test_events_tell_action_and_id(house: House) -> None:
    for kind, registry in (
        ("area", house.registries.areas),
        ("floor", house.registries.floors),
        ("label", house.registries.labels),
    ):
        entry = registry.create("One")
        registry.update(entry.id, icon="mdi:home")
        registry.update(entry.id, icon="mdi:home")
        registry.delete(entry.id)
        assert house.fired(f"{kind}_registry_updated") == [
            {"action": action, f"{kind}_id": "one"} for action in ("create", "update", "remove")
        ]
        with pytest.raises(NotFound):
            registry.delete(entry.id)
        with pytest.raises(NotFound):
            registry.update(entry.id, icon=None)


def test_shapes_and_restart(house: House) -> None:
    registries = house.registries
    now = house.clock.now()
    floor = registries.floors.create("Ground", aliases=["b", "a"], level=0)
    label = registries.labels.create("Old", color="red", description="d", icon="mdi:x")
    area = registries.areas.create("Hall", aliases=["Entry"], floor_id=floor.id, labels=[label.id], picture="/p")
    category = registries.categories.create("automation", "Lights", "mdi:bulb")
    times = {"created_at": now, "modified_at": now}
    again = house.restart().registries
    assert [each.as_dict() for each in again.floors] == [
        {"floor_id": "ground", "name": "Ground", "aliases": ["a", "b"], "icon": None, "level": 0, **times}
    ]
    assert [each.as_dict() for each in again.labels] == [
        {"label_id": "old", "name": "Old", "color": "red", "description": "d", "icon": "mdi:x", **times}
    ]
    assert [each.as_dict() for each in again.areas] == [
        {
            "area_id": "hall",
            "name": "Hall",
            "aliases": ["Entry"],
            "floor_id": "ground",
            "icon": None,
            "labels": ["old"],
            "picture": "/p",
            **times,
        }
    ]
    assert [each.as_dict() for each in again.categories.of_scope("automation")] == [
        {"category_id": category.id, "name": "Lights", "icon": "mdi:bulb", **times}
    ]
    assert again.areas.for_floor("ground") == again.areas.for_label("old") == [area]
    assert again.areas.by_name("hall") == area


def test_a_category_name_is_unique_in_its_scope(house: House) -> None:
    categories = house.registries.categories
    first = categories.create("automation", "Lights")
    categories.create("scene", "Lights")
    with pytest.raises(Refused):
        categories.create("automation", "LIGHTS")
    second = categories.create("automation", "Heat")
    with pytest.raises(Refused):
        categories.update("automation", second.id, name="lights")
    with pytest.raises(NotFound):
        categories.update("scene", first.id, name="x")
    assert categories.update("automation", first.id, name="LIGHTS").name == "LIGHTS"


def test_a_removed_area_floor_label_or_category_leaves_nothing_behind(house: House) -> None:
    registries = house.registries
    mqtt = registries.entries.ensure("mqtt", "MQTT")
    floor, label = registries.floors.create("Ground"), registries.labels.create("L")
    area = registries.areas.create("Hall", floor_id=floor.id, labels=[label.id])
    category = registries.categories.create("scene", "C")
    device = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "d")], name="D")
    registries.devices.update(device.id, area_id=area.id, labels=[label.id])
    for unique_id in ("stays", "goes"):
        entity_id = registries.entities.get_or_create("scene", "mqtt", unique_id).entity_id
        registries.entities.update(
            entity_id, area_id=area.id, labels=[label.id, "other"], categories={"scene": category.id, "x": "y"}
        )
    registries.entities.remove("scene.mqtt_goes")
    gone = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "gone")], name="G")
    registries.devices.update(gone.id, area_id=area.id, labels=[label.id])
    registries.devices.remove(gone.id)

    registries.floors.delete(floor.id)
    assert registries.areas.get(area.id).floor_id is None  # type: ignore[union-attr]
    registries.labels.delete(label.id)
    assert registries.areas.get(area.id).labels == frozenset()  # type: ignore[union-attr]
    registries.areas.delete(area.id)
    registries.categories.delete("scene", category.id)

    again = house.restart().registries
    device_back = again.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "gone")], name="G")
    for found in (again.devices.get(device.id), device_back):
        assert found is not None
        assert (found.area_id, found.labels) == (None, frozenset())
    again.entities.get_or_create("scene", "mqtt", "goes")
    for entity_id in ("scene.mqtt_stays", "scene.mqtt_goes"):
        entry = again.entities.get(entity_id)
        assert entry is not None
        assert (entry.area_id, entry.labels, entry.categories) == (None, {"other"}, {"x": "y"})


def test_a_config_entry_is_the_same_in_every_run(house: House) -> None:
    entry = house.registries.entries.ensure("mqtt", "MQTT")
    again = house.restart().registries.entries
    assert again.ensure("mqtt", "Another title") == entry
    assert again.as_dict(entry) == {
        "created_at": house.clock.now(),
        "entry_id": entry.id,
        "domain": "mqtt",
        "modified_at": house.clock.now(),
        "title": "MQTT",
        "source": "system",
        "state": "not_loaded",
        "reason": None,
        "supports_options": False,
        "supports_remove_device": False,
        "supports_unload": False,
        "supports_reconfigure": False,
        "pref_disable_new_entities": False,
        "pref_disable_polling": False,
        "disabled_by": None,
        "error_reason_translation_key": None,
        "error_reason_translation_placeholders": None,
    }


def test_listeners_hear_of_config_entries_and_their_status(house: House) -> None:
    entries = house.registries.entries
    heard: list[tuple[str, str]] = []
    stop = entries.listen(lambda action, entry: heard.append((action, entries.as_dict(entry)["state"])))
    entry = entries.create("shelly", "Shelly")
    entries.set_status(entry.id, state="loaded", supports_unload=True)
    entries.set_status(entry.id, state="loaded")
    entries.remove(entry.id)
    stop()
    entries.create("shelly", "Shelly")
    assert heard == [("added", "not_loaded"), ("updated", "loaded"), ("removed", "not_loaded")]
    with pytest.raises(NotFound):
        entries.set_status(entry.id, state="loaded")


def test_a_disabled_config_entry_disables_what_is_its_own_alone(house: House) -> None:
    registries = house.registries
    mqtt, native = registries.entries.ensure("mqtt", "MQTT"), registries.entries.ensure("shelly", "Shelly")
    own = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "own")], name="Own")
    shared = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "shared")], name="Shared")
    registries.devices.get_or_create(native.id, identifiers=[("mqtt", "shared")])
    for number, (device, entry) in enumerate(((own, mqtt), (shared, mqtt), (shared, native))):
        registries.entities.get_or_create(
            "light", entry.domain, str(number), device_id=device.id, config_entry_id=entry.id
        )
    registries.entries.update(mqtt.id, disabled_by="user")
    assert [device.disabled_by for device in registries.devices] == ["config_entry", None]
    assert [entity.disabled_by for entity in registries.entities] == ["config_entry", "config_entry", None]
    registries.entries.update(mqtt.id, disabled_by=None)
    assert {device.disabled_by for device in registries.devices} == {None}
    assert {entity.disabled_by for entity in registries.entities} == {None}


def test_a_removed_config_entry_takes_its_devices_and_entities(house: House) -> None:
    registries = house.registries
    mqtt = registries.entries.ensure("mqtt", "MQTT")
    device = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "own")], name="Own")
    registries.entities.get_or_create("light", "mqtt", "1", device_id=device.id, config_entry_id=mqtt.id)
    registries.entities.get_or_create("light", "mqtt", "2", config_entry_id=mqtt.id)
    registries.entries.remove(mqtt.id)
    assert len(registries.devices) == len(registries.entities) == len(registries.entries) == 0
