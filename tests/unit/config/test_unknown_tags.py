"""What a tag that nobody knows costs: the item that has it; nothing else in any file is hidden by it."""

from __future__ import annotations

from pathlib import Path

import pytest

from marge.config import HouseConfig, load


def house(folder: Path, **files: str) -> HouseConfig:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load(folder, env={})


def problems(config: HouseConfig) -> list[str]:
    return [str(problem) for problem in config.problems]


@pytest.mark.parametrize("value", ["!foo x", "!foo {a: {b: 1}}", "!foo [1, [2]]", "!foo ''"])
def test_it_costs_its_item_and_hides_no_other_mistake(tmp_path: Path, value: str) -> None:
    config = house(
        tmp_path,
        configuration=f"automation: !include automations.yaml\ntimer:\n  a: {{icon: {value}}}\n  b: {{}}\nsensr: []\n",
        automations=f"- alias: A\n  x:\n    - {value}\n    - 5\n- alias: B\n",
    )
    assert config.items("automation") == [{"alias": "B"}]
    assert list(config.mapping("timer")) == ["b"]
    assert config.fatal == ()
    assert problems(config)[:2] == [
        "automation 'A' is left out: unknown tag '!foo' at automations.yaml:3",
        "timer.a is left out: unknown tag '!foo' at configuration.yaml:3",
    ]
    assert "section 'sensr' is not known" in problems(config)[2]


def test_a_misspelt_include_costs_its_section(tmp_path: Path) -> None:
    config = house(tmp_path, configuration="automation: !inlcude automations.yaml\ntimer: {b: {}}\n")
    assert list(config.mapping("timer")) == ["b"]
    assert problems(config) == ["unknown tag '!inlcude' at configuration.yaml:1, did you mean '!include'?"]


@pytest.mark.parametrize("text", ["homeassistant: {name: !foo x}\n", "homeassistant: !foo {}\n", "logger: !foo x\n"])
def test_in_the_hubs_own_settings_it_costs_the_start(tmp_path: Path, text: str) -> None:
    assert [problem.message for problem in house(tmp_path, configuration=text).fatal] == ["unknown tag '!foo'"]


@pytest.mark.parametrize("packages", ["!foo x", "{p: !foo x}", "{p: {timer: !foo x}}", "{p: {timer: {a: !foo x}}}"])
def test_in_packages_it_costs_what_it_is_in(tmp_path: Path, packages: str) -> None:
    config = house(tmp_path, configuration=f"homeassistant: {{packages: {packages}}}\ntimer: {{b: {{}}}}\n")
    assert list(config.mapping("timer")) == ["b"]
    assert len(config.problems) == 1
    assert "unknown tag '!foo'" in config.problems[0].message


@pytest.mark.parametrize("text", ["a: 1\n<<: !foo x\n", "!foo a: 1\n", "!foo x\n", "!foo {a: 1}\n"])
def test_where_it_makes_no_value_it_is_still_refused(tmp_path: Path, text: str) -> None:
    assert house(tmp_path, configuration=text).problems


def test_a_secret_with_such_a_tag_counts_as_missing(tmp_path: Path) -> None:
    config = house(tmp_path, secrets="s: !foo x\nt: 5\n", configuration="timer:\n  a: {icon: !secret s}\n  b: {}\n")
    assert list(config.mapping("timer")) == ["b"]
    assert problems(config) == ["timer.a is left out: unknown tag '!foo' at secrets.yaml:1"]
    (tmp_path / "configuration.toml").write_text('[marge]\nname = "!secret s"\n')
    assert str(load(tmp_path, env={}).fatal[0]) == "unknown tag '!foo' at secrets.yaml:1"
