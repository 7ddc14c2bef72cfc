"""Lights announced over MQTT, in all three schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.core.state import State

BASIC = {"command_topic": "c", "state_topic": "s"}


async def test_the_order_of_commands() -> None:
    rig = DiscoveryRig()
    for order, expected in (
        ("first", [("c", "ON"), ("b", "77")]),
        ("last", [("b", "77"), ("c", "ON")]),
        ("brightness", [("b", "77")]),
    ):
        light = rig.announce("light", {**BASIC, "brightness_command_topic": "b", "on_command_type": order}, order)
        assert await rig.call("light.turn_on", light, brightness=77) == expected
        assert rig.state(light) == "unknown"


def test_colour_modes_follow_from_the_command_topics() -> None:
    rig = DiscoveryRig()
    for keys, modes in (
        ({}, ["onoff"]),
        ({"brightness_command_topic": "b"}, ["brightness"]),
        ({"color_temp_command_topic": "b", "brightness_command_topic": "b"}, ["color_temp"]),
        ({"rgb_command_topic": "b", "white_command_topic": "w"}, ["rgb", "white"]),
    ):
        light = rig.announce("light", {**BASIC, **keys}, f"n{len(keys)}{modes[0]}")
        assert rig.attribute(light, "supported_color_modes") == modes


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("rgb", "1,2"),
        ("rgb", "a,b,c"),
        ("hs", "1"),
        ("xy", "1,2,3"),
        ("ct", "warm"),
        ("ct", "0"),
        ("b", "bright"),
        ("mode", "warp"),
    ],
)
def test_what_is_no_colour_is_logged(topic: str, payload: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    light = rig.announce(
        "light",
        {
            **BASIC,
            "rgb_command_topic": "x",
            "rgb_state_topic": "rgb",
            "hs_state_topic": "hs",
            "xy_state_topic": "xy",
            "color_temp_state_topic": "ct",
            "brightness_state_topic": "b",
            "color_mode_state_topic": "mode",
        },
    )
    rig.publish("s", "ON")
    before = rig.hub.states.get(light)
    rig.publish(topic, payload)
    assert light in caplog.text
    assert rig.hub.states.get(light) is before


def test_channels_of_zero_leave_the_colour() -> None:
    rig = DiscoveryRig()
    light = rig.announce("light", {**BASIC, "rgbww_command_topic": "x", "rgbww_state_topic": "rgbww"})
    rig.publish("s", "ON")
    rig.publish("rgbww", "0,0,0,128,128")
    assert rig.attribute(light, "rgbww_color") is not None
    brightness = rig.attribute(light, "brightness")
    rig.publish("rgbww", "0,0,0,0,0")
    assert rig.attribute(light, "brightness") == brightness


async def test_an_optimistic_light_remembers_its_last_run() -> None:
    rig = DiscoveryRig()
    attributes = {"brightness": 9, "color_mode": "hs", "hs_color": [10, 20], "rgb_color": [1, 2, 3], "effect": "glow"}
    for schema in ("basic", "json", "template"):
        entity_id = f"light.{schema}"
        rig.last.states[entity_id] = State(entity_id, "on", attributes, 0, 0, 0, rig.hub.new_context())
        light = rig.announce(
            "light",
            {
                "schema": schema,
                "command_topic": "c",
                "brightness": True,
                "brightness_command_topic": "b",
                "effect": True,
                "effect_list": ["glow"],
                "effect_command_topic": "e",
                "hs_command_topic": "h",
                "supported_color_modes": ["hs", "color_temp"],
                "command_on_template": "on",
                "command_off_template": "off",
                "red_template": "{{ value }}",
                "green_template": "{{ value }}",
                "blue_template": "{{ value }}",
                "color_temp_template": "{{ value }}",
            },
            schema,
        )
        assert light == entity_id
        assert rig.state(light) == "on"
        assert rig.attribute(light, "hs_color") == (10, 20)
        assert rig.attribute(light, "brightness") == 9
        assert rig.attribute(light, "effect") == "glow"


async def test_a_json_light_of_old_says_with_flags_what_it_can_do() -> None:
    rig = DiscoveryRig()
    light = rig.announce(
        "light",
        {"schema": "json", **BASIC, "brightness": True, "rgb": True, "xy": True, "hs": True, "color_temp": True},
    )
    assert rig.attribute(light, "supported_color_modes") == ["color_temp", "hs"]
    rig.publish("s", {"state": "ON", "color": {"r": 255, "g": 0, "b": 0}, "brightness": 128})
    assert rig.attribute(light, "hs_color") == (0, 100)
    rig.publish("s", {"state": "ON", "color": {"x": 0.3127, "y": 0.329}})
    assert rig.attribute(light, "color_mode") == "hs"
    rig.publish("s", {"state": "ON", "color": {"h": 5, "s": 6}})
    assert rig.attribute(light, "hs_color") == (5, 6)
    rig.publish("s", {"state": "ON", "color": None, "color_temp": 200})
    assert (rig.attribute(light, "color_mode"), rig.attribute(light, "color_temp")) == ("color_temp", 200)
    ((topic, payload),) = await rig.call("light.turn_on", light, hs_color=[120, 100])
    assert topic == "c"
    assert json.loads(payload) == {
        "state": "ON",
        "color": {"r": 0, "g": 255, "b": 0, "x": 0.172, "y": 0.747, "h": 120, "s": 100},
    }
    plain = rig.announce("light", {"schema": "json", "command_topic": "c"}, "plain")
    assert rig.attribute(plain, "supported_color_modes") == ["onoff"]


@pytest.mark.parametrize(
    "payload",
    [
        "[]",
        "no json",
        '{"brightness": 3}',
        '{"state": "ON", "color_mode": "rgb", "color": {"r": "x", "g": 1, "b": 2}}',
        '{"state": "ON", "color_mode": "color_temp", "color_temp": 0}',
        '{"state": "ON", "brightness": "much"}',
        '{"state": "ON", "color_mode": ["rgb"]}',
    ],
)
def test_json_that_is_no_state_is_logged(payload: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    light = rig.announce(
        "light", {"schema": "json", **BASIC, "brightness": True, "supported_color_modes": ["rgb", "color_temp"]}
    )
    rig.publish("s", payload)
    assert light in caplog.text


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"schema": "xml"}, "expected basic, json or template"),
        ({"schema": 7}, "expected basic, json or template"),
        ({"schema": "json", "supported_color_modes": ["onoff", "rgb"]}, "no other colour mode"),
        ({"schema": "json", "supported_color_modes": ["white"]}, "with a colour only"),
        ({"schema": "json", "supported_color_modes": ["rgb", "rgb"]}, "twice"),
        ({"schema": "json", "supported_color_modes": []}, "at least one"),
        ({"schema": "json", "supported_color_modes": ["warp"]}, "supported_color_modes"),
        ({"schema": "json", "color_mode": True}, "goes with 'supported_color_modes'"),
        ({"schema": "template", "command_on_template": "on"}, "command_off_template"),
        ({"white_command_topic": "w"}, "with a colour only"),
        ({"brightness_scale": 0}, "at least 1"),
        ({"on_command_type": "never"}, "on_command_type"),
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("light", {**BASIC, **keys}) == ""
    assert line in caplog.text


def test_an_update_may_change_the_schema() -> None:
    rig = DiscoveryRig()
    config = {**BASIC, "unique_id": "u", "name": "it"}
    light = rig.announce("light", config)
    rig.announce("light", {**config, "schema": "json", "brightness": True})
    rig.publish("s", {"state": "ON", "brightness": 3})
    assert rig.state(light) == "on"
    assert rig.attribute(light, "brightness") == 3


def test_a_template_light_reads_what_there_are_templates_for(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    light = rig.announce(
        "light",
        {
            **BASIC,
            "schema": "template",
            "command_on_template": "on",
            "command_off_template": "off",
            "state_template": "{{ value_json.s }}",
            "brightness_template": "{{ value_json.b }}",
        },
    )
    rig.publish("s", {"s": "on", "b": 20})
    assert (rig.state(light), rig.attribute(light, "brightness")) == ("on", 20)
    rig.publish("s", {"s": "maybe", "b": "much"})
    assert "neither on nor off" in caplog.text
    assert "'much' on s (by its brightness_template) is no whole number" in caplog.text
    assert (rig.state(light), rig.attribute(light, "brightness")) == ("on", 20)
