"""Entities that nobody knows are named with their line, and with the nearest that there is."""

from __future__ import annotations

from pathlib import Path

from marge.automation.references import unknown_in, unknown_in_scenes
from marge.config.yaml_loader import YamlLoader

KNOWN = {"light.living_room", "lock.front", "script.night"}


def read(tmp_path: Path, text: str) -> object:
    (tmp_path / "file.yaml").write_text(text)
    return YamlLoader(tmp_path).load(tmp_path / "file.yaml")


def test_a_scene_with_an_unknown_entity_is_a_mistake_with_its_line(tmp_path: Path) -> None:
    scenes = read(tmp_path, "- name: Evening\n  entities:\n    light.living_room: on\n    light.livng_room: on\n")
    problems = list(unknown_in_scenes(scenes, KNOWN))
    assert [(problem.line, problem.hint, problem.severity) for problem in problems] == [
        (4, "light.living_room", "error")
    ]
    assert problems[0].message == 'entity_id "light.livng_room" does not match any known entity'


def test_an_unknown_entity_of_an_automation_is_a_warning(tmp_path: Path) -> None:
    automations = read(
        tmp_path,
        "- triggers:\n    - trigger: state\n      entity_id: [light.living_room, lock.frnt]\n"
        "  actions:\n    - action: light.turn_on\n      target:\n        entity_id: '{{ x }}'\n",
    )
    problems = list(unknown_in(automations, KNOWN, ()))
    assert [(problem.line, problem.hint, problem.severity) for problem in problems] == [(3, "lock.front", "warning")]


def test_a_hint_is_of_the_same_domain(tmp_path: Path) -> None:
    scripts = read(tmp_path, "go:\n  sequence:\n    - action: lock.lock\n      entity_id: lock.living_room\n")
    assert [problem.hint for problem in unknown_in(scripts, {"light.living_room"}, ())] == [None]


def test_devices_and_registry_ids_that_are_gone_are_named(tmp_path: Path) -> None:
    lamp, gone = "0" * 32, "f" * 32
    text = "- actions:\n"
    for device_id, entity_id in ((lamp, lamp), (gone, lamp), (lamp, gone), ("{{ x }}", "light.living_room")):
        text += f"  - {{domain: light, type: turn_on, device_id: '{device_id}', entity_id: '{entity_id}'}}\n"
    text += f"  - {{action: light.turn_on, target: {{device_id: ['{lamp}', '{gone}']}}}}\n"
    problems = list(unknown_in(read(tmp_path, text), {*KNOWN, lamp}, {lamp}))
    assert [(problem.line, problem.message) for problem in problems] == [
        (3, f'device_id "{gone}" does not match any known device'),
        (4, f'entity_id "{gone}" does not match any known entity'),
        (6, f'device_id "{gone}" does not match any known device'),
    ]
    assert {(problem.hint, problem.severity) for problem in problems} == {(None, "warning")}
