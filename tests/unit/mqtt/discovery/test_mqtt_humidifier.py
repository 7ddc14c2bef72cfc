"""Humidifiers announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

HUMIDIFIER = {"command_topic": "c", "target_humidity_command_topic": "t"}


async def test_modes_and_targets(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    humidifier = rig.announce("humidifier", HUMIDIFIER, mode_command_topic="m", modes=["eco"])
    assert await rig.call("humidifier.set_mode", humidifier, mode="eco") == [("m", "eco")]
    assert await rig.call("humidifier.set_mode", humidifier, mode="boost") == []
    assert "none of its modes" in caplog.text
    assert await rig.call("humidifier.set_humidity", humidifier, humidity=55) == [("t", "55")]
    assert rig.attribute(humidifier, "humidity") == 55
    assert rig.attribute(humidifier, "mode") == "eco"


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"min_humidity": 60, "max_humidity": 60}, "above"),
        ({"max_humidity": 120}, "at most 100"),
        ({"modes": ["a"]}, "go together"),
        ({"modes": ["None"], "mode_command_topic": "m"}, "payload_reset_mode"),
        ({"device_class": "fan"}, "device_class"),
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("humidifier", {**HUMIDIFIER, **keys}) == ""
    assert line in caplog.text


def test_the_device_class_may_be_taken_away() -> None:
    rig = DiscoveryRig()
    assert rig.attribute(rig.announce("humidifier", HUMIDIFIER, device_class=None), "device_class") is None
