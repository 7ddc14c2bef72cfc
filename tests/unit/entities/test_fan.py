"""Fans: speeds, presets, and what is shown of them."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.fan import FanEntity
from marge.testing.house import House, recording

ALL = 63


def fan(**attributes: Any) -> Any:
    return recording(FanEntity, **{"supported_features": ALL, "preset_modes": ["eco", "storm"], **attributes})


async def test_fan_shows_what_it_has() -> None:
    house = House()
    it = house.add(fan(is_on=True, percentage=66, speed_count=3, oscillating=False, direction="forward"))
    assert house.state("fan.it").attributes == {
        "preset_modes": ["eco", "storm"],
        "direction": "forward",
        "oscillating": False,
        "percentage": 66,
        "percentage_step": pytest.approx(33.333, abs=0.001),
        "preset_mode": None,
        "supported_features": ALL,
    }
    it.supported_features = 48
    it.description_changed()
    it.write_state()
    assert house.state("fan.it").attributes == {"supported_features": 48}


@pytest.mark.parametrize(
    ("now", "service", "data", "asked"),
    [
        (33, "increase_speed", {}, 66),
        (34, "increase_speed", {}, 100),
        (100, "increase_speed", {}, 100),
        (66, "decrease_speed", {}, 33),
        (0, "decrease_speed", {}, 0),
        (None, "increase_speed", {}, 33),
        (50, "increase_speed", {"percentage_step": "15"}, 65),
        (10, "decrease_speed", {"percentage_step": 15}, 0),
    ],
)
async def test_speed_goes_step_by_step(now: int | None, service: str, data: dict[str, Any], asked: int) -> None:
    house = House()
    it = house.add(fan(percentage=now, speed_count=3))
    await house.call(f"fan.{service}", data)
    assert it.calls == [("do_set_percentage", asked)]


async def test_preset_must_be_one_of_its_own() -> None:
    house = House()
    it = house.add(fan())
    for service in ("turn_on", "set_preset_mode"):
        with pytest.raises(ServiceValidationError) as refusal:
            await house.call(f"fan.{service}", {"preset_mode": "calm"})
        assert str(refusal.value) == "Preset mode calm is not valid, valid preset modes are: eco, storm."
        assert refusal.value.placeholders == {"preset_mode": "calm", "preset_modes": "eco, storm"}
    await house.call("fan.turn_on", {"preset_mode": "eco", "percentage": 20})
    assert it.calls == [("do_turn_on", 20, "eco")]


async def test_toggle_and_the_rest_reach_the_platform() -> None:
    house = House()
    it = house.add(fan(is_on=True))
    await house.call("fan.toggle")
    it.is_on = False
    await house.call("fan.toggle")
    await house.call("fan.oscillate", {"oscillating": "yes"})
    await house.call("fan.set_direction", {"direction": "reverse"})
    await house.call("fan.set_percentage", {"percentage": 0})
    assert it.calls == [
        ("do_turn_off",),
        ("do_turn_on", None, None),
        ("do_oscillate", True),
        ("do_set_direction", "reverse"),
        ("do_set_percentage", 0),
    ]
