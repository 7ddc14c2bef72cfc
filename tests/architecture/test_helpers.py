"""Every kind of helper has its row in the table, its module, its tests, its description and its heading in the docs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path

import pytest

from marge.entities.descriptions import load
from marge.helpers.kinds import HELPERS
from marge.helpers.member_group import GROUPS, MemberGroup
from marge.helpers.template import ENTITIES
from marge.helpers.template_config import ITEMS, TRIGGERED
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import PLATFORM_ITEMS, PLATFORMS

ROOT = Path(__file__).parents[2]
BESIDE = {"device_tracker", "sun", "template", "persistent_notification", "shopping_list"}
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


@pytest.mark.parametrize(("table", "kind"), [(GROUPS, MemberGroup), (ENTITIES, TemplateEntity)])
def test_groups_and_template_entities_are_of_the_domain_of_their_row(table: Mapping[str, str], kind: type) -> None:
    for domain, target in table.items():
        module, _, name = target.partition(":")
        found = getattr(import_module(f"marge.helpers.{module}"), name)
        assert issubclass(found, kind)
        assert found.domain == domain


def test_each_template_entity_can_be_written_and_is_in_the_reference() -> None:
    assert set(ENTITIES) == {*ITEMS, *PLATFORM_ITEMS}
    assert set(PLATFORM_ITEMS) == set(PLATFORMS)
    assert set(ITEMS) >= TRIGGERED
    text = (ROOT / "docs/reference/helpers.md").read_text(encoding="utf-8")
    section = text.partition("## template")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    modern, old = rows[: len(ITEMS)], rows[len(ITEMS) :]
    assert {kind for row in modern for kind in re.findall("`([a-z_]+)`", row)} == set(ITEMS)
    assert {kind for row in old for kind in re.findall("`([a-z_]+)`", row)} == set(PLATFORMS)


def test_each_domain_of_groups_is_in_the_reference() -> None:
    text = (ROOT / "docs/reference/helpers.md").read_text(encoding="utf-8")
    section = text.partition("## group")[2].partition("\n## ")[0]
    assert set(re.findall("`([a-z_]+):`", section)) == set(GROUPS)
