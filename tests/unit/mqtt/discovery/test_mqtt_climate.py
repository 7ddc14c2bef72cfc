"""Climate entities announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig


async def test_a_thermostat() -> None:
    rig = DiscoveryRig()
    climate = rig.announce(
        "climate",
        {
            "mode_command_topic": "m/set",
            "mode_state_topic": "m",
            "modes": ["off", "heat"],
            "temperature_command_topic": "t/set",
            "temperature_state_topic": "t",
            "current_temperature_topic": "now",
            "action_topic": "action",
        },
    )
    assert rig.state(climate) == "unknown"
    for topic, payload in (("m", "heat"), ("t", "21.5"), ("now", "19"), ("action", "heating")):
        rig.publish(topic, payload)
    assert rig.state(climate) == "heat"
    assert rig.attribute(climate, "temperature") == 21.5
    assert rig.attribute(climate, "current_temperature") == 19
    assert rig.attribute(climate, "hvac_action") == "heating"
    sent = await rig.call("climate.set_temperature", climate, temperature=22, hvac_mode="off")
    assert sent == [("m/set", "off"), ("t/set", "22.0")]
    assert rig.attribute(climate, "temperature") == 21.5
    assert await rig.call("climate.turn_on", climate) == [("m/set", "heat")]


async def test_what_is_not_reported_begins_somewhere_and_is_what_it_is_set_to() -> None:
    rig = DiscoveryRig()
    climate = rig.announce(
        "climate",
        {"mode_command_topic": "m", "temperature_command_topic": "t", "fan_mode_command_topic": "f", "initial": 17},
    )
    assert rig.state(climate) == "off"
    assert (rig.attribute(climate, "temperature"), rig.attribute(climate, "fan_mode")) == (17, "low")
    await rig.call("climate.set_hvac_mode", climate, hvac_mode="cool")
    await rig.call("climate.set_fan_mode", climate, fan_mode="high")
    assert rig.state(climate) == "cool"
    assert rig.attribute(climate, "fan_mode") == "high"
    rig.announce("climate", {"mode_command_topic": "m2", "fan_mode_command_topic": "f", "name": "it"})
    assert rig.state(climate) == "cool"


async def test_a_power_topic_switches() -> None:
    rig = DiscoveryRig()
    config = {"power_command_topic": "p", "payload_off": "0", "mode_command_topic": "m", "optimistic": True}
    climate = rig.announce("climate", config)
    await rig.call("climate.set_hvac_mode", climate, hvac_mode="cool")
    assert await rig.call("climate.turn_off", climate) == [("p", "0")]
    assert rig.state(climate) == "off"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"preset_modes": ["eco"]}, "go together"),
        ({"preset_mode_command_topic": "p"}, "go together"),
        ({"preset_mode_command_topic": "p", "preset_modes": ["none"]}, "always there"),
        ({"min_humidity": 50, "max_humidity": 40}, "above"),
        ({"max_humidity": 101}, "at most 100"),
        ({"target_humidity_state_topic": "h"}, "goes with 'target_humidity_command_topic'"),
        ({"precision": 0.3}, "precision"),
        ({"temperature_unit": "K"}, "temperature unit"),
        ({"min_temp": "warm"}, "expected float"),
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("climate", {"mode_command_topic": "m", **keys}) == ""
    assert line in caplog.text
