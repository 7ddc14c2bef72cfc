"""Template entities that do something."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.core.errors import ServiceNotFound, ServiceValidationError

YAML = """
input_boolean:
  lamp:
input_number:
  level: {min: 0, max: 50}
input_select:
  mood: {options: [calm, wild]}
template:
  - switch:
      - name: Lamp
        unique_id: lamp
        state: "{{ states('input_boolean.lamp') }}"
        turn_on: {action: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}
        turn_off:
          - action: input_boolean.turn_off
            target: {entity_id: input_boolean.lamp}
      - name: Blind
        turn_on: []
        turn_off: []
  - button:
      - {name: Bell, press: {event: rung, event_data: {by: "{{ this.entity_id }}"}}}
      - {name: Broken, press: {action: no.service}}
    number:
      - name: Level
        state: "{{ states('input_number.level') }}"
        min: 10
        max: "{{ 20 + 20 }}"
        step: 5
        unit_of_measurement: '%'
        set_value:
          action: input_number.set_value
          target: {entity_id: input_number.level}
          data: {value: "{{ value }}"}
    select:
      - name: Mood
        state: "{{ states('input_select.mood') }}"
        options: "{{ state_attr('input_select.mood', 'options') }}"
        select_option:
          action: input_select.select_option
          target: {entity_id: input_select.mood}
          data: {option: "{{ option }}"}
switch:
  - platform: template
    switches:
      old:
        value_template: "{{ is_state('input_boolean.lamp', 'on') }}"
        turn_on: {action: input_boolean.turn_on, target: {entity_id: input_boolean.lamp}}
        turn_off: {action: input_boolean.turn_off, target: {entity_id: input_boolean.lamp}}
"""


async def start(tmp_path: Path, yaml: str = YAML) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    await house.helpers.settle()
    return house


async def test_a_switch_takes_its_actions_and_shows_what_came_of_them(tmp_path: Path) -> None:
    house = await start(tmp_path)
    assert house.state("switch.lamp") == "off"
    await house.call("switch.turn_on", "switch.lamp")
    assert house.state("input_boolean.lamp") == "on"
    assert (house.state("switch.lamp"), house.state("switch.old")) == ("on", "on")
    await house.call("switch.toggle", "switch.lamp")
    assert (house.state("switch.lamp"), house.state("switch.old")) == ("off", "off")
    assert house.attributes("switch.lamp") == {"friendly_name": "Lamp"}
    house.stop()


async def test_without_a_state_a_switch_assumes_and_remembers(tmp_path: Path) -> None:
    house = await start(tmp_path)
    assert house.attributes("switch.blind")["assumed_state"] is True
    await house.call("switch.turn_on", "switch.blind")
    assert house.state("switch.blind") == "on"
    house = house.restart()
    await house.helpers.settle()
    assert house.state("switch.blind") == "on"
    house.stop()


async def test_a_button_takes_its_actions(tmp_path: Path) -> None:
    house = await start(tmp_path)
    await house.call("button.press", "button.bell")
    assert house.fired("rung")[0].data == {"by": "button.bell"}
    assert house.state("button.bell") == "2026-01-01T12:00:00+00:00"
    with pytest.raises(ServiceNotFound):
        await house.call("button.press", "button.broken")
    house.stop()


async def test_a_number_has_limits_and_passes_its_value_on(tmp_path: Path) -> None:
    house = await start(tmp_path)
    attributes = house.attributes("number.level")
    assert [attributes[key] for key in ("min", "max", "step", "unit_of_measurement")] == [10.0, 40.0, 5.0, "%"]
    await house.call("number.set_value", "number.level", value=15)
    assert (house.state("input_number.level"), house.state("number.level")) == ("15.0", "15.0")
    with pytest.raises(ServiceValidationError):
        await house.call("number.set_value", "number.level", value=5)
    house.stop()


async def test_a_select_has_the_options_of_its_template(tmp_path: Path) -> None:
    house = await start(tmp_path)
    assert house.attributes("select.mood")["options"] == ["calm", "wild"]
    await house.call("select.select_option", "select.mood", option="wild")
    assert (house.state("input_select.mood"), house.state("select.mood")) == ("wild", "wild")
    await house.call("input_select.set_options", "input_select.mood", options=["new"])
    assert (house.state("select.mood"), house.attributes("select.mood")["options"]) == ("new", ["new"])
    house.stop()


async def test_the_context_of_a_call_is_that_of_what_it_leads_to(tmp_path: Path) -> None:
    house = await start(tmp_path)
    house.events.clear()
    await house.call("switch.turn_on", "switch.lamp")
    contexts = {event.context.id for event in house.events if event.event_type == "call_service"}
    state = house.hub.states.get("input_boolean.lamp")
    assert state is not None
    assert contexts == {state.context.id}
    house.stop()


async def test_wrong_actions_cost_their_item(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(
        tmp_path,
        "template:\n  - switch:\n      - {name: A, turn_on: {acton: x.y}, turn_off: []}\n"
        "  - button:\n      - {name: B, press: [], state: 'on'}\n      - {name: C, press: []}\n"
        "      - {name: D, press: [{event: '{{ foo( }}'}]}\n      - {name: '{{ e( }}', press: []}\n",
    )
    assert "template button 'D' is left out: 'press': the template of 'event' is wrong: " in caplog.text
    assert "the template of 'name' is wrong: " in caplog.text
    assert house.hub.states.entity_ids("switch") == []
    assert house.hub.states.entity_ids("button") == ["button.c"]
    assert (
        "template switch 'A' is left out: 'turn_on': unknown action 'acton' at configuration.yaml:3,"
        " did you mean 'action'?"
    ) in caplog.text
    assert "configuration.yaml:5" in caplog.text
    house.stop()
