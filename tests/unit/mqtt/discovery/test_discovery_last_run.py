"""What an entity was told, or told itself, in the last run of the hub still holds after a restart."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.testing import FakeClock

Call = tuple[str, dict[str, Any]]


def restarted(rig: DiscoveryRig, entity_id: str, **config: Any) -> DiscoveryRig:
    """The next run of the hub, with the last state of an entity; the broker kept nothing."""
    again = DiscoveryRig(store=rig.hub.store, clock=FakeClock(rig.clock.now() + 60), **config)  # type: ignore[arg-type]
    state = rig.hub.states.get(entity_id)
    assert state is not None
    again.last.states[entity_id] = state
    return again


OPTIMISTIC: list[tuple[str, dict[str, Any], list[Call], str, dict[str, Any]]] = [
    (
        "climate",
        {
            "mode_command_topic": "1",
            "temperature_command_topic": "2",
            "fan_mode_command_topic": "3",
            "swing_mode_command_topic": "4",
            "preset_modes": ["eco"],
            "preset_mode_command_topic": "5",
            "target_humidity_command_topic": "6",
            "temperature_unit": "F",
        },
        [
            ("set_hvac_mode", {"hvac_mode": "heat"}),
            ("set_temperature", {"temperature": 23}),
            ("set_fan_mode", {"fan_mode": "high"}),
            ("set_swing_mode", {"swing_mode": "on"}),
            ("set_preset_mode", {"preset_mode": "eco"}),
            ("set_humidity", {"humidity": 55}),
        ],
        "heat",
        {"temperature": 23.0, "fan_mode": "high", "swing_mode": "on", "preset_mode": "eco", "humidity": 55},
    ),
    (
        "climate",
        {
            "mode_command_topic": "1",
            "temperature_low_command_topic": "2",
            "temperature_high_command_topic": "3",
            "precision": 0.5,
        },
        [("set_temperature", {"target_temp_low": 18, "target_temp_high": 24.5})],
        "off",
        {"target_temp_low": 18.0, "target_temp_high": 24.5},
    ),
    (
        "water_heater",
        {"mode_command_topic": "1", "temperature_command_topic": "2"},
        [("set_operation_mode", {"operation_mode": "eco"}), ("set_temperature", {"temperature": 50})],
        "eco",
        {"temperature": 50.0, "operation_mode": "eco"},
    ),
    (
        "fan",
        {
            "command_topic": "1",
            "percentage_command_topic": "2",
            "oscillation_command_topic": "3",
            "direction_command_topic": "4",
            "preset_modes": ["a"],
            "preset_mode_command_topic": "5",
        },
        [
            ("turn_on", {"percentage": 40, "preset_mode": "a"}),
            ("oscillate", {"oscillating": True}),
            ("set_direction", {"direction": "reverse"}),
        ],
        "on",
        {"percentage": 40, "preset_mode": "a", "oscillating": True, "direction": "reverse"},
    ),
    (
        "humidifier",
        {"command_topic": "1", "target_humidity_command_topic": "2", "modes": ["m"], "mode_command_topic": "3"},
        [("turn_on", {}), ("set_humidity", {"humidity": 44}), ("set_mode", {"mode": "m"})],
        "on",
        {"humidity": 44, "mode": "m"},
    ),
    (
        "siren",
        {"command_topic": "1", "available_tones": ["t"]},
        [("turn_on", {"tone": "t", "volume_level": 0.4, "duration": 3})],
        "on",
        {"tone": "t", "volume_level": 0.4, "duration": 3},
    ),
    ("lock", {"command_topic": "1"}, [("lock", {})], "locked", {}),
    ("lock", {"command_topic": "1", "payload_open": "O"}, [("open", {})], "open", {}),
    (
        "cover",
        {"command_topic": "1", "set_position_topic": "2", "position_topic": "p", "optimistic": True},
        [("set_cover_position", {"position": 70})],
        "open",
        {"current_position": 70},
    ),
    (
        "cover",
        {"command_topic": "1", "tilt_command_topic": "2"},
        [("close_cover", {}), ("set_cover_tilt_position", {"tilt_position": 30})],
        "closed",
        {"current_tilt_position": 30},
    ),
    ("valve", {"command_topic": "1"}, [("close_valve", {})], "closed", {}),
    (
        "valve",
        {"command_topic": "1", "reports_position": True},
        [("set_valve_position", {"position": 30})],
        "open",
        {"current_position": 30},
    ),
    ("lawn_mower", {"dock_command_topic": "1"}, [("dock", {})], "docked", {}),
    (
        "number",
        {"command_topic": "1", "device_class": "temperature", "unit_of_measurement": "°F"},
        [("set_value", {"value": 20})],
        "20.0",
        {"unit_of_measurement": "°C"},
    ),
    ("select", {"command_topic": "1", "options": ["a", "b"]}, [("select_option", {"option": "b"})], "b", {}),
    ("text", {"command_topic": "1"}, [("set_value", {"value": "hello"})], "hello", {}),
    ("switch", {"command_topic": "1"}, [("turn_on", {})], "on", {}),
    (
        "light",
        {"command_topic": "1", "brightness_command_topic": "2", "rgb_command_topic": "3"},
        [("turn_on", {"rgb_color": [1, 2, 3], "brightness": 77})],
        "on",
        {"rgb_color": (1, 2, 3), "brightness": 77},
    ),
]


@pytest.mark.parametrize(("component", "config", "calls", "state", "attributes"), OPTIMISTIC)
async def test_what_nothing_reports_is_what_it_was_last_told_to_be(
    component: str, config: dict[str, Any], calls: list[Call], state: str, attributes: dict[str, Any]
) -> None:
    rig = DiscoveryRig()
    entity_id = rig.announce(component, config)
    for service, data in calls:
        await rig.call(f"{component}.{service}", entity_id, **data)
    again = restarted(rig, entity_id)
    again.announce(component, config)
    assert again.state(entity_id) == state
    assert {name: again.attribute(entity_id, name) for name in attributes} == attributes
    entity = again.index.get(entity_id)
    assert entity is not None
    entity.write_state()
    assert again.state(entity_id) == state
    assert again.attributes(entity_id) == rig.attributes(entity_id)


def test_what_is_told_apart_from_the_state_stays_until_it_is_told_again() -> None:
    rig = DiscoveryRig()
    config = {
        "state_topic": "s",
        "position_topic": "p",
        "set_position_topic": "p/set",
        "tilt_command_topic": "t/set",
        "tilt_status_topic": "t",
    }
    cover = rig.announce("cover", config)
    rig.publish("p", "70")
    rig.publish("t", "44")
    assert rig.state(cover) == "unknown"
    again = restarted(rig, cover)
    again.announce("cover", config)
    assert (again.attribute(cover, "current_position"), again.attribute(cover, "current_tilt_position")) == (70, 44)
    again.publish("s", "open")
    again.publish("p", "60")
    assert again.state(cover) == "open"
    assert (again.attribute(cover, "current_position"), again.attribute(cover, "current_tilt_position")) == (60, 44)


def test_an_attribute_that_is_told_shows_beside_the_last_state() -> None:
    rig = DiscoveryRig()
    config = {"mode_state_topic": "m", "current_temperature_topic": "now", "action_topic": "a"}
    climate = rig.announce("climate", config)
    rig.publish("m", "heat")
    rig.publish("now", "20")
    rig.publish("a", "heating")
    last = rig.hub.states.get(climate)
    again = restarted(rig, climate)
    again.announce("climate", config)
    shown = again.hub.states.get(climate)
    assert last is not None and shown is not None
    assert (shown.last_changed, shown.last_updated) == (last.last_changed, last.last_updated)
    again.publish("now", "21")
    shown = again.hub.states.get(climate)
    assert shown is not None
    assert (shown.state, shown.attributes["current_temperature"], shown.attributes["hvac_action"]) == (
        "heat",
        21.0,
        "heating",
    )
    assert (shown.last_changed, shown.last_updated) == (last.last_changed, again.clock.now())


def test_json_attributes_stay_until_they_are_told_again() -> None:
    rig = DiscoveryRig()
    config = {"state_topic": "s", "json_attributes_topic": "j", "state_class": "measurement", "icon": "mdi:a"}
    sensor = rig.announce("sensor", config)
    rig.publish("s", "5")
    rig.publish("j", {"battery": 70, "old": True})
    again = restarted(rig, sensor)
    del config["icon"]
    again.announce("sensor", config)
    assert again.attributes(sensor) == {"state_class": "measurement", "friendly_name": "it", "battery": 70, "old": True}
    again.publish("s", "6")
    assert (again.state(sensor), again.attribute(sensor, "battery")) == ("6", 70)
    third = restarted(rig, sensor)
    third.announce("sensor", config)
    third.publish("j", {"battery": 60})
    assert third.state(sensor) == "5"
    assert third.attributes(sensor) == {"state_class": "measurement", "friendly_name": "it", "battery": 60}


async def test_temperatures_of_another_scale_and_words_that_are_gone_are_not_taken_back() -> None:
    rig = DiscoveryRig()
    config = {"mode_command_topic": "m", "temperature_command_topic": "t", "fan_mode_command_topic": "f"}
    climate = rig.announce("climate", config)
    await rig.call("climate.set_temperature", climate, temperature=23)
    await rig.call("climate.set_fan_mode", climate, fan_mode="high")
    await rig.call("climate.set_hvac_mode", climate, hvac_mode="cool")
    again = restarted(rig, climate, unit_system="us_customary")
    again.announce("climate", {**config, "fan_modes": ["low", "turbo"], "modes": ["off", "heat"]})
    assert (again.state(climate), again.attribute(climate, "fan_mode")) == ("off", "low")
    assert again.attribute(climate, "temperature") == 70
