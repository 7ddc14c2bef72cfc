"""Sirens announced over MQTT."""

from __future__ import annotations

import json

import pytest
from discovery_rig import DiscoveryRig


async def test_commands_are_json_without_a_template() -> None:
    rig = DiscoveryRig()
    siren = rig.announce("siren", {"command_topic": "c", "available_tones": ["ping", 2]})
    ((_, payload),) = await rig.call("siren.turn_on", siren, tone=2, duration=4, volume_level=0.5)
    assert json.loads(payload) == {"state": "ON", "tone": 2, "duration": 4, "volume_level": 0.5}
    assert rig.attribute(siren, "tone") == 2
    assert await rig.call("siren.turn_off", siren) == [("c", '{"state":"OFF"}')]
    assert rig.attribute(siren, "volume_level") == 0.5


async def test_a_template_that_gives_nothing_sends_nothing() -> None:
    rig = DiscoveryRig()
    config = {"command_topic": "c", "command_template": "{{ value }}", "command_off_template": "{{ none }}"}
    siren = rig.announce("siren", config)
    assert await rig.call("siren.turn_on", siren) == [("c", "ON")]
    assert await rig.call("siren.turn_off", siren) == []
    assert rig.state(siren) == "off"


def test_levels_are_checked_before_they_are_taken_over(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    siren = rig.announce("siren", {"command_topic": "c", "state_topic": "s", "available_tones": ["ping"]})
    rig.publish("s", {"state": "ON", "tone": "ping", "volume_level": 0.1})
    assert (rig.state(siren), rig.attribute(siren, "tone")) == ("on", "ping")
    for payload in ({"volume_level": 3}, {"tone": "pong"}, {"colour": "red"}):
        rig.publish("s", payload)
        assert rig.attribute(siren, "tone") == "ping"
    assert caplog.text.count("has levels that do not fit (") == 1
    assert rig.attribute(siren, "volume_level") == 0.1
    rig.publish("s", "nonsense")
    assert "neither one of its states" in caplog.text


def test_what_is_not_supported_is_not_shown() -> None:
    rig = DiscoveryRig()
    siren = rig.announce("siren", {"command_topic": "c", "support_duration": False, "support_volume_set": False})
    assert rig.attribute(siren, "supported_features") == 3
    assert "duration" not in rig.attributes(siren)
