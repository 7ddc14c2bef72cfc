"""Numbers that no device can mean: they are refused with a word that leads to the device, and harm nothing."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from discovery_rig import DiscoveryRig, Payload

from marge.testing import FakeClock

CLIMATE: dict[str, Any] = {
    "mode_command_topic": "m/set",
    "mode_state_topic": "m",
    "temperature_command_topic": "t/set",
    "temperature_state_topic": "t",
    "temperature_low_state_topic": "low",
    "temperature_high_state_topic": "high",
    "current_temperature_topic": "now",
    "target_humidity_command_topic": "th/set",
    "target_humidity_state_topic": "th",
    "current_humidity_topic": "h",
}
WATER_HEATER: dict[str, Any] = {
    "mode_state_topic": "m",
    "temperature_command_topic": "t/set",
    "temperature_state_topic": "t",
    "current_temperature_topic": "now",
}
FAN: dict[str, Any] = {"command_topic": "c", "percentage_command_topic": "p/set", "percentage_state_topic": "t"}
HUMIDIFIER: dict[str, Any] = {
    "command_topic": "c",
    "target_humidity_command_topic": "t/set",
    "target_humidity_state_topic": "t",
    "current_humidity_topic": "now",
}
COVER: dict[str, Any] = {
    "position_topic": "t",
    "set_position_topic": "t/set",
    "tilt_command_topic": "tilt/set",
    "tilt_status_topic": "tilt",
}
LIGHT: dict[str, Any] = {
    "command_topic": "c",
    "brightness_command_topic": "b/set",
    "brightness_state_topic": "b",
    "color_temp_command_topic": "ct/set",
    "color_temp_state_topic": "ct",
}


def restarted(rig: DiscoveryRig, topic: str, payload: Payload, **config: Any) -> DiscoveryRig:
    """The next run of the hub, with a message that the broker kept."""
    again = DiscoveryRig(store=rig.hub.store, clock=FakeClock(rig.clock.now() + 60), **config)  # type: ignore[arg-type]
    again.publish(topic, payload, retain=True)
    return again


NUMBERS = [
    *[("climate", CLIMATE, topic) for topic in ("t", "low", "high", "now", "th", "h")],
    *[("climate", {**CLIMATE, "precision": step}, "now") for step in (0.1, 0.5, 1.0)],
    *[("water_heater", WATER_HEATER, topic) for topic in ("t", "now")],
    ("fan", FAN, "t"),
    *[("humidifier", HUMIDIFIER, topic) for topic in ("t", "now")],
    *[("cover", COVER, topic) for topic in ("t", "tilt")],
    ("valve", {"command_topic": "c", "state_topic": "t", "reports_position": True}, "t"),
    ("number", {"command_topic": "c", "state_topic": "t"}, "t"),
    *[("light", LIGHT, topic) for topic in ("b", "ct")],
]


@pytest.mark.parametrize("bad", ["nan", "-inf", "1e999", "9" * 400, "9" * 5000, "x"])
@pytest.mark.parametrize("units", ["metric", "us_customary"])
@pytest.mark.parametrize(("component", "config", "topic"), NUMBERS)
def test_a_number_that_none_can_mean_is_refused(
    component: str, config: dict[str, Any], topic: str, units: str, bad: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = DiscoveryRig(unit_system=units)
    entity_id = rig.announce(component, config)
    rig.publish(topic, "50")
    before = rig.state(entity_id), rig.attributes(entity_id)
    rig.publish(topic, bad)
    assert (rig.state(entity_id), rig.attributes(entity_id)) == before
    [line] = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert line.getMessage().startswith(f"{entity_id}: '{bad[:100]}")
    assert f" on {topic} is " in line.getMessage()
    again = restarted(rig, topic, bad, unit_system=units)
    again.announce(component, config)
    assert again.state(entity_id) != "unavailable"
    again.publish(topic, "50")
    assert again.attributes(entity_id) == before[1]
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "color",
    [
        {"color_mode": "hs", "color": {"h": "nan", "s": 50}},
        {"color_mode": "hs", "color": {"h": 5, "s": "inf"}},
        {"color_mode": "xy", "color": {"x": "nan", "y": 0.3}},
        {"color_mode": "rgb", "color": {"r": 10**400, "g": 1, "b": 1}},
        {"color_mode": "rgb", "color": {"r": 0, "g": 0, "b": -3}},
        {"color_mode": "color_temp", "color_temp": "nan"},
        {"color_mode": "rgb", "color": [1, 2, 3]},
        {"color_mode": "rgb"},
    ],
)
def test_a_colour_that_none_can_mean_is_refused(color: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    config = {
        "schema": "json",
        "state_topic": "s",
        "command_topic": "c",
        "brightness": True,
        "supported_color_modes": ["hs", "xy", "rgb", "color_temp"],
    }
    light = rig.announce("light", config)
    rig.publish("s", {"state": "ON", "color_mode": "hs", "color": {"h": 20, "s": 50}})
    rig.publish("s", {"state": "ON", "brightness": 100, **color})
    assert (rig.attribute(light, "hs_color"), rig.attribute(light, "brightness")) == ((20.0, 50.0), 100)
    assert f"{light}: " in caplog.text and " on s has " in caplog.text
    again = restarted(rig, "s", {"state": "ON", "brightness": 100, **color})
    again.announce("light", config)
    assert again.state(light) == "on"
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize("color", [{"h": "nan", "s": 1}, {"x": "inf", "y": 1}, {"r": 0, "g": 0, "b": -3}, {"h": 1}, 7])
def test_an_old_light_refuses_such_colours_too(color: Any, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    light = rig.announce("light", {"schema": "json", "state_topic": "s", "command_topic": "c", "hs": True})
    rig.publish("s", {"state": "ON", "color": {"h": 20, "s": 50}})
    rig.publish("s", {"state": "ON", "color": color})
    assert rig.attribute(light, "hs_color") == (20.0, 50.0)
    assert f"{light}: " in caplog.text and " on s has " in caplog.text
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(("mode", "bad"), [("hs", "nan,50"), ("xy", "0.3,inf"), ("rgb", f"{'9' * 400},0,0")])
def test_a_light_with_topics_refuses_such_colours(mode: str, bad: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    config = {**LIGHT, "state_topic": "s", f"{mode}_command_topic": "x/set", f"{mode}_state_topic": "x"}
    light = rig.announce("light", config)
    rig.publish("s", "ON")
    good = {"hs": "20,50", "xy": "0.3,0.3", "rgb": "10,20,30"}[mode]
    rig.publish("x", good)
    before = rig.attributes(light)
    rig.publish("x", bad)
    rig.publish("s", "OFF")
    rig.publish("s", "ON")
    assert rig.attributes(light) == before
    assert f"{light}: " in caplog.text and " on x is not the " in caplog.text
    assert "Traceback" not in caplog.text


def test_a_light_with_templates_refuses_such_colours(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    parts = {f"{name}_template": f"{{{{ value_json.{name} }}}}" for name in ("red", "green", "blue", "brightness")}
    config = {"schema": "template", "command_topic": "c", "command_on_template": "on", "command_off_template": "off"}
    light = rig.announce("light", {**config, **parts, "state_topic": "s", "state_template": "{{ value_json.s }}"})
    good = {"s": "on", "red": 10, "green": 20, "blue": 30, "brightness": 40}
    rig.publish("s", good)
    before = rig.attributes(light)
    assert before["brightness"] == 40
    for bad in ("nan", "inf", "9" * 400):
        for name in ("red", "green", "blue", "brightness"):
            rig.publish("s", {**good, name: bad})
            assert rig.attributes(light) == before
    rig.publish("s", {**good, "red": 0, "green": 0, "blue": -3})
    assert rig.attributes(light) == before
    assert "Traceback" not in caplog.text


def test_a_position_of_no_size_is_no_position(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    tracker = rig.announce("device_tracker", {"json_attributes_topic": "j"})
    rig.publish("j", {"latitude": 10**400, "longitude": 5, "gps_accuracy": 1})
    assert rig.state(tracker) == "unknown"
    assert " on j is no number" in caplog.text
    assert "Traceback" not in caplog.text
