"""Lawn mowers announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

from marge.core.state import State


async def test_commands_by_topics_of_their_own(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    mower = rig.announce(
        "lawn_mower",
        {
            "activity_state_topic": "a",
            "dock_command_topic": "d",
            "pause_command_topic": "p",
            "start_mowing_command_topic": "s",
            "start_mowing_command_template": "<{{ value }}>",
        },
    )
    assert rig.attribute(mower, "supported_features") == 7
    rig.publish("a", "mowing")
    rig.publish("a", "flying")
    assert rig.state(mower) == "mowing"
    assert "no activity" in caplog.text
    assert await rig.call("lawn_mower.start_mowing", mower) == [("s", "<start_mowing>")]
    assert await rig.call("lawn_mower.dock", mower) == [("d", "dock")]
    assert rig.state(mower) == "mowing"


def test_without_a_state_topic_the_last_activity_is_taken_over() -> None:
    rig = DiscoveryRig()
    rig.last.states["lawn_mower.it"] = State("lawn_mower.it", "docked", {}, 0, 0, 0, rig.hub.new_context())
    assert rig.state(rig.announce("lawn_mower", {"dock_command_topic": "d"})) == "docked"
