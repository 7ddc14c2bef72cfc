"""What check-config and the editor say about automations, scripts and scenes."""

from __future__ import annotations

from pathlib import Path

from marge.automation.validate import validate_parts, validators
from marge.config.check import check
from marge.templates import TemplateEngine
from marge.testing import make_hub

GOOD = "- {id: good, alias: Good, triggers: [], actions: []}\n"


def report(folder: Path, **files: str) -> str:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return check(folder, validators(TemplateEngine(make_hub()))).text()


def test_a_misspelt_key_that_says_the_kind_is_named(tmp_path: Path) -> None:
    text = report(
        tmp_path,
        automations="- id: bad\n  trigger:\n    - platfrom: state\n      entity_id: light.a\n  action: []\n"
        "- id: worse\n  trigger: []\n  condition:\n    - conditon: state\n      entity_id: light.a\n  action: []\n",
    )
    assert "on line 3:\n    Automation 'bad': unknown key 'platfrom'\n    (did you mean \"platform\"?)" in text
    assert "on line 9:\n    Automation 'worse': unknown key 'conditon'\n    (did you mean \"condition\"?)" in text


def test_names_the_place_and_the_nearest_word(tmp_path: Path) -> None:
    text = report(
        tmp_path,
        automations=GOOD + "- id: bad\n  trigger:\n    - platform: stat\n      entity_id: light.a\n  action: []\n",
        scripts="good: {sequence: []}\nbad: {sequence: [{dealy: 5}]}\nturn_on: {sequence: []}\n",
        scenes="- {name: A, entities: {light.a: 'on'}}\n- {name: B, entities: {light.a: 5}}\n",
    )
    assert "✗ automations.yaml: error on line 4:\n    Automation 'bad': invalid trigger type 'stat'" in text
    assert '(did you mean "state"?)' in text
    assert "✗ scripts.yaml: error on line 2:\n    Script 'bad': unknown action 'dealy'" in text
    assert '(did you mean "delay"?)' in text
    assert "'turn_on' is the name of a service of all scripts" in text
    assert "scenes.yaml: error on line 2:\n    Scene 'B': 'light.a': expected a state as text" in text
    assert "Result: 4 errors, 0 warnings" in text


def test_templates_are_compiled_but_prose_is_not(tmp_path: Path) -> None:
    text = report(
        tmp_path,
        automations=(
            "- id: a\n  alias: 'A {{ b'\n  triggers: []\n  actions:\n"
            "    - event: x\n      event_data:\n        good: '{{ 1 }}'\n        bad: '{{ 1 + }}'\n"
        ),
    )
    assert "error on line 8:\n    Automation 'a': the template of 'bad' is wrong: " in text
    assert "Result: 1 error" in text


def test_an_id_is_used_once(tmp_path: Path) -> None:
    text = report(tmp_path, automations=GOOD + GOOD)
    assert "the id 'good' is used already" in text


def test_a_good_configuration_has_no_mistakes(tmp_path: Path) -> None:
    text = report(tmp_path, automations=GOOD, scripts="a: {sequence: []}", scenes="- {name: A, entities: {}}")
    assert "✓ automations.yaml: valid (1 automation)" in text
    assert "Result: 0 errors, 0 warnings" in text


def test_parts_of_an_automation_are_judged_one_by_one() -> None:
    answer = validate_parts(
        {
            "triggers": {"trigger": "state", "entity_id": "light.a"},
            "conditions": [{"condition": "stat"}],
            "actions": [{"delay": 5}],
        }
    )
    assert answer["triggers"] == {"valid": True, "error": None}
    assert answer["actions"] == {"valid": True, "error": None}
    assert answer["conditions"]["valid"] is False
    assert "invalid condition type 'stat'" in answer["conditions"]["error"]
    assert validate_parts({}) == {}


def test_all_mistakes_of_an_automation_are_told_at_once_with_its_templates(tmp_path: Path) -> None:
    text = report(
        tmp_path,
        automations="""\
- id: many
  maxx: 3
  triggers:
    - trigger: stat
      too: "on"
  conditions: "{{ states( }}"
  actions:
    - delay: x
""",
    )
    for line, words in (
        (2, "'maxx'"),
        (4, "'stat'"),
        (5, "'too'"),
        (6, "the template of 'conditions'"),
        (8, "'delay'"),
    ):
        assert f"error on line {line}:\n    Automation 'many': " in text
        assert words in text
    assert text.endswith("6 errors, 0 warnings")  # the sixth: a state trigger needs an entity_id
