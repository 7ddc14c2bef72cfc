"""Alarm control panels: when a code is needed and which one is used."""

from __future__ import annotations

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.alarm_control_panel import AlarmControlPanelEntity, Features
from marge.testing.house import House, recording

ARMING = ("arm_home", "arm_away", "arm_night", "arm_vacation", "arm_custom_bypass")


async def test_panel_shows_what_it_wants_of_codes() -> None:
    house = House()
    house.add(recording(AlarmControlPanelEntity, alarm_state="armed_away", code_format="number", supported_features=63))
    state = house.state("alarm_control_panel.it")
    assert state.state == "armed_away"
    assert state.attributes == {
        "code_format": "number",
        "changed_by": None,
        "code_arm_required": True,
        "supported_features": 63,
    }


@pytest.mark.parametrize("way", ARMING)
async def test_arming_needs_a_code_unless_it_is_not_required(way: str) -> None:
    house = House()
    panel = house.add(recording(AlarmControlPanelEntity, supported_features=63))
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call(f"alarm_control_panel.alarm_{way}")
    assert str(refusal.value) == "Arming requires a code but none was given for alarm_control_panel.it."
    assert refusal.value.translation_key == "code_arm_required"
    await house.call(f"alarm_control_panel.alarm_{way}", {"code": "12"})
    panel.code_arm_required = False
    await house.call(f"alarm_control_panel.alarm_{way}")
    assert panel.calls == [(f"do_alarm_{way}", "12"), (f"do_alarm_{way}", None)]


async def test_default_code_arms_and_disarms_but_does_not_trigger() -> None:
    house = House()
    panel = house.add(recording(AlarmControlPanelEntity, supported_features=63), options={"default_code": "77"})
    for service in ("alarm_arm_home", "alarm_disarm", "alarm_trigger"):
        await house.call(f"alarm_control_panel.{service}")
    assert panel.calls == [("do_alarm_arm_home", "77"), ("do_alarm_disarm", "77"), ("do_alarm_trigger", None)]


async def test_way_of_arming_that_it_lacks_is_refused() -> None:
    house = House()
    house.add(recording(AlarmControlPanelEntity, supported_features=Features.ARM_HOME.value))
    with pytest.raises(ServiceValidationError, match=r"action alarm_control_panel\.alarm_arm_away"):
        await house.call("alarm_control_panel.alarm_arm_away", {"code": "1"})
