"""Every kind of helper has its row in the table, its module, its tests, its description and its heading in the docs."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from marge.entities.descriptions import load
from marge.helpers.kinds import HELPERS

ROOT = Path(__file__).parents[2]
BESIDE = {"sun", "template", "persistent_notification", "shopping_list"}
"""What is no collection of items."""


def test_the_table_names_the_modules_with_a_kind() -> None:
    folder = ROOT / "src/marge/helpers"
    modules = {path.stem for path in folder.glob("*.py") if "\nKIND: Final" in path.read_text(encoding="utf-8")}
    assert modules == set(HELPERS)


def test_each_has_tests_and_a_heading() -> None:
    tests = {path.stem.removeprefix("test_helper_") for path in (ROOT / "tests/unit/helpers").glob("test_helper_*.py")}
    assert tests >= {*HELPERS, *BESIDE}
    lines = (ROOT / "docs/reference/helpers.md").read_text(encoding="utf-8").splitlines()
    assert {line[3:] for line in lines if line.startswith("## ")} == {*HELPERS, *BESIDE}


@pytest.mark.parametrize("name", HELPERS)
def test_services_and_descriptions_match(name: str) -> None:
    domain = import_module(f"marge.helpers.{name}").KIND.domain
    described = load(name)
    assert set(described) - {"set", "remove"} == {service.name for service in domain.services}
    for service in domain.services:
        fields = set(service.schema.__struct_fields__) if service.schema is not None else set()
        assert set(described[service.name].get("fields", {})) == fields
        assert described[service.name]["target"] == {"entity": [{"domain": [name]}]}
