"""Selects announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

from marge.core.state import State


async def test_options_are_chosen_and_reported(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    select = rig.announce("select", {"command_topic": "c", "state_topic": "s", "options": ["a", "b", 3]})
    assert rig.attribute(select, "options") == ["a", "b", "3"]
    rig.publish("s", "3")
    assert rig.state(select) == "3"
    rig.publish("s", "z")
    assert "not one of its options" in caplog.text
    assert await rig.call("select.select_option", select, option="a") == [("c", "a")]
    assert rig.state(select) == "3"


def test_options_are_needed() -> None:
    assert DiscoveryRig().announce("select", {"command_topic": "c"}) == ""


def test_the_option_of_the_last_run_is_taken_over() -> None:
    rig = DiscoveryRig()
    rig.last.states["select.it"] = State("select.it", "b", {}, 0, 0, 0, rig.hub.new_context())
    assert rig.state(rig.announce("select", {"command_topic": "c", "options": ["a", "b"]})) == "b"
