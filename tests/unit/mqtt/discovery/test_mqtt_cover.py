"""Covers announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig


@pytest.mark.parametrize(
    ("position_open", "position_closed", "payload", "shown"),
    [(100, 0, "50", 50), (0, 100, "25", 75), (255, 0, "255", 100), (255, 0, "-3", 0), (1, 0, "1", 100)],
)
def test_positions_are_shown_in_percent(position_open: int, position_closed: int, payload: str, shown: int) -> None:
    rig = DiscoveryRig()
    config = {"position_topic": "p", "position_open": position_open, "position_closed": position_closed}
    cover = rig.announce("cover", config)
    rig.publish("p", payload)
    assert rig.attribute(cover, "current_position") == shown
    assert rig.state(cover) == ("closed" if shown == 0 else "open")


async def test_optimistic_movement() -> None:
    rig = DiscoveryRig()
    cover = rig.announce(
        "cover", {"command_topic": "c", "position_topic": "p", "set_position_topic": "s"}, optimistic=1
    )
    assert rig.attribute(cover, "assumed_state") is True
    assert await rig.call("cover.open_cover", cover) == [("c", "OPEN")]
    assert (rig.state(cover), rig.attribute(cover, "current_position")) == ("open", 100)
    assert await rig.call("cover.set_cover_position", cover, position=0) == [("s", "0")]
    assert (rig.state(cover), rig.attribute(cover, "current_position")) == ("closed", 0)


def test_abilities_follow_from_topics_and_payloads() -> None:
    rig = DiscoveryRig()
    nothing = rig.announce("cover", {"state_topic": "s"}, "a")
    assert rig.attribute(nothing, "supported_features") == 0
    stop = rig.announce("cover", {"command_topic": "c", "payload_open": None, "payload_close": None}, "b")
    assert rig.attribute(stop, "supported_features") == 8


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"set_position_topic": "s"}, "'set_position_topic' goes with 'position_topic'"),
        ({"value_template": "{{ value }}"}, "'value_template' goes with 'state_topic'"),
        ({"position_template": "{{ value }}"}, "goes with 'position_topic'"),
        ({"set_position_template": "{{ value }}"}, "goes with 'set_position_topic'"),
        ({"tilt_command_template": "{{ value }}"}, "goes with 'tilt_command_topic'"),
        ({"tilt_status_template": "{{ value }}"}, "goes with 'tilt_status_topic'"),
        ({"position_open": "x"}, "position_open"),
        ({"position_open": 4, "position_closed": 5}, "no room"),
        ({"tilt_max": 4, "tilt_min": 5}, "no room"),
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("cover", {"command_topic": "c", **keys}) == ""
    assert line in caplog.text


def test_templates_see_the_ranges() -> None:
    rig = DiscoveryRig()
    cover = rig.announce("cover", {"position_topic": "p", "position_template": "{{ position_open - value | int }}"})
    rig.publish("p", "30")
    assert rig.attribute(cover, "current_position") == 70
