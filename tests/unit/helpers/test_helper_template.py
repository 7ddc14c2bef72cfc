"""template."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

YAML = """
template:
  - unique_id: block
    sensor:
      - name: Sum
        unique_id: sum
        unit_of_measurement: W
        device_class: power
        state_class: measurement
        state: "{{ states('sensor.a') | float(0) + states('sensor.b') | float(0) }}"
        icon: "{{ 'mdi:flash' if is_state('sensor.a', '5') else 'mdi:flash-off' }}"
        picture: "/local/{{ states('sensor.a') }}.png"
        attributes:
          first: "{{ states('sensor.a') }}"
          number: "{{ 1 + 1 }}"
      - name: Guarded
        state: "{{ states('sensor.a') | float }}"
        availability: "{{ has_value('sensor.a') }}"
  - binary_sensor:
      name: "Any {{ 'thing' }}"
      device_class: motion
      state: "{{ is_state('sensor.a', 'on') }}"
"""


async def settled(tmp_path: Path, yaml: str, **states: str) -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    for name, state in states.items():
        house.hub.states.set(f"sensor.{name}", state)
    await house.helpers.settle()
    return house


async def test_state_and_attributes_follow_the_house(tmp_path: Path) -> None:
    house = await settled(tmp_path, YAML, a="1", b="2")
    assert house.state("sensor.sum") == "3.0"
    assert house.attributes("sensor.sum") == {
        "state_class": "measurement",
        "first": 1,
        "number": 2,
        "unit_of_measurement": "W",
        "device_class": "power",
        "entity_picture": "/local/1.png",
        "icon": "mdi:flash-off",
        "friendly_name": "Sum",
    }
    house.hub.states.set("sensor.a", "5")
    assert house.state("sensor.sum") == "7.0"
    assert (house.attributes("sensor.sum")["icon"], house.attributes("sensor.sum")["first"]) == ("mdi:flash", 5)
    entry = house.registries.entities.get("sensor.sum")
    assert entry is not None
    assert (entry.platform, entry.unique_id) == ("template", "block-sum")
    house.stop()


async def test_without_availability_a_failing_template_makes_it_unavailable(tmp_path: Path) -> None:
    house = await settled(
        tmp_path, "template:\n  sensor:\n    name: X\n    state: \"{{ states('sensor.a') | int }}\"\n"
    )
    assert house.state("sensor.x") == "unavailable"
    house.hub.states.set("sensor.a", "4")
    assert house.state("sensor.x") == "4"
    house.hub.states.set("sensor.a", "x")
    assert house.state("sensor.x") == "unavailable"
    house.stop()


async def test_an_unavailable_one_does_not_render_the_rest(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await settled(tmp_path, YAML, a="unavailable")
    assert house.state("sensor.guarded") == "unavailable"
    house.hub.states.set("sensor.a", "2.5")
    assert house.state("sensor.guarded") == "2.5"
    house.hub.states.set("sensor.a", "3.5")
    assert house.state("sensor.guarded") == "3.5"
    house.hub.states.set("sensor.a", "unknown")
    assert house.state("sensor.guarded") == "unavailable"
    assert "float got invalid input" not in caplog.text
    house.stop()


async def test_a_binary_sensor_reads_its_result_as_a_boolean(tmp_path: Path) -> None:
    house = await settled(tmp_path, YAML, a="off")
    assert house.state("binary_sensor.any_thing") == "off"
    house.hub.states.set("sensor.a", "on")
    assert house.state("binary_sensor.any_thing") == "on"
    assert house.attributes("binary_sensor.any_thing") == {"device_class": "motion", "friendly_name": "Any thing"}
    house.stop()


DELAYED = """
template:
  - binary_sensor:
      - name: D
        state: "{{ is_state('sensor.a', 'on') }}"
        delay_on: "00:00:10"
        delay_off: "{{ states('sensor.wait') | int(0) }}"
"""


async def test_delays_hold_changes_back_and_a_change_back_cancels_them(tmp_path: Path) -> None:
    house = await settled(tmp_path, DELAYED, a="off", wait="30")
    assert house.state("binary_sensor.d") == "unknown"
    house.clock.advance(30)
    assert house.state("binary_sensor.d") == "off"
    house.hub.states.set("sensor.a", "on")
    house.clock.advance(9)
    house.hub.states.set("sensor.a", "off")
    house.clock.advance(60)
    assert house.state("binary_sensor.d") == "off"
    house.hub.states.set("sensor.a", "on")
    house.clock.advance(10)
    assert house.state("binary_sensor.d") == "on"
    house = house.restart()
    house.hub.states.set("sensor.a", "off")
    house.hub.states.set("sensor.wait", "30")
    await house.helpers.settle()
    assert house.state("binary_sensor.d") == "on"
    house.clock.advance(30)
    assert house.state("binary_sensor.d") == "off"
    house.stop()
    assert house.clock.pending == 0


async def test_dates_times_and_odd_results(tmp_path: Path) -> None:
    house = await settled(
        tmp_path,
        """
template:
  - sensor:
      - {name: T, device_class: timestamp, state: "{{ '2026-01-01T10:00:00+01:00' }}"}
      - {name: D, device_class: date, state: "2026-02-01"}
      - {name: Bad, device_class: timestamp, state: "soon"}
      - {name: List, state: "{{ [1, 2] }}"}
      - {name: Truth, state: "{{ true }}"}
      - {name: Nothing, state: "{{ none }}"}
      - {name: Long, state: "{{ 'x' * 300 }}"}
""",
    )
    seen = {name: house.state(f"sensor.{name}") for name in ("t", "d", "bad", "list", "truth", "nothing", "long")}
    assert seen == {
        "t": "2026-01-01T09:00:00+00:00",
        "d": "2026-02-01",
        "bad": "unknown",
        "list": "[1, 2]",
        "truth": "True",
        "nothing": "unknown",
        "long": "unknown",
    }
    house.stop()


async def test_one_that_reads_itself_ends_its_loop(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await settled(
        tmp_path, "template:\n  sensor:\n    name: L\n    state: \"{{ states('sensor.l') | int(0) + 1 }}\"\n"
    )
    house.hub.states.set("sensor.other", "1")
    assert "Template loop detected" in caplog.text
    assert int(house.state("sensor.l")) < 10
    house.stop()


async def test_this_is_the_entity_itself(tmp_path: Path) -> None:
    house = await settled(tmp_path, 'template:\n  sensor:\n    name: Me\n    state: "{{ this.entity_id }}"\n')
    assert house.state("sensor.me") == "sensor.me"
    house.stop()


async def test_the_old_form_of_sensors_is_read_too(tmp_path: Path) -> None:
    house = await settled(
        tmp_path,
        """
sensor:
  - platform: template
    sensors:
      old_one:
        friendly_name: Old
        value_template: "{{ states('sensor.a') }}"
        icon_template: mdi:cog
        attribute_templates: {x: "1"}
      nameless: {value_template: "1"}
binary_sensor:
  - platform: template
    sensors:
      door: {value_template: "{{ true }}", device_class: door}
""",
        a="7",
    )
    assert house.state("sensor.old_one") == "7"
    assert house.attributes("sensor.old_one") == {"x": 1, "icon": "mdi:cog", "friendly_name": "Old"}
    assert house.attributes("sensor.nameless")["friendly_name"] == "nameless"
    assert house.state("binary_sensor.door") == "on"
    house.stop()


async def test_mistakes_cost_their_item_and_name_file_and_line(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await settled(
        tmp_path,
        """template:
  - sensor:
      - {name: Good, state: "1"}
      - {name: Typo, sate: "1"}
      - {name: Broken, state: "{{ 1 +"}
      - {name: Class, state: "1", device_class: hope}
  - action: {event: x}
    sensor: [{name: T, state: "1"}]
  - cover: [{name: S}]
  - senser: []
  - binary_sensor: [{name: B, state: "1", delay_on: soon}]
""",
    )
    assert house.hub.states.entity_ids("binary_sensor") == []
    assert [each for each in house.hub.states.entity_ids("sensor") if "sun" not in each] == ["sensor.good"]
    for text in (
        "configuration.yaml:4, did you mean 'state'?",
        "template sensor 'Typo' is left out: unknown key 'sate' at configuration.yaml:4",
        "template sensor 'Broken' is left out: the template of 'state' is wrong: TemplateSyntaxError: ",
        " at configuration.yaml:5",
        "unknown device class 'hope' at configuration.yaml:6",
        "template entities with 'action' need 'triggers' and are left out at configuration.yaml:7",
        "kind 'cover' are not supported by this release and are left out at configuration.yaml:9",
        "unknown key 'senser' in 'template' at configuration.yaml:10, did you mean 'sensor'?",
        " at configuration.yaml:11",
    ):
        assert text in caplog.text
    house.stop()


async def test_reloading_keeps_what_did_not_change(tmp_path: Path) -> None:
    house = await settled(tmp_path, YAML, a="1", b="2")
    before = house.index.get("sensor.sum")
    house.write(YAML.replace("Guarded", "Watched"))
    await house.call("template.reload")
    assert house.index.get("sensor.sum") is before
    assert "sensor.guarded" not in house.hub.states
    assert house.state("sensor.watched") == "1.0"
    house.write("")
    await house.call("template.reload")
    assert house.attributes("sensor.sum")["restored"] is True
    assert "sensor.watched" not in house.hub.states
    house.stop()


async def test_what_a_template_complains_of_names_the_entity_and_is_told_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = await settled(
        tmp_path,
        """template:
  - sensor:
      - {name: Bad, state: "{{ states('sensor.a') | float }}"}
      - {name: Worse, state: "{{ states('sensor.a') ~ nobody.x }}"}
""",
        a="x",
    )
    for number in range(5):
        house.hub.states.set("sensor.a", f"x{number}")
    lines = [record.getMessage() for record in caplog.records if record.name == "marge.templates"]
    assert [line.partition(":")[0] for line in lines] == ["sensor.bad", "sensor.worse", "sensor.worse"], lines
    house.stop()
