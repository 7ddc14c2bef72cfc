"""Fans announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig


async def test_speeds_are_scaled_to_the_range() -> None:
    rig = DiscoveryRig()
    fan = rig.announce(
        "fan",
        {
            "command_topic": "c",
            "percentage_command_topic": "p/set",
            "percentage_state_topic": "p",
            "speed_range_min": 1,
            "speed_range_max": 4,
        },
    )
    rig.publish("p", "3")
    assert rig.attribute(fan, "percentage") == 75
    assert rig.attribute(fan, "percentage_step") == 25
    assert await rig.call("fan.set_percentage", fan, percentage=26) == [("p/set", "2")]
    assert await rig.call("fan.increase_speed", fan) == [("p/set", "4")]
    assert await rig.call("fan.turn_on", fan, percentage=50) == [("c", "ON"), ("p/set", "2")]
    assert rig.attribute(fan, "percentage") == 75
    assert rig.state(fan) == "on"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"speed_range_min": 0}, "at least 1"),
        ({"speed_range_min": 5, "speed_range_max": 5}, "above"),
        ({"preset_modes": ["a"]}, "go together"),
        ({"preset_mode_command_topic": "p"}, "go together"),
        ({"preset_mode_command_topic": "p", "preset_modes": ["None"]}, "payload_reset_preset_mode"),
        ({"speed_range_max": -1}, "at least 0"),
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("fan", {"command_topic": "c", **keys}) == ""
    assert line in caplog.text
