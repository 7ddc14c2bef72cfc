"""Binary sensor."""

from __future__ import annotations

from marge.entities import Overrides
from marge.entities.binary_sensor import BinarySensorEntity
from marge.testing.entity_house import House


async def test_a_binary_sensor_is_on_off_or_unknown() -> None:
    house = House()
    door = BinarySensorEntity()
    door.device_class = "door"
    house.add(door, "binary_sensor.door")
    assert house.state("binary_sensor.door") == "unknown"
    for is_on, state in ((True, "on"), (False, "off"), (None, "unknown")):
        door.is_on = is_on
        door.write_state()
        assert house.state("binary_sensor.door") == state
    assert house.attributes("binary_sensor.door") == {"device_class": "door"}


async def test_the_user_s_device_class_wins() -> None:
    house = House()
    door = BinarySensorEntity()
    door.device_class = "door"
    house.add(door, "binary_sensor.door", Overrides(device_class="window"))
    assert house.attributes("binary_sensor.door") == {"device_class": "window"}
