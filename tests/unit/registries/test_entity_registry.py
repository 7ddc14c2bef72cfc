"""The entity registry: ids, updates, removal and return, restart."""

from __future__ import annotations

import pytest
from registry_house import House

from marge.core.errors import InvalidEntityId, NotFound, Refused
from marge.util.schema import Invalid

UPDATED = "entity_registry_updated"


def test_a_new_entity_gets_the_slug_of_its_suggested_object_id(house: House) -> None:
    entry = house.registries.entities.get_or_create("light", "mqtt", "u1", suggested_object_id="Küche: Deckenlampe")
    assert entry.entity_id == "light.kuche_deckenlampe"
    assert house.fired(UPDATED) == [{"action": "create", "entity_id": "light.kuche_deckenlampe"}]


def test_without_a_suggestion_the_platform_and_the_unique_id_name_it(house: House) -> None:
    assert house.registries.entities.get_or_create("sensor", "demo", "A-1").entity_id == "sensor.demo_a_1"


def test_ids_that_are_registered_known_or_in_the_state_machine_are_not_given_again(house: House) -> None:
    entities = house.registries.entities
    house.hub.states.set("light.lamp_2", "on")
    given = [
        entities.get_or_create(
            "light", "mqtt", f"u{number}", suggested_object_id="Lamp", known_object_ids={"light.lamp_4"}
        )
        for number in range(3)
    ]
    assert [entry.entity_id for entry in given] == ["light.lamp", "light.lamp_3", "light.lamp_5"]


def test_the_lowest_free_number_is_given_after_a_removal_and_after_a_rename(house: House) -> None:
    entities = house.registries.entities
    for number in range(5):
        entities.get_or_create("light", "mqtt", f"u{number}", suggested_object_id="Lamp")
    entities.remove("light.lamp_3")
    assert entities.get_or_create("light", "mqtt", "new", suggested_object_id="Lamp").entity_id == "light.lamp_3"
    entities.update("light.lamp", new_entity_id="light.hall")
    assert entities.generate_entity_id("light", "Lamp") == "light.lamp"


def test_a_reserved_state_that_goes_away_frees_its_id(house: House) -> None:
    entities = house.registries.entities
    house.hub.states.set("light.lamp", "on")
    assert entities.generate_entity_id("light", "Lamp") == "light.lamp_2"
    house.hub.states.remove("light.lamp")
    assert entities.generate_entity_id("light", "Lamp") == "light.lamp"


def test_an_entity_id_is_never_longer_than_255_characters(house: House) -> None:
    entities = house.registries.entities
    first = entities.get_or_create("sensor", "mqtt", "1", suggested_object_id="x" * 400)
    second = entities.get_or_create("sensor", "mqtt", "2", suggested_object_id="x" * 400)
    assert len(first.entity_id) == len(second.entity_id) == 255
    assert second.entity_id.endswith("x_2")


def test_the_same_unique_id_is_the_same_entity_and_is_updated_with_what_its_integration_says(house: House) -> None:
    entities = house.registries.entities
    first = entities.get_or_create("sensor", "mqtt", "u", original_name="Old", unit_of_measurement="W")
    house.clock.advance(10)
    second = entities.get_or_create(
        "sensor", "mqtt", "u", suggested_object_id="ignored", disabled_by="user", original_name="New"
    )
    assert (second.id, second.entity_id, second.disabled_by) == (first.id, first.entity_id, None)
    assert (second.original_name, second.unit_of_measurement) == ("New", "W")
    assert second.modified_at == first.modified_at + 10
    assert second.created_at == first.created_at
    assert house.fired(UPDATED)[1:] == [
        {"action": "update", "entity_id": first.entity_id, "changes": {"original_name": "Old"}}
    ]


def test_an_update_that_changes_nothing_fires_nothing_and_keeps_the_entry(house: House) -> None:
    entities = house.registries.entities
    entry = entities.get_or_create("sensor", "mqtt", "u", original_name="Name")
    house.fired(UPDATED)
    assert entities.get_or_create("sensor", "mqtt", "u", original_name="Name") is entry
    assert entities.update(entry.entity_id, labels=[], name=None) is entry
    assert house.fired(UPDATED) == []


def test_equal_unique_ids_of_other_domains_and_platforms_are_other_entities(house: House) -> None:
    entities = house.registries.entities
    made = {
        entities.get_or_create(domain, platform, "u").id
        for domain, platform in (("sensor", "mqtt"), ("sensor", "demo"), ("light", "mqtt"))
    }
    assert len(made) == 3


def test_a_rename_tells_the_old_and_the_new_id(house: House) -> None:
    entities = house.registries.entities
    entry = entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    house.fired(UPDATED)
    renamed = entities.update("light.lamp", new_entity_id="light.hall")
    assert house.fired(UPDATED) == [
        {
            "action": "update",
            "entity_id": "light.hall",
            "changes": {"entity_id": "light.lamp"},
            "old_entity_id": "light.lamp",
        }
    ]
    assert entities.get("light.lamp") is None
    assert entities.get("light.hall") is entities.get(entry.id) is renamed
    assert entities.get_entity_id("light", "mqtt", "u") == "light.hall"


@pytest.mark.parametrize(
    ("new", "error"),
    [
        ("light.Hall", InvalidEntityId),
        ("nonsense", InvalidEntityId),
        ("switch.hall", Refused),
        ("light.taken", Refused),
        ("light.only_a_state", Refused),
    ],
)
def test_a_rename_to_a_wrong_or_taken_id_is_refused(house: House, new: str, error: type[Exception]) -> None:
    entities = house.registries.entities
    entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    entities.get_or_create("light", "mqtt", "v", suggested_object_id="taken")
    house.hub.states.set("light.only_a_state", "on")
    with pytest.raises(error):
        entities.update("light.lamp", new_entity_id=new)
    assert entities.get("light.lamp") is not None


def test_a_unique_id_that_another_entity_has_is_refused(house: House) -> None:
    entities = house.registries.entities
    entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    entities.get_or_create("light", "mqtt", "v")
    with pytest.raises(Refused, match=r"belongs to light\.lamp"):
        entities.update("light.mqtt_v", new_unique_id="u")
    entities.update("light.mqtt_v", new_unique_id="w")
    assert entities.get_entity_id("light", "mqtt", "v") is None
    assert entities.get_entity_id("light", "mqtt", "w") == "light.mqtt_v"


def test_unknown_entities_devices_and_config_entries_are_named(house: House) -> None:
    entities = house.registries.entities
    with pytest.raises(NotFound, match=r"light\.nowhere"):
        entities.update("light.nowhere", name="x")
    with pytest.raises(NotFound, match="Device gone"):
        entities.get_or_create("light", "mqtt", "u", device_id="gone")
    with pytest.raises(NotFound, match="Config entry gone"):
        entities.get_or_create("light", "mqtt", "u", config_entry_id="gone")
    assert len(entities) == 0


def test_a_value_that_could_not_be_read_back_is_refused_and_changes_nothing(house: House) -> None:
    entities = house.registries.entities
    entry = entities.get_or_create("light", "mqtt", "u")
    with pytest.raises(Invalid):
        entities.update(entry.entity_id, name=5)  # type: ignore[typeddict-item]
    with pytest.raises(Invalid):
        entities.update(entry.entity_id, disabled_by="nobody")  # type: ignore[typeddict-item]
    assert entities.get(entry.entity_id) is entry


def test_an_entry_is_not_changed_by_whoever_gave_its_values(house: House) -> None:
    entities = house.registries.entities
    modes = ["eco"]
    entry = entities.get_or_create("climate", "mqtt", "u", capabilities={"preset_modes": modes})
    modes.append("boost")
    assert entry.capabilities == {"preset_modes": ["eco"]}
    assert entities.get(entry.entity_id) is entry


def test_capabilities_that_are_written_the_same_are_no_change(house: House) -> None:
    entities = house.registries.entities
    entry = entities.get_or_create("climate", "mqtt", "u", capabilities={"preset_modes": ("eco",)})
    assert entities.get_or_create("climate", "mqtt", "u", capabilities={"preset_modes": ("eco",)}) is entry
    again = house.restart().registries.entities
    assert again.get_or_create("climate", "mqtt", "u", capabilities={"preset_modes": ("eco",)}) == entry
    assert again.get_or_create("climate", "mqtt", "u", capabilities={"preset_modes": ()}) != entry


def test_values_that_entries_have_in_common_are_kept_once(house: House) -> None:
    for entities in (house.registries.entities, house.restart().registries.entities):
        one, two = (
            entities.get_or_create(
                "sensor",
                "mqtt",
                unique_id,
                unit_of_measurement="".join(("k", "W")),
                capabilities={"state_class": "measurement"},
            )
            for unique_id in ("1", "2")
        )
        assert one.unit_of_measurement is two.unit_of_measurement
        assert one.capabilities is two.capabilities
        assert one.options is two.options


def test_options_of_one_domain_are_replaced_and_removed_alone(house: House) -> None:
    entities = house.registries.entities
    entry = entities.get_or_create("sensor", "mqtt", "u", options={"sensor": {"suggested_display_precision": 1}})
    entities.update_options(entry.entity_id, "conversation", {"should_expose": True})
    changed = entities.update_options(entry.entity_id, "sensor", {"display_precision": 2})
    assert changed.options == {"conversation": {"should_expose": True}, "sensor": {"display_precision": 2}}
    assert entities.update_options(entry.entity_id, "conversation", None).options == {
        "sensor": {"display_precision": 2}
    }


def test_all_is_back_after_a_restart(house: House) -> None:
    entities = house.registries.entities
    mqtt = house.registries.entries.ensure("mqtt", "MQTT")
    device = house.registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "d")], name="D")
    entry = entities.get_or_create(
        "sensor", "mqtt", "u", device_id=device.id, config_entry_id=mqtt.id, capabilities={"options": ["a"]}
    )
    entry = entities.update(
        entry.entity_id, name="Mine", labels=["l"], aliases=["a", "b"], area_id="hall", categories={"scene": "c"}
    )
    again = house.restart().registries.entities
    assert list(again) == [entry]
    assert again.for_device(device.id) == again.for_area("hall") == again.for_label("l") == [entry]
    assert again.for_config_entry(mqtt.id) == again.for_platform("sensor", "mqtt") == [entry]


def test_a_removed_entity_returns_as_the_user_had_left_it(house: House) -> None:
    entities = house.registries.entities
    first = entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp", original_name="Lamp")
    entities.update(
        "light.lamp", new_entity_id="light.reading", name="Reading", icon="mdi:book", labels=["l"], hidden_by="user"
    )
    entities.remove("light.reading")
    assert house.fired(UPDATED)[-1] == {"action": "remove", "entity_id": "light.reading"}
    later = house.restart()
    later.clock.advance(29 * 86400)
    back = later.registries.entities.get_or_create(
        "light", "mqtt", "u", suggested_object_id="lamp", original_name="New"
    )
    assert (back.id, back.created_at, back.entity_id) == (first.id, first.created_at, "light.reading")
    assert (back.name, back.icon, back.labels, back.hidden_by) == ("Reading", "mdi:book", {"l"}, "user")
    assert back.original_name == "New"
    assert later.store.collections["removed_entities"] == {}


def test_a_removed_entity_whose_id_was_taken_meanwhile_gets_the_next_one(house: House) -> None:
    entities = house.registries.entities
    entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    entities.remove("light.lamp")
    entities.get_or_create("light", "mqtt", "other", suggested_object_id="lamp")
    assert entities.get_or_create("light", "mqtt", "u").entity_id == "light.lamp_2"


def test_what_was_removed_is_forgotten_after_30_days(house: House) -> None:
    entities = house.registries.entities
    first = entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    entities.update("light.lamp", name="Mine")
    entities.remove("light.lamp")
    house.clock.advance(30 * 86400 + 1)
    back = entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    assert back.name is None
    assert back.id != first.id


def test_an_entity_removed_while_its_device_was_disabled_returns_enabled(house: House) -> None:
    entities = house.registries.entities
    entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    entities.update("light.lamp", disabled_by="device")
    entities.remove("light.lamp")
    assert entities.get_or_create("light", "mqtt", "u").disabled_by is None


def test_a_config_entry_may_want_its_new_entities_disabled(house: House) -> None:
    entries, entities = house.registries.entries, house.registries.entities
    entry = entries.ensure("mqtt", "MQTT")
    entries.update(entry.id, pref_disable_new_entities=True)
    assert entities.get_or_create("light", "mqtt", "u", config_entry_id=entry.id).disabled_by == "integration"
    assert entities.get_or_create("light", "other", "u").disabled_by is None


def test_rows_that_cannot_be_read_or_contradict_others_are_left_out_and_named(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    entry = house.registries.entities.get_or_create("light", "mqtt", "u", suggested_object_id="lamp")
    rows = house.store.collections["entity_registry"]
    rows["bad"] = b'{"v":1,"id":7}'
    rows["newer"] = b'{"v":99,"id":"newer","entity_id":"light.x","platform":"p","unique_id":"x"}'
    rows["twin"] = rows[entry.id].replace(entry.id.encode(), b"twin")
    again = house.restart().registries.entities
    assert list(again) == [entry]
    for key in ("bad", "newer", "twin"):
        assert f"Row {key} of entity_registry" in caplog.text
    assert "twin" in rows


def test_the_list_shape(house: House) -> None:
    entry = house.registries.entities.get_or_create(
        "sensor", "mqtt", "u", original_name="Power", entity_category="config"
    )
    assert entry.as_dict() == {
        "area_id": None,
        "categories": {},
        "config_entry_id": None,
        "created_at": house.clock.now(),
        "device_id": None,
        "disabled_by": None,
        "entity_category": "config",
        "entity_id": "sensor.mqtt_u",
        "has_entity_name": False,
        "hidden_by": None,
        "icon": None,
        "id": entry.id,
        "labels": [],
        "modified_at": house.clock.now(),
        "name": None,
        "options": {},
        "original_name": "Power",
        "platform": "mqtt",
        "translation_key": None,
        "unique_id": "u",
    }
    assert entry.as_extended_dict().keys() - entry.as_dict().keys() == {
        "aliases",
        "capabilities",
        "device_class",
        "original_device_class",
        "original_icon",
    }


def test_the_display_shape_leaves_out_what_is_not_there_and_who_is_disabled(house: House) -> None:
    entities = house.registries.entities
    entities.get_or_create("light", "mqtt", "off", disabled_by="user")
    entities.get_or_create("light", "mqtt", "bare")
    entities.get_or_create(
        "sensor",
        "mqtt",
        "full",
        hidden_by="user",
        options={"sensor": {"suggested_display_precision": 3, "display_precision": 0}},
        entity_category="diagnostic",
        has_entity_name=True,
        original_name="Original",
        translation_key="key",
    )
    entities.update("sensor.mqtt_full", icon="mdi:x", area_id="hall", labels=["b", "a"])
    assert entities.list_for_display() == {
        "entity_categories": {"0": "config", "1": "diagnostic"},
        "entities": [
            {"ei": "light.mqtt_bare", "pl": "mqtt", "lb": []},
            {
                "ei": "sensor.mqtt_full",
                "pl": "mqtt",
                "lb": ["a", "b"],
                "ai": "hall",
                "ic": "mdi:x",
                "tk": "key",
                "en": "Original",
                "ec": 1,
                "hb": True,
                "hn": True,
                "dp": 0,
            },
        ],
    }


def test_an_entity_is_found_by_entity_id_and_registry_id(house: House) -> None:
    entities = house.registries.entities
    entry = entities.get_or_create("light", "mqtt", "u")
    assert entities.resolve(entry.id) == entities.resolve(entry.entity_id) == entry.entity_id
    assert entities.resolve("light.not_registered") == "light.not_registered"
    assert entities.resolve("0123") is None
