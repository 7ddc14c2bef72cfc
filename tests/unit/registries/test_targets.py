"""Which entities a target means."""

from __future__ import annotations

import pytest
from registry_house import House

from marge.core.services import Target


@pytest.fixture
def home(house: House) -> House:
    registries = house.registries
    mqtt = registries.entries.ensure("mqtt", "MQTT")
    registries.labels.create("On entity")
    registries.labels.create("On device")
    registries.labels.create("On area")
    registries.floors.create("Ground")
    registries.areas.create("Hall", floor_id="ground", labels=["on_area"])
    registries.areas.create("Attic")
    device = registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", "d")], name="D", suggested_area="Hall")
    registries.devices.update(device.id, labels=["on_device"])
    add = registries.entities.get_or_create
    add("light", "mqtt", "plain", device_id=device.id)
    add("light", "mqtt", "elsewhere", device_id=device.id)
    add("light", "mqtt", "hidden", device_id=device.id, hidden_by="user")
    add("light", "mqtt", "disabled", device_id=device.id, disabled_by="user")
    add("sensor", "mqtt", "config", device_id=device.id, entity_category="config")
    add("sensor", "mqtt", "diagnostic", device_id=device.id, entity_category="diagnostic")
    add("light", "mqtt", "alone")
    registries.entities.update("light.mqtt_elsewhere", area_id="attic")
    registries.entities.update("light.mqtt_alone", area_id="hall")
    for name in ("light.mqtt_alone", "light.mqtt_hidden", "sensor.mqtt_config", "light.mqtt_disabled"):
        registries.entities.update(name, labels=["on_entity"])
    return house


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (Target(area_id=["hall"]), {"light.mqtt_plain", "light.mqtt_alone"}),
        (Target(area_id=["attic"]), {"light.mqtt_elsewhere"}),
        (Target(floor_id=["ground"]), {"light.mqtt_plain", "light.mqtt_alone"}),
        (Target(label_id=["on_entity"]), {"light.mqtt_alone"}),
        (Target(label_id=["on_device"]), {"light.mqtt_plain", "light.mqtt_elsewhere"}),
        (Target(label_id=["on_area"]), {"light.mqtt_plain", "light.mqtt_alone"}),
        (Target(area_id=["none"]), set()),
    ],
)
def test_an_indirect_target_means_what_people_operate(home: House, target: Target, found: set[str]) -> None:
    resolved = home.registries.targets.resolve(target)
    assert resolved.indirect == found
    assert resolved.referenced == set()
    assert resolved.missing == {}


def test_a_device_means_its_entities_wherever_they_are(home: House) -> None:
    device = home.registries.devices.find(identifiers=[("mqtt", "d")])
    assert device is not None
    resolved = home.registries.targets.resolve(Target(device_id=[device.id]))
    assert resolved.indirect == {"light.mqtt_plain", "light.mqtt_elsewhere"}


def test_entities_named_one_by_one_are_taken_whatever_they_are(home: House) -> None:
    entry = home.registries.entities.get("light.mqtt_hidden")
    assert entry is not None
    resolved = home.registries.targets.resolve(Target(entity_id=[entry.id, "sensor.mqtt_config", "light.unknown"]))
    assert resolved.referenced == {"light.mqtt_hidden", "sensor.mqtt_config", "light.unknown"}
    assert resolved.indirect == set()


def test_an_entity_that_is_named_and_reached_counts_as_named(home: House) -> None:
    resolved = home.registries.targets.resolve(Target(entity_id=["light.mqtt_alone"], area_id=["hall"]))
    assert (resolved.referenced, resolved.indirect) == ({"light.mqtt_alone"}, {"light.mqtt_plain"})


def test_all_stays_and_none_is_nothing(home: House) -> None:
    assert home.registries.targets.resolve(Target(entity_id=["all"])).referenced == {"all"}
    assert home.registries.targets.resolve(Target(entity_id=["none"])).referenced == set()


def test_unknown_ids_are_reported_by_kind(home: House) -> None:
    resolved = home.registries.targets.resolve(
        Target(device_id=["d1", "d2"], area_id=["hall", "a"], floor_id=["f"], label_id=["l", "on_area"])
    )
    assert resolved.missing == {"device": ["d1", "d2"], "area": ["a"], "floor": ["f"], "label": ["l"]}
    assert resolved.indirect == {"light.mqtt_plain", "light.mqtt_alone"}
