"""Every global, filter and test of Home Assistant's environment is there, and documented."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from template_world import build, load

from marge.templates.environment import FAMILIES

NAMES = load("names.json")
REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "templates.md"


@pytest.mark.parametrize("limited", [False, True])
@pytest.mark.parametrize("kind", ["globals", "filters", "tests"])
def test_every_name_of_home_assistant_is_there(kind: str, limited: bool) -> None:
    environment = build().environment(limited=limited)
    wanted = set(NAMES["limited" if limited else "full"][kind])
    assert not wanted - set(getattr(environment, kind))


def test_every_function_has_a_heading_in_the_reference() -> None:
    headings = {line.strip("# `\n") for line in REFERENCE.read_text(encoding="utf-8").splitlines() if line[:3] == "###"}
    names = {export.name for family in FAMILIES for export in family} | {"states", "min", "max"}
    assert not names - headings
    assert not headings - names


EXAMPLES = re.findall(r"^`(\{\{.*\}\})` → `(.*)`$", REFERENCE.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize(("text", "result"), EXAMPLES)
def test_every_example_of_the_reference_is_true(text: str, result: str) -> None:
    assert build().template(text).render(parse_result=False) == result
