"""Receivers of messages announced over MQTT."""

from __future__ import annotations

from discovery_rig import DiscoveryRig


async def test_messages_are_published() -> None:
    rig = DiscoveryRig()
    notify = rig.announce("notify", {"command_topic": "n", "command_template": "{{ value | upper }}"})
    assert await rig.call("notify.send_message", notify, message="hello") == [("n", "HELLO")]
    assert rig.state(notify) == "2026-01-01T12:00:00+00:00"
