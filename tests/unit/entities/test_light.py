"""Lights: what they show, and what a platform is asked to do for the many ways to ask for light."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.services import Target
from marge.entities.light import Features, LightEntity
from marge.testing.house import House, recording
from marge.util.schema import Invalid

RGB = frozenset({"rgb", "color_temp"})


def light(*modes: str, **attributes: Any) -> Any:
    return recording(LightEntity, supported_color_modes=frozenset(modes or ("onoff",)), **attributes)


def shown(house: House) -> dict[str, Any]:
    return dict(house.state("light.it").attributes)


async def test_plain_light_shows_its_only_mode() -> None:
    house = House()
    house.add(light(is_on=True, color_mode="onoff", name="Lamp"))
    assert house.state("light.it").state == "on"
    assert shown(house) == {
        "supported_color_modes": ["onoff"],
        "color_mode": "onoff",
        "friendly_name": "Lamp",
        "supported_features": 0,
    }


async def test_light_that_is_off_shows_its_attributes_as_null() -> None:
    house = House()
    house.add(light("hs", "color_temp", is_on=False, brightness=7, hs_color=(1, 2), color_mode="hs"))
    assert house.state("light.it").state == "off"
    assert shown(house) == {
        "min_color_temp_kelvin": 2000,
        "max_color_temp_kelvin": 6535,
        "min_mireds": 153,
        "max_mireds": 500,
        "supported_color_modes": ["color_temp", "hs"],
        "color_mode": None,
        "brightness": None,
        "color_temp_kelvin": None,
        "color_temp": None,
        "hs_color": None,
        "rgb_color": None,
        "xy_color": None,
        "supported_features": 0,
    }


async def test_colours_are_derived_from_the_active_mode() -> None:
    house = House()
    lamp = house.add(light("rgbww", "color_temp", is_on=True, brightness=180, color_mode="rgbww"))
    lamp.rgbww_color = [255, 0, 0, 10, 20]
    lamp.write_state()
    attributes = shown(house)
    assert attributes["rgbww_color"] == (255, 0, 0, 10, 20)
    assert attributes["rgb_color"] == (255, 12, 6)
    assert attributes["hs_color"] == (1.446, 97.647)
    assert attributes["color_temp_kelvin"] is None
    lamp.color_mode, lamp.color_temp_kelvin = "color_temp", 3000
    lamp.write_state()
    attributes = shown(house)
    assert (attributes["color_temp_kelvin"], attributes["color_temp"]) == (3000, 333)
    assert attributes["rgb_color"] == (255, 177, 110)
    assert attributes["rgbww_color"] is None


async def test_colour_mode_that_is_not_named_is_guessed() -> None:
    house = House()
    lamp = house.add(light("hs", "color_temp", is_on=True, color_temp_kelvin=3000))
    assert shown(house)["color_mode"] == "color_temp"
    lamp.hs_color = (10, 20)
    lamp.write_state()
    assert shown(house)["color_mode"] == "hs"


async def test_changed_colour_modes_change_the_attributes() -> None:
    house = House()
    lamp = house.add(light(is_on=True))
    assert "brightness" not in shown(house)
    lamp.supported_color_modes = frozenset({"brightness"})
    lamp.brightness = 3
    lamp.write_state()
    assert shown(house)["brightness"] == 3
    assert shown(house)["supported_color_modes"] == ["brightness"]


async def test_effects_are_shown_by_lights_that_have_them() -> None:
    house = House()
    lamp = house.add(
        light("brightness", supported_features=4, effect_list=["rainbow"], effect="rainbow", is_on=True, brightness=1)
    )
    assert shown(house)["effect_list"] == ["rainbow"]
    assert shown(house)["effect"] == "rainbow"
    lamp.is_on = False
    lamp.write_state()
    assert shown(house)["effect"] is None
    lamp.available = False
    lamp.write_state()
    assert shown(house) == {
        "effect_list": ["rainbow"],
        "supported_color_modes": ["brightness"],
        "supported_features": 4,
    }


@pytest.mark.parametrize(
    ("modes", "data", "asked"),
    [
        (["hs"], {"rgb_color": [255, 0, 0]}, {"hs_color": (0.0, 100.0)}),
        (["rgbw"], {"color_name": "White"}, {"rgbw_color": (0, 0, 0, 255)}),
        (["rgb"], {"color_name": "nonsense"}, {"rgb_color": (255, 255, 255)}),
        (["rgb"], {"rgb_color": [1, "2", 3.7]}, {"rgb_color": (1, 2, 3)}),
        (["xy"], {"hs_color": [0, 100]}, {"xy_color": (0.701, 0.299)}),
        (["rgb"], {"xy_color": [0.701, 0.299]}, {"rgb_color": (255, 0, 0)}),
        (["color_temp"], {"rgb_color": [255, 177, 110]}, {"color_temp_kelvin": 2050}),
        (["color_temp"], {"color_temp": 333}, {"color_temp_kelvin": 3003}),
        (["color_temp"], {"kelvin": 3000}, {"color_temp_kelvin": 3000}),
        (["hs"], {"color_temp_kelvin": 3000}, {"hs_color": (27.825, 56.895)}),
        (
            ["rgbww"],
            {"color_temp_kelvin": 3000, "brightness": 100},
            {"rgbww_color": (0, 0, 0, 48, 52), "brightness": 100},
        ),
        (["brightness"], {"color_temp_kelvin": 3000, "brightness_pct": 50}, {"brightness": 128}),
        (["brightness"], {"brightness_step": -40}, {"brightness": 60}),
        (["brightness"], {"brightness_step_pct": 200}, {"brightness": 255}),
        (["brightness"], {"brightness": 900}, {"brightness": 255}),
        (["rgb", "white"], {"white": True}, {"white": 100}),
        (["rgb", "white"], {"white": 20}, {"white": 20}),
        (["rgb", "white"], {"white": 20, "brightness": 70}, {"white": 70}),
        (["onoff"], {"brightness": 70, "flash": "long", "transition": 3, "effect": "x"}, {}),
        (["hs"], {"profile": "relax"}, {"hs_color": (35.932, 69.412), "brightness": 144}),
        (["hs"], {"profile": "relax", "brightness": 3}, {"hs_color": (35.932, 69.412), "brightness": 3}),
        (["hs"], {"profile": "of nobody"}, {}),
    ],
)
async def test_light_is_asked_for_what_it_supports(
    modes: list[str], data: dict[str, Any], asked: dict[str, Any]
) -> None:
    house = House()
    lamp = house.add(light(*modes, is_on=True, brightness=100))
    await house.call("light.turn_on", data)
    assert lamp.calls == [("do_turn_on", asked)]


async def test_features_let_effect_flash_and_transition_through() -> None:
    house = House()
    lamp = house.add(light(supported_features=int(Features.EFFECT | Features.FLASH | Features.TRANSITION)))
    await house.call("light.turn_on", {"effect": "x", "flash": "short", "transition": "7000"})
    await house.call("light.turn_off", {"flash": "short", "transition": 1})
    assert lamp.calls == [
        ("do_turn_on", {"effect": "x", "flash": "short", "transition": 6553}),
        ("do_turn_off", {"flash": "short", "transition": 1.0}),
    ]


async def test_brightness_zero_switches_off() -> None:
    house = House()
    lamp = house.add(light("brightness", is_on=True, brightness=20, supported_features=32))
    await house.call("light.turn_on", {"brightness": 0, "transition": 2})
    await house.call("light.turn_on", {"brightness_step": -30})
    await house.call("light.turn_on", {"white": False})
    assert lamp.calls == [("do_turn_off", {"transition": 2.0}), ("do_turn_off", {}), ("do_turn_off", {})]


async def test_toggle_takes_the_data_of_turn_on() -> None:
    house = House()
    lamp = house.add(light("brightness", is_on=False))
    await house.call("light.toggle", {"brightness": 30})
    lamp.is_on = True
    await house.call("light.toggle", {"brightness": 30})
    assert lamp.calls == [("do_turn_on", {"brightness": 30}), ("do_turn_off", {})]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"x": 1}, "extra keys not allowed @ data['x']"),
        ({"brightnes": 1}, "extra keys not allowed @ data['brightnes'], did you mean 'brightness'?"),
        ({"rgb_color": [1, 2]}, "expected 3 numbers, got [1, 2] @ data['rgb_color']"),
        ({"rgb_color": [1, 2, 256]}, "value must be at most 255, got 256 @ data['rgb_color']"),
        ({"brightness_pct": 101}, "value must be at most 100, got 101 @ data['brightness_pct']"),
        ({"brightness": "bright"}, "expected int, got 'bright' @ data['brightness']"),
        ({"flash": "often"}, "value must be one of ['long', 'short'], got 'often' @ data['flash']"),
        ({"transition": float("nan")}, "expected float, got nan @ data['transition']"),
        ({"white": "x"}, "expected true or a brightness, got 'x' @ data['white']"),
    ],
)
async def test_wrong_data_is_refused_with_its_place(data: dict[str, Any], message: str) -> None:
    house = House()
    house.add(light("rgb"))
    with pytest.raises(Invalid) as refusal:
        await house.call("light.turn_on", data)
    assert str(refusal.value) == message


async def test_two_colours_or_two_brightnesses_are_refused() -> None:
    house = House()
    house.add(light("rgb"))
    for data in ({"rgb_color": [1, 2, 3], "kelvin": 3000}, {"brightness": 1, "brightness_step": 2}):
        with pytest.raises(Invalid, match="two or more values in the same group of exclusion"):
            await house.call("light.turn_on", data)


async def test_all_lights_of_an_area_are_reached() -> None:
    house = House()
    one, two = house.add(light(), "one"), house.add(light(), "two")
    house.resolver.areas["hall"] = {"light.one", "light.two"}
    await house.call("light.turn_off", area_id="hall")
    assert one.calls == two.calls == [("do_turn_off", {})]
    assert house.resolver.resolve(Target(label_id=["x"])).missing == {"label": ["x"]}
