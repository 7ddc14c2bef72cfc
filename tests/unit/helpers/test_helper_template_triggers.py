"""Template entities with triggers."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.events import Event
from marge.core.lifecycle import RunState
from marge.core.services import Service, ServiceCall, SupportsResponse

YAML = """
template:
  - unique_id: block
    triggers:
      - trigger: event
        event_type: measured
    conditions: "{{ trigger.event.data.value is defined }}"
    variables:
      double: "{{ trigger.event.data.value * 2 }}"
    sensor:
      - name: Measured
        unique_id: value
        unit_of_measurement: °C
        device_class: temperature
        state: "{{ trigger.event.data.value }}"
        icon: "mdi:numeric-{{ trigger.event.data.value }}"
        attributes:
          double: "{{ double }}"
          before: "{{ this.state }}"
      - name: Plain
        state: "{{ states('sensor.other') }}"
    binary_sensor:
      name: Warm
      unique_id: warm
      state: "{{ double > 40 }}"
"""


async def settled(tmp_path: Path, yaml: str = YAML) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    await house.helpers.settle()
    return house


async def turns() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


async def fire(house: HelperHouse, event_type: str, data: dict[str, Any] | None = None) -> Event:
    event = house.hub.bus.fire(event_type, data)
    await turns()
    return event


async def test_they_are_rendered_by_their_triggers_alone(tmp_path: Path) -> None:
    house = await settled(tmp_path)
    assert (house.state("sensor.measured"), house.state("binary_sensor.warm")) == ("unknown", "unknown")
    house.hub.states.set("sensor.other", "1")
    assert house.state("sensor.plain") == "unknown"
    event = await fire(house, "measured", {"value": 21})
    assert (house.state("sensor.measured"), house.state("binary_sensor.warm")) == ("21", "on")
    assert house.attributes("sensor.measured") == {
        "double": 42,
        "before": "unknown",
        "unit_of_measurement": "°C",
        "device_class": "temperature",
        "icon": "mdi:numeric-21",
        "friendly_name": "Measured",
    }
    state = house.hub.states.get("sensor.measured")
    assert state is not None
    assert state.context is event.context
    house.hub.states.set("sensor.other", "2")
    assert house.state("sensor.plain") == "1"
    await fire(house, "measured", {"wrong": 1})
    assert house.state("sensor.plain") == "1"
    entry = house.registries.entities.get("sensor.measured")
    assert entry is not None
    assert entry.unique_id == "block-value"
    house.stop()
    await fire(house, "measured", {"value": 5})
    assert house.state("sensor.measured") == "21"


async def test_a_restart_keeps_sensors_as_they_were(tmp_path: Path) -> None:
    house = await settled(tmp_path)
    house.hub.states.set("sensor.other", "1")
    await fire(house, "measured", {"value": 21})
    house = house.restart(after=60)
    await house.helpers.settle()
    assert (house.state("sensor.measured"), house.state("sensor.plain")) == ("21", "1")
    assert house.state("binary_sensor.warm") == "on"
    attributes = house.attributes("sensor.measured")
    assert (attributes["icon"], attributes["double"], attributes["before"]) == ("mdi:numeric-21", 42, "unknown")
    await fire(house, "measured", {"value": 3})
    assert (house.state("sensor.measured"), house.state("binary_sensor.warm")) == ("3", "off")
    house.stop()


async def test_a_restored_value_is_one_of_the_sensors_own_unit(tmp_path: Path) -> None:
    house = await settled(tmp_path)
    await fire(house, "measured", {"value": 20})
    house.registries.entities.update("sensor.measured", options={"sensor": {"unit_of_measurement": "°F"}})
    await fire(house, "measured", {"value": 20})
    assert house.state("sensor.measured") == "68"
    house = house.restart()
    await house.helpers.settle()
    assert float(house.state("sensor.measured")) == 68
    house.stop()


async def test_an_entity_that_is_enabled_later_shows_what_the_last_trigger_brought(tmp_path: Path) -> None:
    house = await settled(tmp_path)
    house.registries.entities.update("sensor.measured", disabled_by="user")
    await fire(house, "measured", {"value": 7})
    assert house.hub.states.get("sensor.measured") is None
    house.registries.entities.update("sensor.measured", disabled_by=None)
    assert house.state("sensor.measured") == "7"
    house.stop()


async def test_a_template_that_fails_makes_it_unavailable_until_the_next_trigger(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await settled(
        tmp_path,
        """template:
  trigger: {platform: event, event_type: go}
  sensor:
    - {name: A, state: "{{ trigger.event.data.value | float }}", attributes: {x: "{{ 1 + trigger.event.data.more }}"}}
    - {name: B, state: "b", availability: "{{ trigger.event.data.value > 1 }}"}
""",
    )
    await fire(house, "go", {"value": 2, "more": 1})
    assert (house.state("sensor.a"), house.state("sensor.b")) == ("2.0", "b")
    await fire(house, "go", {"value": 1})
    assert (house.state("sensor.a"), house.state("sensor.b")) == ("unavailable", "unavailable")
    assert "A template of sensor.a failed" in caplog.text
    await fire(house, "go", {"value": 3, "more": 1})
    assert (house.state("sensor.a"), house.state("sensor.b")) == ("3.0", "b")
    house.stop()


async def test_items_of_the_old_form_may_have_triggers(tmp_path: Path) -> None:
    house = await settled(
        tmp_path,
        """template:
  - unique_id: block
    trigger: {platform: event, event_type: go}
    sensors:
      old: {friendly_name: Old sensor, unique_id: s, value_template: "{{ trigger.event.data.v }}"}
    binary_sensors:
      older: {value_template: "{{ trigger.event.data.v > 1 }}"}
""",
    )
    await fire(house, "go", {"v": 2})
    assert (house.state("sensor.old"), house.state("binary_sensor.older")) == ("2", "on")
    assert house.attributes("sensor.old")["friendly_name"] == "Old sensor"
    entry = house.registries.entities.get("sensor.old")
    assert entry is not None
    assert entry.unique_id == "block-s"
    house.stop()


ACTIONS = """
template:
  - triggers: {trigger: event, event_type: go}
    actions:
      - action: test.ask
        response_variable: answer
      - if: "{{ answer.value > 2 }}"
        then: {stop: enough}
    sensor:
      - {name: Answer, state: "{{ answer.value }}"}
"""


def answering(house: HelperHouse, answers: list[int]) -> list[ServiceCall]:
    calls: list[ServiceCall] = []

    def ask(call: ServiceCall) -> dict[str, int]:
        calls.append(call)
        return {"value": answers.pop(0)}

    house.hub.services.register(Service("test", "ask", ask, supports_response=SupportsResponse.ONLY))
    return calls


async def test_actions_come_first_and_leave_their_variables(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await settled(tmp_path, ACTIONS)
    calls = answering(house, [2, 3])
    event = await fire(house, "go")
    assert house.state("sensor.answer") == "2"
    assert calls[0].context.parent_id == event.context.id
    state = house.hub.states.get("sensor.answer")
    assert state is not None
    assert state.context is event.context
    await fire(house, "go")
    assert house.state("sensor.answer") == "3"  # `stop` ends the actions alone.
    house.hub.services.remove("test", "ask")
    await fire(house, "go")
    assert house.state("sensor.answer") == "3"
    assert "configuration.yaml:3: the actions failed, and the entities stay as they are" in caplog.text
    house.stop()


async def test_an_entity_may_trigger_itself_without_an_end_in_sight(tmp_path: Path) -> None:
    house = await settled(
        tmp_path,
        """template:
  - triggers:
      - {trigger: state, entity_id: sensor.count}
      - {trigger: event, event_type: go}
    sensor:
      - {name: Count, state: "{{ [this.state | int(0) + 1, 5] | min }}"}
""",
    )
    await fire(house, "go")
    assert house.state("sensor.count") == "5"
    house.stop()


AUTO_OFF = """
template:
  - triggers: {trigger: event, event_type: motion}
    binary_sensor:
      - name: Motion
        state: "{{ trigger.event.data.on }}"
        delay_on: "{{ trigger.event.data.delay | default(0) }}"
        auto_off: "00:01:00"
"""


async def test_auto_off_begins_anew_with_each_trigger(tmp_path: Path) -> None:
    house = await settled(tmp_path, AUTO_OFF)
    await fire(house, "motion", {"on": True})
    house.clock.advance(40)
    await fire(house, "motion", {"on": True})
    house.clock.advance(40)
    assert house.state("binary_sensor.motion") == "on"
    house.clock.advance(20)
    assert house.state("binary_sensor.motion") == "off"
    await fire(house, "motion", {"on": True, "delay": 5})
    assert house.state("binary_sensor.motion") == "off"
    house.clock.advance(5)
    assert house.state("binary_sensor.motion") == "on"
    await fire(house, "motion", {"on": False})
    await fire(house, "motion", {"on": "{{"})
    assert house.state("binary_sensor.motion") == "off"
    assert house.store.load("template_auto_off") == {}
    house.stop()


@pytest.mark.parametrize(("away", "then", "later"), [(20, "on", "off"), (90, "off", "off")])
async def test_auto_off_goes_on_over_a_restart(tmp_path: Path, away: float, then: str, later: str) -> None:
    house = await settled(tmp_path, AUTO_OFF)
    await fire(house, "motion", {"on": True})
    house = house.restart(after=away)
    await house.helpers.settle()
    assert house.state("binary_sensor.motion") == then
    house.clock.advance(40)
    assert house.state("binary_sensor.motion") == later
    assert house.store.load("template_auto_off") == {}
    house.stop()


async def test_numbers_and_selects_know_what_the_trigger_brought(tmp_path: Path) -> None:
    house = await settled(
        tmp_path,
        """template:
  - triggers: {trigger: event, event_type: go}
    number:
      - name: N
        state: "{{ trigger.event.data.n }}"
        step: 1
        max: "{{ trigger.event.data.n + 10 }}"
        set_value: {event: told, event_data: {value: "{{ value }}", n: "{{ trigger.event.data.n }}"}}
    select:
      - {name: S, state: a, options: "{{ ['a', 'b'] }}", select_option: []}
    switch:
      - {name: W, turn_on: [], turn_off: []}
""",
    )
    assert house.hub.states.entity_ids("switch") == []
    await fire(house, "go", {"n": 4})
    assert (house.state("number.n"), house.attributes("number.n")["max"]) == ("4.0", 14.0)
    assert (house.state("select.s"), house.attributes("select.s")["options"]) == ("a", ["a", "b"])
    await house.call("number.set_value", "number.n", value=6)
    assert house.fired("told")[0].data == {"value": 6.0, "n": 4}
    house.stop()


async def test_triggers_are_watched_once_the_hub_has_started(tmp_path: Path) -> None:
    house = HelperHouse(
        tmp_path,
        "template:\n  - triggers: {trigger: homeassistant, event: start}\n    sensor: [{name: S, state: up}]\n",
    )
    house.hub.lifecycle.state = RunState.STARTING
    await house.helpers.settle()
    assert house.state("sensor.s") == "unknown"
    house.hub.lifecycle.state = RunState.RUNNING
    await fire(house, "homeassistant_started")
    house.clock.advance(1)
    assert house.state("sensor.s") == "up"
    house.stop()


async def test_reloading_keeps_a_block_that_did_not_change(tmp_path: Path) -> None:
    house = await settled(tmp_path)
    await fire(house, "measured", {"value": 21})
    before = house.index.get("sensor.measured")
    house.write("# moved\n" + YAML)
    await house.call("template.reload")
    assert house.index.get("sensor.measured") is before
    house.write(YAML.replace("event_type: measured", "event_type: other"))
    await house.call("template.reload")
    assert house.index.get("sensor.measured") is not before
    await fire(house, "measured", {"value": 1})
    assert house.state("sensor.measured") != "1"
    await fire(house, "other", {"value": 2})
    assert house.state("sensor.measured") == "2"
    house.stop()


@pytest.mark.parametrize(
    ("block", "line"),
    [
        ("triggers: {trigger: evnt}", 2),
        ("triggers: {trigger: event, event_type: x}\n    conditions: [{condition: stat}]", 3),
        ("trigger: {platform: event, event_type: x}\n    action: [{acton: x.y}]", 3),
        ("triggers: {trigger: event, event_type: x}\n    variables: 5", 3),
        ("triggers:\n      - {trigger: template, value_template: '{{ foo( }}'}", 3),
        ("triggers: {trigger: event, event_type: x}\n    trigger: {platform: event, event_type: x}", 3),
    ],
)
async def test_a_mistake_costs_the_block_and_names_file_and_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, block: str, line: int
) -> None:
    house = await settled(tmp_path, f"template:\n  - {block}\n    sensor: [{{name: S, state: x}}]\n")
    assert house.hub.states.get("sensor.s") is None
    assert "block of template entities with triggers is left out" in caplog.text
    assert f"configuration.yaml:{line}" in caplog.text
    house.stop()


async def test_without_triggers_nothing_switches_off_by_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await settled(tmp_path, "template:\n  binary_sensor: {name: B, state: 'on', auto_off: 5}\n")
    assert "'auto_off' of the template binary sensor B does nothing without triggers" in caplog.text
    house.clock.advance(10)
    assert house.state("binary_sensor.b") == "on"
    house.stop()


async def test_a_second_trigger_while_the_actions_run_does_not_wait_for_them(tmp_path: Path) -> None:
    house = await settled(
        tmp_path,
        """template:
  - triggers: {trigger: event, event_type: go}
    actions: {delay: 10}
    sensor: {name: S, state: "{{ trigger.event.data.v }}"}
""",
    )
    await fire(house, "go", {"v": 1})
    assert house.state("sensor.s") == "unknown"
    await fire(house, "go", {"v": 2})
    assert house.state("sensor.s") == "2"
    await house.clock.advance_async(10)
    assert house.state("sensor.s") == "1"
    await fire(house, "go", {"v": 3})
    house.stop()
    await house.clock.advance_async(10)
    assert house.state("sensor.s") == "1"
