"""What a missing secret costs: its item alone, or the start where the hub's own settings ask for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from marge.config import HouseConfig, load


def house(folder: Path, text: str, secrets: str = "here: mdi:x\n") -> HouseConfig:
    (folder / "secrets.yaml").write_text(secrets, encoding="utf-8")
    (folder / "configuration.yaml").write_text(text, encoding="utf-8")
    return load(folder, env={})


def problems(config: HouseConfig) -> list[str]:
    return [str(problem) for problem in config.problems]


def test_it_costs_the_item_of_a_mapping(tmp_path: Path) -> None:
    config = house(tmp_path, "input_boolean:\n  ok: {icon: !secret hre}\n  good: {icon: !secret here}\n")
    assert config.mapping("input_boolean") == {"good": {"icon": "mdi:x"}}
    assert problems(config) == [
        "input_boolean.ok is left out: secret 'hre' is not in secrets.yaml at configuration.yaml:2, "
        "did you mean 'here'?"
    ]
    assert config.fatal == ()
    assert config.problems[0].item


def test_it_costs_the_item_of_a_list_in_an_included_file(tmp_path: Path) -> None:
    (tmp_path / "automations.yaml").write_text("- alias: A\n  actions: [{x: !secret no}]\n- alias: B\n")
    config = house(tmp_path, "automation: !include automations.yaml\n")
    assert config.items("automation") == [{"alias": "B"}]
    assert problems(config) == ["automation 'A' is left out: secret 'no' is not in secrets.yaml at automations.yaml:2"]


def test_it_costs_one_entity_of_mqtt_and_template(tmp_path: Path) -> None:
    config = house(
        tmp_path,
        "mqtt:\n  - sensor:\n      - {name: A, state_topic: !secret no}\n      - {name: B, state_topic: b}\n"
        "template:\n  sensor: {name: C, state: !secret no}\n  switch: []\n",
    )
    assert config.items("mqtt") == [{"sensor": [{"name": "B", "state_topic": "b"}]}]
    assert config.items("template") == [{"switch": []}]
    assert [(problem.line, problem.item) for problem in config.problems] == [(3, True), (6, True)]


def test_it_costs_the_item_of_a_package(tmp_path: Path) -> None:
    config = house(
        tmp_path, "homeassistant:\n  packages:\n    p:\n      timer:\n        a: {icon: !secret no}\n        b: {}\n"
    )
    assert list(config.mapping("timer")) == ["b"]
    assert config.fatal == ()


@pytest.mark.parametrize(
    "text",
    [
        "homeassistant:\n  name: !secret no\n",
        "homeassistant:\n  latitude: !secret no\n",
        "recorder:\n  purge_keep_days: !secret no\n",
        "mqtt:\n  broker: !secret no\n",
    ],
)
def test_it_is_fatal_in_the_settings_of_the_hub(tmp_path: Path, text: str) -> None:
    config = house(tmp_path, text)
    assert [str(problem) for problem in config.fatal] == ["secret 'no' is not in secrets.yaml at configuration.yaml:2"]


def test_a_broken_secrets_file_is_fatal(tmp_path: Path) -> None:
    config = house(tmp_path, "timer:\n  a: {icon: !secret x}\n", secrets="- x\n")
    assert [problem.path for problem in config.fatal] == ["secrets.yaml"]
