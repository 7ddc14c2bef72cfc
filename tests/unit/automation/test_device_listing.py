"""What a device offers, beside what the recordings of Home Assistant show."""

from __future__ import annotations

import pytest
from automation_house import House, house_with
from device_house import add_device

from marge.automation.devices.reading import kinds_of
from marge.core.errors import NotFound
from marge.entities.binary_sensor import DEVICE_CLASSES as BINARY_CLASSES
from marge.entities.sensor_classes import NUMERIC_DEVICE_CLASSES


def types(house: House, section: str, device_id: str) -> list[str]:
    return [item["type"] for item in house.engine.device_automations(section, device_id)]  # type: ignore[arg-type]


async def test_an_unknown_device_is_not_found() -> None:
    async with house_with() as house:
        with pytest.raises(NotFound):
            house.engine.device_automations("trigger", "gone")


async def test_a_device_without_entities_has_nothing() -> None:
    async with house_with() as house:
        assert types(house, "trigger", add_device(house, "Bare")) == []


async def test_what_the_state_says_comes_before_what_the_registry_says() -> None:
    async with house_with() as house:
        device_id = add_device(house, "Door", "binary_sensor.door")
        house.registries.entities.update("binary_sensor.door", device_class="door")
        assert types(house, "trigger", device_id) == ["opened", "not_opened"]
        house.set("binary_sensor.door", "off", device_class="window")
        assert types(house, "condition", device_id) == ["is_open", "is_not_open"]
        house.set("binary_sensor.door", "off")
        assert types(house, "condition", device_id) == ["is_on", "is_off"]


@pytest.mark.parametrize("device_class", sorted(BINARY_CLASSES))
async def test_every_class_of_binary_sensors_has_words_of_its_own(device_class: str) -> None:
    async with house_with() as house:
        device_id = add_device(house, "It", "binary_sensor.it")
        house.set("binary_sensor.it", "off", device_class=device_class)
        found = types(house, "trigger", device_id)
        assert len(found) == 2
        assert "turned_on" not in found


@pytest.mark.parametrize("device_class", sorted(NUMERIC_DEVICE_CLASSES))
async def test_every_class_of_sensors_has_a_type_of_its_own(device_class: str) -> None:
    async with house_with() as house:
        device_id = add_device(house, "It", "sensor.it")
        house.set("sensor.it", "5", device_class=device_class, state_class="measurement")
        (type,) = types(house, "trigger", device_id)
        assert type != "value"
        assert types(house, "condition", device_id) == [f"is_{type}"]


async def test_temperatures_are_asked_for_in_the_units_of_the_house() -> None:
    async with house_with(unit_system="us_customary") as house:
        device_id = add_device(house, "It", "climate.it")
        house.set("climate.it", "off", current_temperature=60)
        item = house.engine.device_automations("trigger", device_id)[1]
        above = house.engine.device_capabilities("trigger", item)["extra_fields"][0]
        assert above == {"name": "above", "type": "float", "description": {"suffix": "°F"}, "optional": True}


async def test_nothing_is_known_of_what_is_unknown() -> None:
    async with house_with() as house:
        for item in ({}, {"domain": "light"}, {"domain": "light", "type": "jump"}, {"domain": ["x"], "type": 5}):
            assert house.engine.device_capabilities("action", item) == {}
        select = {"domain": "select", "type": "select_option", "entity_id": "select.never_seen"}
        (option,) = house.engine.device_capabilities("action", select)["extra_fields"]
        assert option["options"] == []


def test_every_kind_can_be_read_back_from_its_fields() -> None:
    for section in ("trigger", "condition", "action"):
        for domain, kinds in kinds_of(section).items():
            for type, kind in kinds.items():
                names = [field.name for field in kind.fields]
                assert len(set(names)) == len(names), (domain, type)
                assert set(kind.one_of) <= set(names), (domain, type)
