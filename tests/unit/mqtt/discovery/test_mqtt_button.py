"""Buttons announced over MQTT."""

from __future__ import annotations

from discovery_rig import DiscoveryRig


async def test_a_press_is_published_and_its_time_is_the_state() -> None:
    rig = DiscoveryRig()
    button = rig.announce("button", {"command_topic": "b", "payload_press": "go", "retain": True, "qos": 2})
    assert rig.state(button) == "unknown"
    rig.flags.clear()
    assert await rig.call("button.press", button) == [("b", "go")]
    assert rig.flags == [(2, True)]
    assert rig.state(button) == "2026-01-01T12:00:00+00:00"


def test_a_button_needs_a_topic_to_publish_to() -> None:
    rig = DiscoveryRig()
    assert rig.announce("button", {"command_topic": "b/+"}) == ""
    assert rig.announce("button", {}) == ""
