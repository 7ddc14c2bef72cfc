"""Packages merge into the main configuration; conflicts name the package and both places."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from marge.config import NodeDict, Place, Problem, YamlLoader
from marge.config.packages import merge_packages


def merged(main: str, **packages: str) -> tuple[NodeDict, list[str], list[NodeDict]]:
    config = parse(main, "configuration.yaml")
    all_packages = NodeDict("configuration.yaml", 1)
    for name, text in packages.items():
        all_packages.put(name, parse(text, f"packages/{name}.yaml"), Place(f"packages/{name}.yaml", 1))
    problems: list[Problem] = []
    blocks = merge_packages(config, all_packages, Place("configuration.yaml", 1), problems)
    return config, [str(problem) for problem in problems], blocks


def parse(text: str, name: str) -> Any:
    return YamlLoader(Path("/c")).parse(text, Path("/c") / name)


def test_lists_are_extended_and_mappings_merged_at_every_depth() -> None:
    config, problems, _ = merged(
        "automation: [{alias: a}]\ninput_boolean:\n  x: {name: X}\n",
        heating="automation: [{alias: b}]\ninput_boolean:\n  x: {icon: i}\n  y:\nscript:\n  s: {sequence: []}\n",
        light="automation: {alias: c}\n",
    )
    assert problems == []
    assert config == {
        "automation": [{"alias": "a"}, {"alias": "b"}, {"alias": "c"}],
        "input_boolean": {"x": {"name": "X", "icon": "i"}, "y": None},
        "script": {"s": {"sequence": []}},
    }
    assert config["automation"].place_of(1) == Place("packages/heating.yaml", 1)
    assert config["input_boolean"].place_of("y") == Place("packages/heating.yaml", 4)


def test_a_value_set_twice_names_package_and_both_places_and_the_first_stays() -> None:
    config, problems, _ = merged(
        "timer:\n  t:\n    duration: 1\n", kitchen="timer:\n  t:\n    duration: 2\n    name: T\n"
    )
    assert problems == [
        "package 'kitchen': 'duration' in 'timer: t' is already set at configuration.yaml:3 at packages/kitchen.yaml:3"
    ]
    assert config == {"timer": {"t": {"duration": 1, "name": "T"}}}


def test_two_packages_may_conflict_with_each_other() -> None:
    _, problems, _ = merged("x: 1", one="counter:\n  c: {step: 1}\n", two="counter:\n  c: {step: 2}\n")
    assert problems == [
        "package 'two': 'step' in 'counter: c' is already set at packages/one.yaml:2 at packages/two.yaml:2"
    ]


def test_merging_does_not_change_what_an_alias_shares() -> None:
    config, problems, _ = merged("x: 1", one="group:\n  a: &a {name: A}\n  b: *a\n", two="group:\n  a: {icon: i}\n")
    assert problems == []
    assert config["group"] == {"a": {"name": "A", "icon": "i"}, "b": {"name": "A"}}


def test_wrong_packages_are_named_and_the_others_merged() -> None:
    config, problems, _ = merged(
        "timer: {}\nscript: 5\n", **{"Bad Name": "timer: {a: }"}, text="hello", shape="timer: 5",
        core="script: {x: {}}", good="timer: {b: {name: B}}",
    )  # fmt: skip
    assert problems == [
        "package name 'Bad Name' is not valid: use lower-case letters, digits and '_' at packages/Bad Name.yaml:1",
        "package 'text' must be a mapping of sections at packages/text.yaml:1",
        "package 'shape': 'timer' must be a mapping at packages/shape.yaml:1",
        "package 'core': 'script' is not a mapping at configuration.yaml:2 at packages/core.yaml:1",
    ]
    assert config["timer"] == {"b": {"name": "B"}}


def test_homeassistant_blocks_are_returned_and_not_merged() -> None:
    config, _, blocks = merged("homeassistant: {name: A}", p="homeassistant: {customize: {light.a: {x: 1}}}")
    assert config == {"homeassistant": {"name": "A"}}
    assert blocks == [{"customize": {"light.a": {"x": 1}}}]


def test_packages_must_be_a_mapping() -> None:
    problems: list[Problem] = []
    merge_packages(NodeDict(), [1], Place("configuration.yaml", 7), problems)
    assert [str(problem) for problem in problems] == [
        "'packages' must be a mapping of names to packages at configuration.yaml:7"
    ]
