"""Events announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig


def test_an_event_and_its_data() -> None:
    rig = DiscoveryRig()
    event = rig.announce("event", {"state_topic": "e", "event_types": ["ring", "knock"]})
    rig.publish("e", {"event_type": "ring", "times": 2})
    assert rig.state(event) == "2026-01-01T12:00:00.000+00:00"
    assert rig.attribute(event, "event_type") == "ring"
    assert rig.attribute(event, "times") == 2
    rig.clock.advance(1)
    rig.publish("e", {"event_type": "knock"})
    assert rig.attribute(event, "times") is None


def test_what_was_retained_happened_before() -> None:
    rig = DiscoveryRig()
    rig.publish("e", {"event_type": "ring"}, retain=True)
    event = rig.announce("event", {"state_topic": "e", "event_types": ["ring"]})
    assert rig.state(event) == "unknown"


@pytest.mark.parametrize("payload", ["ring", "[]", '{"type": "ring"}', '{"event_type": "other"}', b"\xff"])
def test_what_is_no_event_is_logged(payload: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    event = rig.announce("event", {"state_topic": "e", "event_types": ["ring"]})
    rig.publish("e", payload)
    assert rig.state(event) == "unknown"
    assert event in caplog.text


@pytest.mark.parametrize("payload", ["", "{}", "None"])
def test_empty_payloads_are_passed_over_silently(payload: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    event = rig.announce("event", {"state_topic": "e", "event_types": ["ring"]})
    rig.publish("e", payload)
    assert rig.state(event) == "unknown"
    assert not caplog.text
