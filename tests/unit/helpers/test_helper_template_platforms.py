"""Template entities of the old form `platform: template`: alarm control panel, cover, fan, lock, vacuum."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import ServiceValidationError


def told(*names: str, **also: str) -> str:
    """The actions of these names, each an event `told` that tells its name and the variables in `also`."""
    data = "".join(f", {key}: '{{{{ {key} }}}}'" for key in also)
    return "\n".join(f"        {name}: {{event: told, event_data: {{what: {name}{data}}}}}" for name in names)


async def start(tmp_path: Path, yaml: str, **states: str) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    for name, state in states.items():
        house.hub.states.set(f"sensor.{name}", state)
    await house.helpers.settle()
    return house


def heard(house: HelperHouse) -> list[dict[str, Any]]:
    data = [event.data for event in house.fired("told")]
    house.events.clear()
    return data


ALARM_ACTIONS = ("arm_away", "arm_home", "arm_night", "arm_vacation", "arm_custom_bypass", "trigger", "disarm")


@pytest.mark.parametrize(
    ("service", "field", "state"),
    [
        ("alarm_arm_away", "arm_away", "armed_away"),
        ("alarm_arm_home", "arm_home", "armed_home"),
        ("alarm_arm_night", "arm_night", "armed_night"),
        ("alarm_arm_vacation", "arm_vacation", "armed_vacation"),
        ("alarm_arm_custom_bypass", "arm_custom_bypass", "armed_custom_bypass"),
        ("alarm_disarm", "disarm", "disarmed"),
        ("alarm_trigger", "trigger", "triggered"),
    ],
)
async def test_an_alarm_takes_its_actions_and_is_what_it_was_told(
    tmp_path: Path, service: str, field: str, state: str
) -> None:
    house = await start(
        tmp_path,
        f"""alarm_control_panel:
  - platform: template
    panels:
      home:
        unique_id: u
{told(*ALARM_ACTIONS, code="")}
""",
    )
    assert house.state("alarm_control_panel.home") == "unknown"
    attributes = house.attributes("alarm_control_panel.home")
    assert [attributes[key] for key in ("code_format", "code_arm_required", "supported_features")] == [
        "number",
        True,
        63,
    ]
    await house.call(f"alarm_control_panel.{service}", "alarm_control_panel.home", code="12")
    assert heard(house) == [{"what": field, "code": 12}]
    assert house.state("alarm_control_panel.home") == state
    house = house.restart()
    await house.helpers.settle()
    assert house.state("alarm_control_panel.home") == state
    house.stop()


async def test_an_alarm_with_a_template_follows_it(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(
        tmp_path,
        """alarm_control_panel:
  - platform: template
    panels:
      home:
        value_template: "{{ states('sensor.alarm') }}"
        code_format: no_code
        code_arm_required: false
        arm_home: []
""",
        alarm="pending",
    )
    assert house.state("alarm_control_panel.home") == "pending"
    assert house.attributes("alarm_control_panel.home")["code_format"] is None
    await house.call("alarm_control_panel.alarm_arm_home", "alarm_control_panel.home")
    await house.call("alarm_control_panel.alarm_disarm", "alarm_control_panel.home")
    assert house.state("alarm_control_panel.home") == "pending"
    house.hub.states.set("sensor.alarm", "odd")
    assert house.state("alarm_control_panel.home") == "unknown"
    assert "The state of alarm_control_panel.home is 'odd'" in caplog.text
    with pytest.raises(ServiceValidationError):
        await house.call("alarm_control_panel.alarm_trigger", "alarm_control_panel.home")
    house.stop()


COVERS = f"""
cover:
  - platform: template
    covers:
      blind:
        friendly_name: Blind
        device_class: blind
        value_template: "{{{{ states('sensor.state') }}}}"
        position_template: "{{{{ states('sensor.position') }}}}"
        tilt_template: "{{{{ states('sensor.tilt') }}}}"
{told("open_cover", "close_cover", "stop_cover")}
        set_cover_position: {{event: told, event_data: {{position: "{{{{ position }}}}"}}}}
        set_cover_tilt_position: {{event: told, event_data: {{tilt: "{{{{ tilt }}}}"}}}}
      plain:
        set_cover_position: {{event: told, event_data: {{plain: "{{{{ position }}}}"}}}}
      gate:
        value_template: "{{{{ states('sensor.state') }}}}"
        open_cover: []
        close_cover: []
"""


async def test_a_cover_shows_its_templates(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(tmp_path, COVERS, state="open", position="40", tilt="0")
    assert (house.state("cover.blind"), house.state("cover.gate")) == ("open", "open")
    attributes = house.attributes("cover.blind")
    assert (attributes["current_position"], attributes["current_tilt_position"]) == (40, 0)
    assert (attributes["friendly_name"], attributes["device_class"]) == ("Blind", "blind")
    assert attributes["supported_features"] == 255
    assert "current_position" not in house.attributes("cover.gate")
    for state, shown in (("opening", "opening"), ("closing", "closing"), ("closed", "closed"), ("odd", "unknown")):
        house.hub.states.set("sensor.state", state)
        assert house.state("cover.gate") == shown
    assert house.state("cover.blind") == "open"
    house.hub.states.set("sensor.position", "0")
    assert house.state("cover.blind") == "closed"
    house.hub.states.set("sensor.position", "101")
    assert house.state("cover.blind") == "unknown"
    assert "The position of cover.blind is 101" in caplog.text
    house.stop()


async def test_a_cover_takes_its_actions(tmp_path: Path) -> None:
    house = await start(tmp_path, COVERS, state="open", position="40", tilt="0")
    for service in ("open_cover", "close_cover", "stop_cover", "open_cover_tilt", "close_cover_tilt"):
        await house.call(f"cover.{service}", "cover.blind")
    await house.call("cover.set_cover_position", "cover.blind", position=30)
    await house.call("cover.set_cover_tilt_position", "cover.blind", tilt_position=20)
    assert heard(house) == [
        {"what": "open_cover"},
        {"what": "close_cover"},
        {"what": "stop_cover"},
        {"tilt": 100},
        {"tilt": 0},
        {"position": 30},
        {"tilt": 20},
    ]
    assert (house.state("cover.blind"), house.attributes("cover.blind")["current_position"]) == ("open", 40)
    house.stop()


async def test_a_cover_without_templates_is_where_it_was_told_to_go(tmp_path: Path) -> None:
    house = await start(tmp_path, COVERS)
    assert house.state("cover.plain") == "unknown"
    await house.call("cover.open_cover", "cover.plain")
    assert (house.state("cover.plain"), house.attributes("cover.plain")["current_position"]) == ("open", 100)
    await house.call("cover.set_cover_position", "cover.plain", position=7)
    assert house.attributes("cover.plain")["current_position"] == 7
    await house.call("cover.close_cover", "cover.plain")
    assert house.state("cover.plain") == "closed"
    assert heard(house) == [{"plain": 100}, {"plain": 7}, {"plain": 0}]
    house.stop()


FANS = f"""
fan:
  - platform: template
    fans:
      ceiling:
        value_template: "{{{{ states('sensor.state') }}}}"
        percentage_template: "{{{{ states('sensor.speed') }}}}"
        preset_mode_template: "{{{{ states('sensor.preset') }}}}"
        oscillating_template: "{{{{ states('sensor.swing') }}}}"
        direction_template: "{{{{ states('sensor.direction') }}}}"
        speed_count: 4
        preset_modes: [calm, wild]
{told("turn_on", "turn_off")}
        set_percentage: {{event: told, event_data: {{percentage: "{{{{ percentage }}}}"}}}}
        set_preset_mode: {{event: told, event_data: {{preset: "{{{{ preset_mode }}}}"}}}}
        set_oscillating: {{event: told, event_data: {{swing: "{{{{ oscillating }}}}"}}}}
        set_direction: {{event: told, event_data: {{direction: "{{{{ direction }}}}"}}}}
      plain:
        percentage_template: "{{{{ states('sensor.speed') }}}}"
        turn_on: []
        turn_off: []
"""


async def test_a_fan_shows_its_templates(tmp_path: Path) -> None:
    house = await start(tmp_path, FANS, state="on", speed="50", preset="calm", swing="True", direction="reverse")
    assert house.state("fan.ceiling") == "on"
    attributes = house.attributes("fan.ceiling")
    assert [
        attributes[key] for key in ("percentage", "percentage_step", "preset_mode", "oscillating", "direction")
    ] == [
        50,
        25.0,
        "calm",
        True,
        "reverse",
    ]
    assert (attributes["supported_features"], attributes["preset_modes"]) == (63, ["calm", "wild"])
    for sensor in ("state", "speed", "preset", "swing", "direction"):
        house.hub.states.set(f"sensor.{sensor}", "odd")
    attributes = house.attributes("fan.ceiling")
    assert house.state("fan.ceiling") == "off"
    assert [attributes[key] for key in ("percentage", "preset_mode", "oscillating", "direction")] == [
        0,
        None,
        None,
        None,
    ]
    house.stop()


async def test_a_fan_takes_its_actions(tmp_path: Path) -> None:
    house = await start(tmp_path, FANS, state="on")
    await house.call("fan.turn_on", "fan.ceiling", percentage=30)
    await house.call("fan.turn_on", "fan.ceiling", preset_mode="wild")
    await house.call("fan.oscillate", "fan.ceiling", oscillating=True)
    await house.call("fan.set_direction", "fan.ceiling", direction="forward")
    await house.call("fan.set_direction", "fan.ceiling", direction="sideways")
    await house.call("fan.turn_off", "fan.ceiling")
    assert heard(house) == [
        {"what": "turn_on"},
        {"percentage": 30},
        {"what": "turn_on"},
        {"preset": "wild"},
        {"swing": True},
        {"direction": "forward"},
        {"what": "turn_off"},
    ]
    house.stop()


async def test_a_fan_without_a_state_is_what_it_was_told_to_be(tmp_path: Path) -> None:
    house = await start(tmp_path, FANS)
    assert house.state("fan.plain") == "off"
    assert house.attributes("fan.plain")["assumed_state"] is True
    await house.call("fan.set_percentage", "fan.plain", percentage=20)
    assert (house.state("fan.plain"), house.attributes("fan.plain")["percentage"]) == ("on", 20)
    await house.call("fan.turn_off", "fan.plain")
    assert house.state("fan.plain") == "off"
    house.stop()


LOCK = """
lock:
  - platform: template
    name: Door
    unique_id: door
    value_template: "{{ states('sensor.lock') }}"
    code_format_template: >-
      {{ '^[0-9]{2}$' if is_state('sensor.code', 'on') else 1 / (states('sensor.code') | int(1)) and none }}
    lock: {event: told, event_data: {what: lock, code: "{{ code }}"}}
    unlock: {event: told, event_data: {what: unlock, code: "{{ code }}"}}
    open: {event: told, event_data: {what: open}}
  - platform: template
    value_template: "{{ false }}"
    optimistic: true
    lock: []
    unlock: []
"""


@pytest.mark.parametrize(
    ("given", "shown"),
    [("on", "locked"), ("False", "unlocked"), ("jammed", "jammed"), ("opening", "opening"), ("odd", "unknown")],
)
async def test_a_lock_shows_its_template(tmp_path: Path, given: str, shown: str) -> None:
    house = await start(tmp_path, LOCK, lock=given)
    assert house.state("lock.door") == shown
    assert house.attributes("lock.door")["supported_features"] == 1
    house.stop()


async def test_a_lock_takes_its_actions_with_a_code_that_fits(tmp_path: Path) -> None:
    house = await start(tmp_path, LOCK, lock="locked", code="on")
    assert house.attributes("lock.door")["code_format"] == "^[0-9]{2}$"
    await house.call("lock.unlock", "lock.door", code="42")
    with pytest.raises(ServiceValidationError):
        await house.call("lock.lock", "lock.door", code="x")
    await house.call("lock.open", "lock.door", code="42")
    assert heard(house) == [{"what": "unlock", "code": 42}, {"what": "open"}]
    house.hub.states.set("sensor.code", "0")
    for service in ("lock", "unlock", "open"):
        with pytest.raises(ServiceValidationError, match="code format"):
            await house.call(f"lock.{service}", "lock.door", code="42")
    house.hub.states.set("sensor.code", "1")
    await house.call("lock.lock", "lock.door")
    assert heard(house) == [{"what": "lock", "code": None}]
    house.stop()


async def test_an_optimistic_lock_is_what_it_was_told_to_be(tmp_path: Path) -> None:
    house = await start(tmp_path, LOCK)
    assert house.state("lock.template_lock") == "unlocked"
    await house.call("lock.lock", "lock.template_lock")
    assert house.state("lock.template_lock") == "locked"
    house.stop()


VACUUM = f"""
vacuum:
  - platform: template
    vacuums:
      robot:
        value_template: "{{{{ states('sensor.state') }}}}"
        battery_level_template: "{{{{ states('sensor.battery') }}}}"
        fan_speed_template: "{{{{ states('sensor.speed') }}}}"
        fan_speeds: [low, high]
        attribute_templates: {{room: "{{{{ states('sensor.room') }}}}"}}
{told("start", "pause", "stop", "return_to_base", "clean_spot", "locate")}
        set_fan_speed: {{event: told, event_data: {{speed: "{{{{ fan_speed }}}}"}}}}
      simple:
        start: []
"""


async def test_a_vacuum_shows_its_templates(tmp_path: Path) -> None:
    house = await start(tmp_path, VACUUM, state="cleaning", battery="55", speed="low", room="hall")
    assert house.state("vacuum.robot") == "cleaning"
    attributes = house.attributes("vacuum.robot")
    assert [attributes[key] for key in ("battery_level", "fan_speed", "fan_speed_list", "room")] == [
        55,
        "low",
        ["low", "high"],
        "hall",
    ]
    assert attributes["supported_features"] == 4 + 8 + 16 + 32 + 64 + 512 + 1024 + 4096 + 8192
    assert house.attributes("vacuum.simple")["supported_features"] == 4096 + 8192
    for sensor in ("state", "battery", "speed"):
        house.hub.states.set(f"sensor.{sensor}", "odd")
    assert house.state("vacuum.robot") == "unknown"
    assert (house.attributes("vacuum.robot")["battery_level"], house.attributes("vacuum.robot")["fan_speed"]) == (
        None,
        None,
    )
    house.stop()


async def test_a_vacuum_takes_its_actions(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(tmp_path, VACUUM, state="docked")
    services = ["start", "pause", "stop", "return_to_base", "clean_spot", "locate"]
    for service in services:
        await house.call(f"vacuum.{service}", "vacuum.robot")
    await house.call("vacuum.set_fan_speed", "vacuum.robot", fan_speed="high")
    await house.call("vacuum.set_fan_speed", "vacuum.robot", fan_speed="odd")
    assert heard(house) == [*({"what": service} for service in services), {"speed": "high"}]
    assert "The asked-for fan speed of vacuum.robot is 'odd'" in caplog.text
    house.stop()


async def test_mistakes_cost_their_item_and_name_file_and_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await start(
        tmp_path,
        """cover:
  - platform: template
    covers:
      a: {open_cover: []}
      b: {value_template: x}
      c: {set_cover_position: [], positon_template: "1"}
lock:
  - {platform: template, lock: [], unlock: []}
  - {platform: template, value_template: x, lock: {acton: x}, unlock: []}
vacuum:
  - platform: template
siren:
  - platform: template
""",
    )
    assert len(house.hub.states.entity_ids("cover")) + len(house.hub.states.entity_ids("lock")) == 0
    for line in (4, 5, 6, 8, 9, 11, 13):
        assert f"configuration.yaml:{line}" in caplog.text
    assert "did you mean 'position'?" in caplog.text
    house.stop()
