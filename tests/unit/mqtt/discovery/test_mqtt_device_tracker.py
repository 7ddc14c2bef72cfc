"""Trackers announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig


def test_a_position_is_looked_up_among_the_zones() -> None:
    rig = DiscoveryRig()
    rig.mqtt.zone_lookup = lambda latitude, _longitude, _accuracy: "home" if latitude < 5 else None
    tracker = rig.announce("device_tracker", {"json_attributes_topic": "g"})
    rig.publish("g", {"latitude": 1, "longitude": 2, "battery": 5})
    assert rig.state(tracker) == "home"
    assert rig.attribute(tracker, "battery") == 5
    rig.publish("g", {"latitude": 9, "longitude": 2, "gps_accuracy": 30})
    assert rig.state(tracker) == "not_home"
    assert rig.attribute(tracker, "gps_accuracy") == 30
    rig.publish("g", {"latitude": "north", "longitude": 2})
    assert rig.state(tracker) == "unknown"


def test_the_state_topic_comes_before_the_position_until_it_is_reset() -> None:
    rig = DiscoveryRig()
    tracker = rig.announce("device_tracker", {"state_topic": "s", "json_attributes_topic": "g"})
    rig.publish("g", {"latitude": 1, "longitude": 2})
    rig.publish("s", "Work")
    assert rig.state(tracker) == "Work"
    rig.publish("s", "None")
    assert rig.state(tracker) == "not_home"


def test_something_must_tell_where_it_is(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("device_tracker", {}) == ""
    assert "at least one of" in caplog.text
    assert rig.announce("device_tracker", {"state_topic": "s", "source_type": "smell"}) == ""
