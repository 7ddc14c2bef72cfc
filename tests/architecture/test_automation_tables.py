"""Triggers, conditions and actions: folder, table, tests and reference agree, so that no kind is half added."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from marge.automation.actions import ACTIONS
from marge.automation.conditions import CONDITIONS
from marge.automation.reproduce import PLANS
from marge.automation.triggers import TRIGGERS

ROOT = Path(__file__).parents[2]
TABLES: dict[str, Mapping[str, str]] = {"triggers": TRIGGERS, "conditions": CONDITIONS, "actions": ACTIONS}
SHARED = {"waiting"}
"""Modules of a folder that are no kind."""


def modules(table: Mapping[str, str]) -> set[str]:
    return {target.partition(":")[0].rpartition(".")[2] for target in table.values()}


@pytest.mark.parametrize("folder", TABLES)
def test_every_module_is_in_the_table(folder: str) -> None:
    here = {path.stem for path in (ROOT / "src/marge/automation" / folder).glob("*.py")} - {"__init__"} - SHARED
    assert here == modules(TABLES[folder])


@pytest.mark.parametrize(("folder", "kind"), [(folder, kind) for folder, table in TABLES.items() for kind in table])
def test_every_kind_can_be_imported_and_has_its_method(folder: str, kind: str) -> None:
    module, _, name = TABLES[folder][kind].partition(":")
    method = {"triggers": "attach", "conditions": "check", "actions": "run"}[folder]
    found = getattr(import_module(module), name)
    assert callable(getattr(found, method))
    assert found.__doc__


@pytest.mark.parametrize("folder", TABLES)
def test_every_kind_has_a_test(folder: str) -> None:
    tests = ROOT / "tests/unit/automation" / folder
    if folder == "actions":
        text = "".join(path.read_text() for path in tests.glob("test_*.py"))
        missing = {kind for kind in TABLES[folder] if not re.search(rf'"{kind}":', text)}
    else:
        written = {path.stem.removeprefix("test_").removesuffix(f"_{folder[:-1]}") for path in tests.glob("test_*.py")}
        missing = modules(TABLES[folder]) ^ written
    assert not missing


@pytest.mark.parametrize("folder", TABLES)
def test_every_kind_has_a_heading_in_the_reference(folder: str) -> None:
    text = (ROOT / "docs/reference" / f"{folder}.md").read_text()
    headings = set(re.findall(r"^## `?([a-z_]+)`?$", text, re.MULTILINE))
    assert headings == set(TABLES[folder])


def test_every_domain_that_scenes_can_set_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/scenes.md").read_text()
    assert set(re.findall(r"^\| ([a-z_]+) \|", text, re.MULTILINE)) - {"domain"} == set(PLANS) | {"group"}
