"""Vacuums announced over MQTT."""

from __future__ import annotations

import json

import pytest
from discovery_rig import DiscoveryRig


async def test_commands() -> None:
    rig = DiscoveryRig()
    vacuum = rig.announce(
        "vacuum",
        {
            "command_topic": "c",
            "send_command_topic": "x",
            "set_fan_speed_topic": "f",
            "fan_speed_list": ["min", "max"],
            "supported_features": ["start", "send_command", "fan_speed"],
        },
    )
    assert rig.attribute(vacuum, "supported_features") == 4096 + 8192 + 256 + 32
    assert await rig.call("vacuum.start", vacuum) == [("c", "start")]
    assert await rig.call("vacuum.set_fan_speed", vacuum, fan_speed="max") == [("f", "max")]
    assert await rig.call("vacuum.set_fan_speed", vacuum, fan_speed="warp") == []
    assert await rig.call("vacuum.send_command", vacuum, command="go") == [("x", "go")]
    ((_, payload),) = await rig.call("vacuum.send_command", vacuum, command="go", params={"to": [1, 2]})
    assert json.loads(payload) == {"command": "go", "to": [1, 2]}


def test_states(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    vacuum = rig.announce("vacuum", {"state_topic": "s"})
    rig.publish("s", {"state": "cleaning", "battery_level": 54, "more": 1})
    assert (rig.state(vacuum), rig.attribute(vacuum, "battery_level")) == ("cleaning", 54)
    rig.publish("s", {"state": "docked"})
    assert (rig.state(vacuum), rig.attribute(vacuum, "battery_level")) == ("docked", 54)
    rig.publish("s", {"state": "docked", "battery_level": "full"})
    assert "is no number for its battery_level" in caplog.text
    rig.publish("s", "docked")
    assert "no JSON object" in caplog.text
    rig.publish("s", {"state": None})
    assert rig.state(vacuum) == "unknown"


def test_unknown_features_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("vacuum", {"command_topic": "c", "supported_features": ["fly"]}) == ""
    assert "'fly' is none of the features" in caplog.text
