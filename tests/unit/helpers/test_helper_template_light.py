"""Template lights."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

YAML = """
light:
  - platform: template
    lights:
      full:
        friendly_name: Full
        unique_id: full
        value_template: "{{ states('sensor.state') }}"
        level_template: "{{ states('sensor.level') }}"
        temperature_template: "{{ states('sensor.temperature') }}"
        min_mireds_template: "{{ 200 }}"
        max_mireds_template: "{{ 400 }}"
        rgb_template: "{{ states('sensor.rgb') }}"
        color_template: "{{ states('sensor.hs') }}"
        effect_list_template: "{{ ['rain', 'sun'] }}"
        effect_template: "{{ states('sensor.effect') }}"
        supports_transition_template: "{{ true }}"
        turn_on: {event: told, event_data: {what: 'on', transition: "{{ transition | default }}"}}
        turn_off: {event: told, event_data: {what: 'off', transition: "{{ transition | default }}"}}
        set_level: {event: told, event_data: {level: "{{ brightness }}"}}
        set_temperature: {event: told, event_data: {temperature: "{{ color_temp }}"}}
        set_color: {event: told, event_data: {hs: "{{ hs }}", h: "{{ h }}", s: "{{ s }}"}}
        set_rgb: {event: told, event_data: {rgb: "{{ [r, g, b] }}"}}
        set_effect: {event: told, event_data: {effect: "{{ effect }}"}}
      plain:
        turn_on: []
        turn_off: []
      colours:
        turn_on: []
        turn_off: []
        set_temperature: []
        set_rgbw: {event: told, event_data: {rgbw: "{{ [r, g, b, w] }}", rgb: "{{ rgb }}"}}
        set_rgbww: {event: told, event_data: {rgbww: "{{ [r, g, b, cw, ww] }}"}}
"""


async def start(tmp_path: Path, yaml: str = YAML, **states: str) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    for name, state in {"state": "on", "level": "None", **states}.items():
        house.hub.states.set(f"sensor.{name}", state)
    await house.helpers.settle()
    return house


def heard(house: HelperHouse) -> list[dict[str, Any]]:
    data = [event.data for event in house.fired("told")]
    house.events.clear()
    return data


async def test_it_shows_its_templates(tmp_path: Path) -> None:
    house = await start(tmp_path, level="100", effect="rain")
    assert house.state("light.full") == "on"
    attributes = house.attributes("light.full")
    assert attributes["supported_color_modes"] == ["color_temp", "hs", "rgb"]
    assert (attributes["min_color_temp_kelvin"], attributes["max_color_temp_kelvin"]) == (2500, 5000)
    assert (attributes["effect"], attributes["effect_list"]) == ("rain", ["rain", "sun"])
    assert (attributes["supported_features"], attributes["friendly_name"]) == (4 + 32, "Full")
    house.hub.states.set("sensor.temperature", "250")
    attributes = house.attributes("light.full")
    assert (attributes["color_mode"], attributes["color_temp_kelvin"], attributes["brightness"]) == (
        "color_temp",
        4000,
        100,
    )
    house.hub.states.set("sensor.rgb", "(1, 2, 3)")
    assert (house.attributes("light.full")["color_mode"], house.attributes("light.full")["rgb_color"]) == (
        "rgb",
        (1, 2, 3),
    )
    house.hub.states.set("sensor.hs", "[40.5, 50]")
    assert (house.attributes("light.full")["color_mode"], house.attributes("light.full")["hs_color"]) == (
        "hs",
        (40.5, 50),
    )
    house.hub.states.set("sensor.state", "off")
    assert house.state("light.full") == "off"
    assert house.attributes("light.full")["brightness"] is None
    house.stop()


@pytest.mark.parametrize(
    ("sensor", "value", "attribute"),
    [
        ("level", "256", "brightness"),
        ("level", "much", "brightness"),
        ("temperature", "401", "color_temp_kelvin"),
        ("rgb", "(1, 2)", "rgb_color"),
        ("rgb", "(1, 2, 300)", "rgb_color"),
        ("hs", "(361, 5)", "hs_color"),
        ("hs", "red", "hs_color"),
        ("effect", "odd", "effect"),
    ],
)
async def test_what_makes_no_sense_is_logged_and_not_shown(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, sensor: str, value: str, attribute: str
) -> None:
    house = await start(tmp_path)
    caplog.clear()
    house.hub.states.set(f"sensor.{sensor}", value)
    assert house.attributes("light.full")[attribute] is None
    assert "light.full" in caplog.text
    house.stop()


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({}, {"what": "on", "transition": ""}),
        ({"transition": 3}, {"what": "on", "transition": 3.0}),
        ({"brightness": 50}, {"level": 50}),
        ({"color_temp_kelvin": 4000, "brightness": 50}, {"temperature": 250}),
        ({"effect": "sun", "brightness": 50}, {"effect": "sun"}),
        ({"hs_color": [30.5, 40]}, {"hs": [30.5, 40], "h": 30, "s": 40}),
        ({"rgb_color": [1, 2, 3]}, {"rgb": [1, 2, 3]}),
    ],
)
async def test_it_takes_the_actions_of_what_was_asked_for(
    tmp_path: Path, asked: dict[str, Any], told: dict[str, Any]
) -> None:
    house = await start(tmp_path)
    await house.call("light.turn_on", "light.full", **asked)
    ((data,)) = heard(house)
    assert {key: list(value) if isinstance(value, tuple) else value for key, value in data.items()} == told
    await house.call("light.turn_off", "light.full", transition=2)
    assert heard(house) == [{"what": "off", "transition": 2.0}]
    house.stop()


async def test_without_templates_it_is_what_it_was_told_to_be(tmp_path: Path) -> None:
    house = await start(tmp_path)
    assert house.state("light.plain") == "off"
    assert house.attributes("light.plain")["supported_color_modes"] == ["onoff"]
    await house.call("light.turn_on", "light.plain")
    assert (house.state("light.plain"), house.attributes("light.plain")["color_mode"]) == ("on", "onoff")
    await house.call("light.turn_off", "light.plain")
    assert house.state("light.plain") == "off"
    await house.call("light.turn_on", "light.colours", rgbw_color=[1, 2, 3, 4], brightness=9)
    attributes = house.attributes("light.colours")
    assert [attributes[key] for key in ("color_mode", "rgbw_color", "brightness")] == ["rgbw", (1, 2, 3, 4), 9]
    await house.call("light.turn_on", "light.colours", rgbww_color=[1, 2, 3, 4, 5])
    attributes = house.attributes("light.colours")
    assert (attributes["color_mode"], attributes["rgbw_color"]) == ("rgbww", None)
    assert [{key: list(value) for key, value in data.items()} for data in heard(house)] == [
        {"rgbw": [1, 2, 3, 4], "rgb": [1, 2, 3]},
        {"rgbww": [1, 2, 3, 4, 5]},
    ]
    await house.call("light.turn_on", "light.colours", color_temp_kelvin=3000)
    attributes = house.attributes("light.colours")
    assert (attributes["color_mode"], attributes["color_temp_kelvin"]) == ("color_temp", 3000)
    house.stop()


async def test_a_state_that_fails_counts_as_off(tmp_path: Path) -> None:
    house = await start(
        tmp_path,
        "light:\n  - platform: template\n    lights:\n"
        "      a: {value_template: '{{ 1 / 0 }}', turn_on: [], turn_off: []}\n"
        "      b: {value_template: odd, turn_on: [], turn_off: []}\n"
        "      c: {turn_on: [], turn_off: [], set_effect: []}\n",
    )
    assert [house.state(f"light.{name}") for name in "ab"] == ["off", "unknown"]
    assert house.hub.states.get("light.c") is None
    house.stop()
