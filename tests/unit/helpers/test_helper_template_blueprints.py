"""Template entities from blueprints, and the variables that they have of their own."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from helper_house import HelperHouse

INVERTED = """\
blueprint:
  name: Inverted
  domain: template
  input:
    source: {selector: {entity: }}
variables:
  source: !input source
  word: "{{ 'not ' ~ source }}"
binary_sensor:
  state: "{{ not is_state(source, 'on') }}"
  attributes:
    of: "{{ word }}"
"""
COUNTED = """\
blueprint:
  name: Counted
  domain: template
  input:
    event:
variables:
  times: "{{ trigger.event.data.times }}"
triggers:
  - trigger: event
    event_type: !input event
sensor:
  state: "{{ times }}"
"""
USE = """\
template:
  - use_blueprint: {path: inverted.yaml, input: {source: binary_sensor.door}}
    name: Door closed
    unique_id: closed
  - use_blueprint: {path: counted.yaml, input: {event: ring}}
    name: Rings
"""


async def house(folder: Path, yaml: str, **files: str) -> HelperHouse:
    path = folder / "blueprints" / "template"
    path.mkdir(parents=True)
    for name, text in {"inverted": INVERTED, "counted": COUNTED, **files}.items():
        (path / f"{name}.yaml").write_text(text)
    made = HelperHouse(folder, yaml)
    await made.helpers.settle()
    return made


async def ring(made: HelperHouse) -> None:
    made.hub.bus.fire("ring", {"times": 3})
    for _ in range(5):
        await asyncio.sleep(0)


async def test_an_entity_follows_what_its_input_names(tmp_path: Path) -> None:
    made = await house(tmp_path, USE)
    made.hub.states.set("binary_sensor.door", "on")
    assert made.state("binary_sensor.door_closed") == "off"
    made.hub.states.set("binary_sensor.door", "off")
    assert made.state("binary_sensor.door_closed") == "on"
    assert made.attributes("binary_sensor.door_closed")["of"] == "not binary_sensor.door"
    assert made.registries.entities.get_entity_id("binary_sensor", "template", "closed") == "binary_sensor.door_closed"
    made.stop()


async def test_an_entity_with_triggers(tmp_path: Path) -> None:
    made = await house(tmp_path, USE)
    await ring(made)
    assert made.state("sensor.rings") == "3"
    assert made.helpers.templates_with_blueprint("counted.yaml") == ["sensor.rings"]
    assert made.helpers.templates_with_blueprint("inverted.yaml") == ["binary_sensor.door_closed"]
    assert made.helpers.templates_with_blueprint("none.yaml") == []
    made.stop()


async def test_a_changed_file_is_taken_over_by_a_reload(tmp_path: Path) -> None:
    made = await house(tmp_path, USE)
    await ring(made)
    (tmp_path / "blueprints/template/inverted.yaml").write_text(INVERTED.replace("not is_state", "is_state"))
    made.hub.states.set("binary_sensor.door", "on")
    await made.call("template.reload")
    assert made.state("binary_sensor.door_closed") == "on"
    assert made.state("sensor.rings") == "3"
    made.stop()


async def test_an_entity_that_stays_follows_the_name_of_its_blueprint(tmp_path: Path) -> None:
    made = await house(tmp_path, USE, also=INVERTED, again=COUNTED)
    await ring(made)
    names = {"inverted.yaml": "also.yaml", "counted.yaml": "again.yaml"}
    for old, new in names.items():
        text = (tmp_path / "configuration.yaml").read_text()
        (tmp_path / "configuration.yaml").write_text(text.replace(old, new))
    await made.call("template.reload")
    assert made.state("sensor.rings") == "3"
    assert made.helpers.templates_with_blueprint("also.yaml") == ["binary_sensor.door_closed"]
    assert made.helpers.templates_with_blueprint("again.yaml") == ["sensor.rings"]
    assert not any(made.helpers.templates_with_blueprint(old) for old in names)
    made.stop()


TWO = "sensor: {state: '1'}\n"


@pytest.mark.parametrize(
    ("use", "files", "words"),
    [
        ("{path: inverted.yaml}", {}, "Missing input source"),
        ("{path: none.yaml}", {}, "Unable to find none.yaml"),
        ("{path: inverted.yaml, input: {source: a}}\n    nmae: x", {}, "unknown key 'nmae' beside 'use_blueprint'"),
        ("{path: a.yaml, input: {source: a}}", {"a": INVERTED + TWO}, "more than one platform defined per blueprint"),
        (
            "{path: a.yaml, input: {source: a}}",
            {"a": INVERTED.replace("state:", "sttae:")},
            "template binary_sensor 'X' of the blueprint a.yaml is left out: unknown key 'sttae' at blueprints",
        ),
        (
            "{path: a.yaml, input: {source: a}}",
            {"a": INVERTED.replace("{{ not", "{{ not not(")},
            "template binary_sensor 'X' of the blueprint a.yaml is left out: the template of 'state' is wrong",
        ),
    ],
)
async def test_mistakes_are_told(
    tmp_path: Path, use: str, files: dict[str, str], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    name = "" if "nmae" in use else "    name: X\n"
    made = await house(tmp_path, f"template:\n  - use_blueprint: {use}\n{name}", **files)
    assert words in caplog.text
    assert [each for each in made.hub.states.entity_ids() if each.startswith("binary_sensor.")] == []
    made.stop()


async def test_a_variable_that_fails_is_told_and_is_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    yaml = """
template:
  - sensor:
      name: X
      variables: {broken: "{{ 1 / 0 }}", kept: [1, "{{ 1 + 1 }}"]}
      state: "{{ broken }} {{ kept }}"
"""
    made = await house(tmp_path, yaml)
    assert made.state("sensor.x") == "None [1, 2]"
    assert "The variable 'broken' of sensor.x cannot be rendered" in caplog.text
    made.stop()
