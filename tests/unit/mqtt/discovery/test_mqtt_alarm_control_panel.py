"""Alarm control panels announced over MQTT."""

from __future__ import annotations

import pytest
from discovery_rig import DiscoveryRig

PANEL = {"command_topic": "a/set", "state_topic": "a"}


async def test_states_and_commands() -> None:
    rig = DiscoveryRig()
    panel = rig.announce("alarm_control_panel", PANEL, code_arm_required=False)
    for state in ("disarmed", "armed_custom_bypass", "arming", "triggered"):
        rig.publish("a", state)
        assert rig.state(panel) == state
    rig.publish("a", "nonsense")
    rig.publish("a", "")
    assert rig.state(panel) == "triggered"
    assert await rig.call("alarm_control_panel.alarm_arm_night", panel) == [("a/set", "ARM_NIGHT")]
    assert await rig.call("alarm_control_panel.alarm_disarm", panel) == [("a/set", "DISARM")]


@pytest.mark.parametrize(
    ("code", "form", "right"), [("1234", "number", True), ("secret", "text", True), ("REMOTE_CODE", "number", True)]
)
async def test_the_format_of_codes_and_their_check(
    code: str, form: str, right: bool, caplog: pytest.LogCaptureFixture
) -> None:
    rig = DiscoveryRig()
    panel = rig.announce("alarm_control_panel", PANEL, code=code)
    assert rig.attribute(panel, "code_format") == form
    given = "anything" if code == "REMOTE_CODE" else code
    assert await rig.call("alarm_control_panel.alarm_disarm", panel, code=given) == [("a/set", "DISARM")]
    if code != "REMOTE_CODE":
        assert await rig.call("alarm_control_panel.alarm_disarm", panel, code="wrong") == []
        assert "wrong code" in caplog.text
    assert await rig.call("alarm_control_panel.alarm_disarm", panel) == []


async def test_what_needs_no_code_is_sent_without() -> None:
    rig = DiscoveryRig()
    panel = rig.announce(
        "alarm_control_panel", PANEL, code="1", code_disarm_required=False, code_trigger_required=False
    )
    assert await rig.call("alarm_control_panel.alarm_disarm", panel) == [("a/set", "DISARM")]
    assert await rig.call("alarm_control_panel.alarm_trigger", panel) == [("a/set", "TRIGGER")]


def test_unknown_features_are_refused(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("alarm_control_panel", PANEL, supported_features=["fly"]) == ""
    assert "supported_features" in caplog.text
    panel = rig.announce("alarm_control_panel", PANEL, supported_features=["arm_home", "arm_home"])
    assert rig.attribute(panel, "supported_features") == 1
