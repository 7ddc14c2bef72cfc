"""Humidifiers: what they show, and the range of the target."""

from __future__ import annotations

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.humidifier import HumidifierEntity
from marge.testing.house import House, recording


async def test_action_is_off_while_it_is_off() -> None:
    house = House()
    it = house.add(recording(HumidifierEntity, is_on=True, action="humidifying", target_humidity=45, mode="eco"))
    assert house.state("humidifier.it").attributes == {
        "min_humidity": 0,
        "max_humidity": 100,
        "action": "humidifying",
        "humidity": 45,
        "supported_features": 0,
    }
    it.is_on = False
    it.write_state()
    assert house.state("humidifier.it").attributes["action"] == "off"


async def test_target_out_of_range_is_refused() -> None:
    house = House()
    it = house.add(recording(HumidifierEntity, min_humidity=30, max_humidity=80))
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call("humidifier.set_humidity", {"humidity": 20})
    assert str(refusal.value) == "Provided humidity 20 is not valid. Accepted range is 30 to 80."
    await house.call("humidifier.set_humidity", {"humidity": "40"})
    assert it.calls == [("do_set_humidity", 40)]


async def test_modes_are_for_those_that_have_them() -> None:
    house = House()
    it = house.add(recording(HumidifierEntity, available_modes=["eco"], mode="eco"))
    with pytest.raises(ServiceValidationError, match=r"does not support action humidifier\.set_mode"):
        await house.call("humidifier.set_mode", {"mode": "eco"})
    it.supported_features = 1
    it.description_changed()
    it.write_state()
    await house.call("humidifier.set_mode", {"mode": "eco"})
    await house.call("humidifier.toggle")
    attributes = house.state("humidifier.it").attributes
    assert (attributes["available_modes"], attributes["mode"]) == (["eco"], "eco")
    assert it.calls == [("do_set_mode", "eco"), ("do_turn_on",)]
