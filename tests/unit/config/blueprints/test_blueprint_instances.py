"""Blueprints and what uses them, from files to configuration: what is made, and what is said of mistakes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from marge.config import HouseConfig, Place, find_place, load
from marge.config.blueprints.errors import BlueprintError, InvalidBlueprint, NoBlueprint
from marge.config.blueprints.files import BlueprintFiles, parse_blueprint
from marge.config.blueprints.instance import FailedInstance, Instance, about, blueprint_of, inputs_of, mistake_of

LIGHT = """\
blueprint:
  name: Light
  domain: automation
  input:
    main:
      input:
        motion: {selector: {entity: }}
    light:
    wait: {default: 5}
mode: restart
trigger:
  - platform: state
    entity_id: !input motion
action:
  - service: light.turn_on
    target: !input light
  - delay: !input wait
"""


def house(folder: Path, files: dict[str, str]) -> HouseConfig:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return load(folder, env={})


def one(folder: Path, item: str, blueprint: str = LIGHT) -> Any:
    """The automation that `item` becomes."""
    found = house(folder, {"automations.yaml": item, "blueprints/automation/a/light.yaml": blueprint})
    return found.items("automation")[0]


USE = """\
- alias: Mine
  use_blueprint:
    path: a/light.yaml
    input:
      motion: binary_sensor.a
      light: {entity_id: light.a}
"""


def test_gaps_are_filled_and_the_items_own_keys_win(tmp_path: Path) -> None:
    item = one(tmp_path, USE + "  mode: single\n  triggers: []\n")
    assert isinstance(item, Instance)
    assert item == {
        "alias": "Mine",
        "mode": "single",
        "triggers": [],
        "actions": [
            {"service": "light.turn_on", "target": {"entity_id": "light.a"}},
            {"delay": 5},
        ],
    }
    assert blueprint_of(item) == "a/light.yaml"
    given = {"path": "a/light.yaml", "input": {"motion": "binary_sensor.a", "light": {"entity_id": "light.a"}}}
    assert inputs_of(item) == {"alias": "Mine", "mode": "single", "triggers": [], "use_blueprint": given}


def test_each_value_knows_where_it_is_written(tmp_path: Path) -> None:
    item = one(tmp_path, USE)
    where = "blueprints/automation/a/light.yaml"
    assert item.place == Place("automations.yaml", 1)
    assert find_place(item, ("alias",)) == Place("automations.yaml", 1)
    assert find_place(item, ("mode",)) == Place(where, 10)
    assert find_place(item, ("triggers", 0, "platform")) == Place(where, 12)
    assert find_place(item, ("triggers", 0, "entity_id")) == Place("automations.yaml", 5)
    assert find_place(item, ("actions", 1, "delay")) == Place(where, 9)
    assert "the input 'motion' of the blueprint a/light.yaml, used at " + where + ":13" in about(
        item, ("triggers", 0, "entity_id")
    )
    assert about(item, ("triggers", 0, "platform")) == ""


@pytest.mark.parametrize(
    ("use", "said", "place", "hint"),
    [
        ("{path: x.yaml}", "Failed to load blueprint: Unable to find x.yaml", 3, None),
        ("{path: a/ligth.yaml}", "Failed to load blueprint: Unable to find a/ligth.yaml", 3, "a/light.yaml"),
        ("{path: a/light}", "Path needs to end in .yaml @ data['use_blueprint']['path']", 3, None),
        ("{path: ../a/light.yaml}", "Invalid path @", 3, None),
        ("{path: /etc/light.yaml}", "Invalid path @", 3, None),
        ("{path: 5}", "expected the path of a blueprint", 3, None),
        ("{}", "required key not provided @ data['use_blueprint']['path']", 2, None),
        ("5", "Invalid blueprint inputs", 2, None),
        ("{path: a/light.yaml, inputs: {}}", "extra keys not allowed", 3, "input"),
        ("{path: a/light.yaml, input: 5}", "Invalid blueprint inputs", 3, None),
        ("{path: a/light.yaml}", "Missing input light, motion", 2, None),
        ("{path: a/light.yaml, input: {light: x, motoin: y}}", "Missing input motion", 2, "motion"),
    ],
)
def test_mistakes_of_its_user(tmp_path: Path, use: str, said: str, place: int, hint: str | None) -> None:
    item = one(tmp_path, f"- alias: Mine\n  use_blueprint:\n    {use}\n")
    assert isinstance(item, FailedInstance)
    mistake = mistake_of(item)
    assert isinstance(mistake, BlueprintError)
    assert said.lower() in mistake.said.lower()
    assert (mistake.path, mistake.line) == ("automations.yaml", place)
    assert mistake.hint == hint
    assert item["alias"] == "Mine"


HEAD = "blueprint:\n  name: X\n  domain: automation\n"


@pytest.mark.parametrize(
    ("text", "message", "line", "hint"),
    [
        ("", "key 'blueprint' is missing", 1, None),
        ("- a\n", "expected a mapping", 1, None),
        ("blueprint: 5\n", "expected a mapping with the name and the domain", 1, None),
        ("blueprint:\n  domain: automation\n", "key 'name' is missing", 1, None),
        ("blueprint:\n  name: X\n", "key 'domain' is missing", 1, None),
        ("blueprint:\n  name: 5\n  domain: automation\n", "'name'", 2, None),
        (HEAD + "  naem: x\n", "unknown key 'naem'", 4, "name"),
        (HEAD + "  source_url: nowhere\n", "'source_url': invalid url", 4, None),
        (HEAD + "  source_url: 'ftp://a/b'\n", "invalid url", 4, None),
        (HEAD + "  homeassistant: {min_version: 2024.1}\n", "version needs to be a string", 4, None),
        (HEAD + "  homeassistant:\n    min_version: '2024.1'\n", "{major}.{minor}.{patch}", 5, None),
        (HEAD + "  input:\n    a: {}\n    b: 5\n", "expected a mapping, got int", 6, None),
        (HEAD + "  input:\n    a:\n      nmae: A\n", "unknown key 'nmae'", 6, "name"),
        (HEAD + "  input:\n    a:\n      selector:\n        number:\n          min: x\n", "'min'", 8, None),
        (HEAD + "  input:\n    a:\n      selector: {txet: }\n", "unknown selector 'txet'", 6, "text"),
        (HEAD + "  input:\n    a:\n      input:\n        b: {nmae: x}\n", "unknown key 'nmae'", 7, "name"),
        (HEAD + "  input:\n    a: {input: 5}\n", "'input'", 5, None),
        (HEAD + "  input:\n    a:\n    s: {input: {a: }}\n", "Duplicate use of input key a", 6, None),
        (HEAD + "  description: !input a\n", "'description'", 4, None),
        (HEAD + "  input:\n    a: {default: !input b}\n", "'!input' cannot be used in the description", 5, None),
        (HEAD + "triggers: []\nactions: !input nothing\n", "Missing input definition for nothing", 5, None),
        (HEAD + "  input: {motion: }\nactions: !input motoin\n", "Missing input definition for motoin", 5, "motion"),
        (HEAD + "action: []\nactions: []\n", "cannot specify both 'action' and 'actions'", 4, None),
        ("blueprint:\n  name: X\n  domain: script\n", "incorrect blueprint type script, expected automation", 3, None),
        (HEAD + "action: !secret x\n", "a blueprint has no secrets", 4, None),
        (HEAD + "!input x: 5\n", "'!input' cannot be a key", 4, None),
        (HEAD + "action: [\n", "", 5, None),
    ],
)
def test_mistakes_of_the_blueprint(tmp_path: Path, text: str, message: str, line: int, hint: str | None) -> None:
    item = one(tmp_path, "- use_blueprint: {path: a/light.yaml}\n", text)
    mistake = mistake_of(item)
    assert isinstance(mistake, (InvalidBlueprint, NoBlueprint, BlueprintError))
    assert message in mistake.message
    assert mistake.path == "blueprints/automation/a/light.yaml"
    assert mistake.line == line
    assert mistake.hint == hint


def test_an_unknown_input_is_told_and_not_used(tmp_path: Path) -> None:
    found = house(
        tmp_path,
        {"automations.yaml": USE + "      wiat: 7\n", "blueprints/automation/a/light.yaml": LIGHT},
    )
    (problem,) = found.problems
    assert (problem.severity, problem.path, problem.line, problem.hint) == ("warning", "automations.yaml", 7, "wait")
    assert isinstance(found.items("automation")[0], Instance)
    assert "blueprints/automation/a/light.yaml" in found.files


def test_a_blueprint_that_asks_for_a_newer_release_is_told(tmp_path: Path) -> None:
    newer = LIGHT.replace("  name: Light\n", "  name: Light\n  homeassistant: {min_version: 2099.1.0}\n")
    found = house(tmp_path, {"automations.yaml": USE, "blueprints/automation/a/light.yaml": newer})
    assert "asks for Home Assistant 2099.1.0" in found.problems[0].message


def test_an_input_outside_of_a_blueprint_costs_its_item(tmp_path: Path) -> None:
    found = house(
        tmp_path,
        {"automations.yaml": "- alias: A\n  actions: !input x\n- alias: B\n  triggers: []\n  actions: []\n"},
    )
    assert [item["alias"] for item in found.items("automation")] == ["B"]
    assert "'!input x' has a meaning in blueprints alone" in found.problems[0].message
    assert found.problems[0].line == 2


def test_a_file_is_read_once_for_all_that_use_it(tmp_path: Path) -> None:
    house(tmp_path, {"blueprints/automation/a/light.yaml": LIGHT})
    files = BlueprintFiles(tmp_path)
    assert files.get("automation", "a/light.yaml") is files.get("automation", "a/light.yaml")
    for _ in range(2):
        with pytest.raises(NoBlueprint):
            files.get("automation", "none.yaml")


@pytest.mark.parametrize("tag", ["!secret x", "!include x.yaml", "!env_var HOME", "!include_dir_list ."])
def test_a_text_from_elsewhere_reads_nothing_of_the_house(tmp_path: Path, tag: str) -> None:
    with pytest.raises(NoBlueprint, match="cannot use"):
        parse_blueprint(f"{HEAD}actions: {tag}\n", tmp_path)


def test_scripts_come_from_blueprints_too(tmp_path: Path) -> None:
    found = house(
        tmp_path,
        {
            "scripts.yaml": (
                "say:\n  use_blueprint: {path: say.yaml, input: {what: hi}}\nbad:\n  use_blueprint: {path: x.yaml}\n"
            ),
            "blueprints/script/say.yaml": (
                "blueprint: {name: Say, domain: script, input: {what: }}\n"
                "sequence: [{event: said, event_data: {w: !input what}}]\n"
            ),
        },
    )
    scripts = found.mapping("script")
    assert scripts["say"] == {"sequence": [{"event": "said", "event_data": {"w": "hi"}}]}
    assert isinstance(scripts["bad"], FailedInstance)
    assert scripts.place_of("bad") == Place("scripts.yaml", 3)
