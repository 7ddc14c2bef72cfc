"""The device registry: identity, merging, areas, disabling, removal and return."""

from __future__ import annotations

import pytest
from registry_house import House

from marge.core.errors import NotFound, Refused
from marge.registries import DeviceEntry, format_mac

UPDATED = "device_registry_updated"


def add(house: House, identifier: str = "d", **facts: object) -> DeviceEntry:
    mqtt = house.registries.entries.ensure("mqtt", "MQTT")
    return house.registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", identifier)], **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("mac", ["AABBCCDDEEFF", "aa:bb:cc:dd:ee:ff", "AA-BB-CC-DD-EE-FF", "aabb.ccdd.eeff"])
def test_a_mac_address_has_one_spelling(mac: str) -> None:
    assert format_mac(mac) == "aa:bb:cc:dd:ee:ff"


def test_what_is_no_mac_address_is_kept() -> None:
    assert format_mac("Not a MAC") == "Not a MAC"


def test_a_device_is_created_once_and_then_updated(house: House) -> None:
    first = add(house, name="Plug", sw_version="1")
    assert house.fired(UPDATED) == [{"action": "create", "device_id": first.id}]
    house.clock.advance(5)
    second = add(house, name="Plug", sw_version="2")
    assert house.fired(UPDATED) == [{"action": "update", "device_id": first.id, "changes": {"sw_version": "1"}}]
    assert second.id == first.id
    assert (second.created_at, second.modified_at) == (first.created_at, first.modified_at + 5)
    assert add(house, name="Plug") is second
    assert house.fired(UPDATED) == []


def test_a_device_is_known_by_connection_and_both_integrations_share_it(house: House) -> None:
    devices, entries = house.registries.devices, house.registries.entries
    mqtt, native = entries.ensure("mqtt", "MQTT"), entries.ensure("shelly", "Shelly")
    first = devices.get_or_create(mqtt.id, connections=[("mac", "AABBCCDDEEFF")], name="By MQTT")
    assert first.primary_config_entry == mqtt.id
    second = devices.get_or_create(
        native.id, identifiers=[("shelly", "s1")], connections=[("mac", "aa:bb:cc:dd:ee:ff")], name="By Shelly"
    )
    assert second.id == first.id
    assert second.config_entries == (mqtt.id, native.id)
    assert second.primary_config_entry == native.id
    assert devices.find(identifiers=[("shelly", "s1")]) == second
    third = devices.get_or_create(mqtt.id, connections=[("mac", "aabbccddeeff")], name="By MQTT")
    assert third.primary_config_entry == native.id


def test_an_identifier_of_another_device_stays_with_that_one(house: House) -> None:
    devices, mqtt = house.registries.devices, house.registries.entries.ensure("mqtt", "MQTT")
    one = devices.get_or_create(mqtt.id, identifiers=[("mqtt", "one")])
    two = devices.get_or_create(mqtt.id, connections=[("mac", "aabbccddeeff")])
    merged = devices.get_or_create(
        mqtt.id, identifiers=[("mqtt", "one"), ("mqtt", "uno")], connections=[("mac", "aabbccddeeff")]
    )
    assert merged.id == one.id
    assert merged.identifiers == {("mqtt", "one"), ("mqtt", "uno")}
    assert merged.connections == frozenset()
    assert devices.find(connections=[("mac", "aabbccddeeff")]) == two
    assert len(house.restart().registries.devices) == 2


def test_a_device_without_a_name_is_called_as_its_config_entry(house: House) -> None:
    assert add(house, manufacturer="X").name == "MQTT"
    assert add(house, "link_only").name is None


def test_defaults_fill_only_what_nobody_said(house: House) -> None:
    add(house, name="Named")
    device = add(house, default_name="Default", default_manufacturer="Maker")
    assert (device.name, device.manufacturer) == ("Named", "Maker")


def test_via_device_is_found_by_its_identifier_and_forgotten_with_it(house: House) -> None:
    bridge = add(house, "bridge", name="Bridge")
    child = add(house, "child", name="Child", via_device=("mqtt", "bridge"))
    assert child.via_device_id == bridge.id
    assert add(house, "orphan", name="O", via_device=("mqtt", "nowhere")).via_device_id is None
    assert add(house, "self", name="S", via_device=("mqtt", "self")).via_device_id is None
    house.registries.devices.remove(bridge.id)
    assert house.registries.devices.get(child.id).via_device_id is None  # type: ignore[union-attr]


def test_a_device_is_linked_to_its_parent_as_soon_as_that_is_there(house: House) -> None:
    devices = house.registries.devices
    children = [add(house, name, name=name, via_device=("mqtt", "bridge")) for name in ("a", "b", "gone", "moved")]
    add(house, "a", name="a", via_device=("mqtt", "bridge"))
    other = add(house, "other", name="Other")
    add(house, "moved", name="moved", via_device=("mqtt", "other"))
    devices.remove(children[2].id)
    house.fired(UPDATED)
    bridge = add(house, "bridge", name="Bridge")
    assert [each["action"] for each in house.fired(UPDATED)] == ["create", "update", "update"]
    assert [devices.get(child.id).via_device_id for child in children[:2]] == [bridge.id] * 2  # type: ignore[union-attr]
    assert devices.get(children[3].id).via_device_id == other.id  # type: ignore[union-attr]
    devices.remove(bridge.id)
    assert devices.get(children[0].id).via_device_id is None  # type: ignore[union-attr]
    again = add(house, "bridge", name="Bridge")
    assert devices.get(children[0].id).via_device_id == again.id  # type: ignore[union-attr]


def test_a_parent_may_be_known_by_an_identifier_that_it_gets_later(house: House) -> None:
    child = add(house, "child", name="Child", via_device=("mqtt", "serial"))
    bridge = add(house, "bridge", name="Bridge")
    entry = house.registries.entries.ensure("mqtt", "MQTT")
    house.registries.devices.get_or_create(entry.id, identifiers=[("mqtt", "bridge"), ("mqtt", "serial")], name="B")
    assert house.registries.devices.get(child.id).via_device_id == bridge.id  # type: ignore[union-attr]


def test_a_suggested_area_is_made_and_given(house: House) -> None:
    device = add(house, name="Plug", suggested_area="Living Room")
    assert device.area_id == "living_room"
    assert house.registries.areas.by_name("living room") is not None
    assert add(house, "other", name="Plug 2", suggested_area="livingroom").area_id == "living_room"


def test_an_area_that_the_user_cleared_or_chose_is_respected(house: House) -> None:
    devices = house.registries.devices
    device = add(house, name="Plug", suggested_area="Hall")
    devices.update(device.id, area_id=None)
    assert add(house, name="Plug", suggested_area="Hall").area_id is None
    assert add(house, name="Plug", suggested_area="Attic").area_id == "attic"
    assert add(house, name="Plug", suggested_area="Cellar").area_id == "attic"


def test_bad_device_information_is_refused_with_a_reason(house: House) -> None:
    mqtt = house.registries.entries.ensure("mqtt", "MQTT")
    with pytest.raises(Refused, match="at least one of identifiers and connections"):
        house.registries.devices.get_or_create(mqtt.id, name="x")
    with pytest.raises(Refused, match="configuration_url"):
        add(house, configuration_url="ftp://x")
    with pytest.raises(NotFound, match="Config entry"):
        house.registries.devices.get_or_create("gone", identifiers=[("a", "b")])
    assert len(house.registries.devices) == 0


def test_disabling_a_device_disables_its_entities_and_enabling_brings_back_those(house: House) -> None:
    devices, entities = house.registries.devices, house.registries.entities
    device = add(house, name="Plug")
    one = entities.get_or_create("light", "mqtt", "1", device_id=device.id)
    own = entities.get_or_create("light", "mqtt", "2", device_id=device.id, disabled_by="user")
    devices.update(device.id, disabled_by="user")
    assert [entities.get(each.id).disabled_by for each in (one, own)] == ["device", "user"]  # type: ignore[union-attr]
    assert entities.for_device(device.id) == []
    devices.update(device.id, disabled_by=None)
    assert [entities.get(each.id).disabled_by for each in (one, own)] == [None, "user"]  # type: ignore[union-attr]


def test_an_unrelated_change_of_a_disabled_device_leaves_its_entities(house: House) -> None:
    devices, entities = house.registries.devices, house.registries.entities
    device = add(house, name="Plug")
    devices.update(device.id, disabled_by="user")
    entity = entities.get_or_create("light", "mqtt", "1", device_id=device.id)
    devices.update(device.id, name_by_user="Mine")
    assert entities.get(entity.id).disabled_by is None  # type: ignore[union-attr]


def test_removing_a_device_removes_its_entities(house: House) -> None:
    device = add(house, name="Plug")
    house.registries.entities.get_or_create("light", "mqtt", "1", device_id=device.id)
    house.events.clear()
    house.registries.devices.remove(device.id)
    assert house.fired(UPDATED) == [{"action": "remove", "device_id": device.id}]
    assert house.fired("entity_registry_updated") == [{"action": "remove", "entity_id": "light.mqtt_1"}]
    assert len(house.registries.entities) == len(house.restart().registries.devices) == 0


def test_a_removed_device_returns_as_the_user_had_left_it(house: House) -> None:
    devices = house.registries.devices
    first = add(house, name="Plug", suggested_area="Hall")
    devices.update(first.id, name_by_user="Mine", labels=["l"], area_id=None)
    devices.remove(first.id)
    later = house.restart()
    back = add(later, name="Plug", suggested_area="Hall")
    assert (back.id, back.created_at, back.name_by_user, back.labels) == (first.id, first.created_at, "Mine", {"l"})
    assert back.area_id is None
    assert later.store.collections["removed_devices"] == {}


def test_a_removed_device_is_forgotten_after_30_days(house: House) -> None:
    first = add(house, name="Plug")
    house.registries.devices.remove(first.id)
    house.clock.advance(31 * 86400)
    assert add(house, name="Plug").id != first.id


def test_taking_a_device_from_a_config_entry_takes_the_entities_it_has_there(house: House) -> None:
    registries = house.registries
    mqtt, native = registries.entries.ensure("mqtt", "MQTT"), registries.entries.ensure("shelly", "Shelly")
    device = registries.devices.get_or_create(mqtt.id, identifiers=[("x", "y")], name="A")
    registries.devices.get_or_create(native.id, identifiers=[("x", "y")], name="A")
    registries.entities.get_or_create("light", "mqtt", "1", device_id=device.id, config_entry_id=mqtt.id)
    kept = registries.entities.get_or_create("light", "shelly", "1", device_id=device.id, config_entry_id=native.id)
    left = registries.devices.remove_config_entry(device.id, mqtt.id)
    assert left is not None
    assert left.config_entries == (native.id,)
    assert list(registries.entities) == [kept]
    assert registries.devices.remove_config_entry(device.id, native.id) is None
    assert len(registries.devices) == len(registries.entities) == 0


def test_the_shape(house: House) -> None:
    mqtt = house.registries.entries.ensure("mqtt", "MQTT")
    device = house.registries.devices.get_or_create(
        mqtt.id,
        identifiers=[("mqtt", "b"), ("mqtt", "a")],
        connections=[("mac", "AABBCCDDEEFF")],
        name="Plug",
        manufacturer="Maker",
        model="M",
        model_id="M1",
        hw_version="h",
        sw_version="s",
        serial_number="n",
        configuration_url="http://192.0.2.1/",
        entry_type="service",
    )
    assert device.as_dict() == {
        "area_id": None,
        "configuration_url": "http://192.0.2.1/",
        "config_entries": (mqtt.id,),
        "connections": [("mac", "aa:bb:cc:dd:ee:ff")],
        "created_at": house.clock.now(),
        "disabled_by": None,
        "entry_type": "service",
        "hw_version": "h",
        "id": device.id,
        "identifiers": [("mqtt", "a"), ("mqtt", "b")],
        "labels": [],
        "manufacturer": "Maker",
        "model": "M",
        "model_id": "M1",
        "modified_at": house.clock.now(),
        "name_by_user": None,
        "name": "Plug",
        "primary_config_entry": mqtt.id,
        "serial_number": "n",
        "sw_version": "s",
        "via_device_id": None,
    }
    assert list(house.restart().registries.devices) == [device]


def test_a_device_that_turns_out_to_be_the_one_it_waits_for_is_not_linked_to_itself(house: House) -> None:
    add(house, "a", name="A", via_device=("mqtt", "b"))
    mqtt = house.registries.entries.ensure("mqtt", "MQTT")
    both = [("mqtt", "a"), ("mqtt", "b")]
    assert house.registries.devices.get_or_create(mqtt.id, identifiers=both, name="A").via_device_id is None
