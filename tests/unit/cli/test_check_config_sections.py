"""check-config finds what the start would leave out: helpers, groups, template entities, MQTT entities of the files."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from marge.cli.commands import check_config


def check(folder: Path, yaml: str) -> tuple[int, str]:
    (folder / "configuration.yaml").write_text(yaml, encoding="utf-8")
    result = CliRunner().invoke(check_config.command, ["--config", str(folder), "--data", str(folder)])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("yaml", "line", "message", "hint"),
    [
        ("input_boolean:\n  a:\n  b: {icn: 'mdi:x'}", 3, "input_boolean.b: unknown key 'icn'", "icon"),
        ("input_boolean:\n  Bad-Id:", 2, "invalid slug 'Bad-Id'", "bad_id"),
        ("input_number:\n  n: {min: 5, max: 1}", 2, "input_number.n: ", None),
        ("timer:\n  t:\n    duration: abc", 3, "timer.t: 'duration': expected a duration", None),
        (
            "schedule:\n  s:\n    monday: [{from: '10:00', to: '09:00'}]",
            3,
            "schedule.s: 'monday': invalid time range",
            None,
        ),
        ("person:\n  - {name: x}", 2, "person 'x': key 'id' is missing", None),
        ("person:\n  - {id: x, nme: y}", 2, "person 'x': unknown key 'nme'", "name"),
        (
            "zone:\n  - name: Z\n    latitude: 1000\n    longitude: 2",
            3,
            "zone 'Z': 'latitude': value must be at most 90",
            None,
        ),
        ("group:\n  g: {entites: [light.a]}", 2, "group.g: unknown key 'entites'", "entities"),
        ("group:\n  Bad: light.a", 2, "invalid slug 'Bad'", "bad"),
        (
            "template:\n  - sensor:\n      - {name: A, state: '{{ x('}",
            3,
            "template sensor 'A': the template of 'state' is wrong: Template",
            None,
        ),
        ("template:\n  - sensor:\n      - {name: A, sate: '1'}", 3, "template sensor 'A': unknown key 'sate'", "state"),
        (
            "sensor:\n  - platform: template\n    sensors:\n      a: {value_template: '1', frendly_name: A}",
            4,
            "template sensor 'a': unknown key 'frendly_name'",
            "friendly_name",
        ),
        (
            "script:\n  s: {sequence: [{action: light.turn_on, target: {entity: light.a}}]}",
            2,
            "Script 's': unknown key 'entity'",
            "entity_id",
        ),
        (
            "automation:\n  - {alias: A, actions: [], triggers: [{trigger: state, entity_id: light.a, form: x}]}",
            2,
            "Automation 'A': unknown key 'form'",
            "from",
        ),
        ("script:\n  s: [1]", 2, "Script 's': expected a script, got a list", None),
        ("template:\n  - sensor: 5", 2, "template sensor: ", None),
        ("template:\n  - senser: []", 2, "unknown key 'senser' in 'template'", "sensor"),
        (
            "template:\n  - switch:\n      - {name: A, turn_on: [{actoin: x.y}], turn_off: []}",
            3,
            "template switch 'A': 'turn_on': unknown action 'actoin'",
            "action",
        ),
        ("template:\n  - trigger: [{platfrom: state}]", 2, "block of template entities with triggers: ", "platform"),
        (
            "template:\n  - trigger: [{platform: homeassistant, event: start}]\n    sensor: {name: A, state: '{{ ('}",
            3,
            "template sensor 'A': the template of 'state' is wrong: Template",
            None,
        ),
        (
            "light:\n  - platform: template\n    lights:\n      l: {turn_on: [], turn_of: []}",
            4,
            "template light 'l': unknown key 'turn_of'",
            "turn_off",
        ),
        (
            "light:\n  - {platform: group, name: G, entities: [sensor.a]}",
            2,
            "light group 'G': 'entities': sensor.a is no light",
            None,
        ),
        ("notify:\n  - {platform: group, name: G, servces: []}", 2, "notify group 'G': unknown key", "services"),
        (
            "mqtt:\n  - sensor:\n      - {name: T, stat_topic: a}",
            3,
            "MQTT sensor 'T': unknown key 'stat_topic'",
            "state_topic",
        ),
        ("mqtt:\n  sensor:\n    - {name: T}", 3, "MQTT sensor 'T': key 'state_topic' is missing", None),
        (
            "mqtt:\n  - sensor:\n      name: T\n      state_topic: a\n      value_template: '{{ ('",
            5,
            "MQTT sensor 'T': 'value_template': invalid template",
            None,
        ),
        ("mqtt:\n  - sensr: {name: T}", 2, "MQTT sensr 'T': MQTT has no entities of the kind 'sensr'", "sensor"),
        ("mqtt:\n  - sensor: [5]", 2, "MQTT sensor: expected a mapping, got 5", None),
        ("mqtt:\n  - tag: {topic: a}", 2, "MQTT tag: MQTT has no entities of the kind 'tag'", None),
    ],
)
def test_what_the_start_leaves_out_is_an_error_with_its_line(
    tmp_path: Path, yaml: str, line: int, message: str, hint: str | None
) -> None:
    code, output = check(tmp_path, yaml + "\n")
    assert code == 1
    assert f"✗ configuration.yaml: error on line {line}:\n    {message}" in output
    assert "Result: 1 error, 0 warnings" in output
    if hint is not None:
        assert f'(did you mean "{hint}"?)' in output


def test_sections_that_are_right_are_valid(tmp_path: Path) -> None:
    code, output = check(
        tmp_path,
        """
input_boolean: {a: , b: {icon: "mdi:x"}}
input_button: {a: {name: A}}
input_datetime: {a: {has_date: true}}
input_number: {a: {min: 1, max: 5}}
input_select: {a: {options: [x, y]}}
input_text: {a: }
counter: {a: }
timer: {a: {duration: "00:01:00"}}
schedule: {a: {name: A, monday: [{from: "09:00", to: "10:00"}]}}
person: [{id: a, name: A}]
zone: [{name: Z, latitude: 1, longitude: 2}]
group: {a: [light.a], b: {entities: [light.a]}}
light:
  - {platform: group, name: G, entities: [light.a]}
  - {platform: template, lights: {l: {turn_on: [], turn_off: []}}}
template:
  - sensor: [{name: A, state: "{{ states('sensor.b') }}"}]
  - switch: [{name: S, turn_on: [{action: light.turn_on}], turn_off: []}]
  - trigger: [{platform: state, entity_id: light.a}]
    action: [{variables: {x: 1}}]
    sensor: [{name: B, state: "{{ x }}"}]
mqtt:
  - sensor: [{name: T, state_topic: a, value_template: "{{ value_json.x }}"}]
    light: {name: L, schema: json, command_topic: b}
""",
    )
    assert (code, output.splitlines()[-1]) == (0, "Result: 0 errors, 0 warnings"), output
