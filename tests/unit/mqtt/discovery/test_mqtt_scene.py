"""Scenes announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

from marge.core.errors import OperationFailed


async def test_a_scene_is_activated_by_its_payload() -> None:
    rig = DiscoveryRig()
    scene = rig.announce("scene", {"command_topic": "s", "payload_on": "go"})
    assert await rig.call("scene.turn_on", scene, transition=3) == [("s", "go")]
    assert rig.state(scene) == "2026-01-01T12:00:00+00:00"


async def test_a_scene_without_a_payload_says_so() -> None:
    rig = DiscoveryRig()
    scene = rig.announce("scene", {"command_topic": "s"})
    with pytest.raises(OperationFailed, match="payload_on"):
        await rig.call("scene.turn_on", scene)
