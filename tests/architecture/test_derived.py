"""Every kind of derived entity has its module, its place in the files, recorded cases, and its heading in the docs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from marge.config.yaml_sections import DERIVED as IN_FILES
from marge.config.yaml_sections import ENTITY_DOMAINS, KNOWN
from marge.entities.descriptions import load
from marge.helpers.derived.platforms import DERIVED, DerivedItem, platform_of

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests/compat/derived"


def test_the_files_know_the_kinds() -> None:
    assert set(DERIVED) == IN_FILES
    assert list(DERIVED) == sorted(DERIVED)


def test_each_has_its_heading() -> None:
    lines = (ROOT / "docs/reference/derived.md").read_text(encoding="utf-8").splitlines()
    assert [line[3:] for line in lines if line.startswith("## ")] == list(DERIVED)


def test_each_has_cases_that_home_assistant_was_asked() -> None:
    assert {path.stem for path in CASES.glob("*.yaml")} == {path.stem for path in CASES.glob("*.json")}
    recorded = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in CASES.glob("*.json")}
    assert set(recorded) | NOT_RECORDED == set(DERIVED)
    assert all(each["cases"] and each["homeassistant"] == "2025.4.4" for each in recorded.values())


NOT_RECORDED: set[str] = set()
"""Kinds that Home Assistant does not read from files; their tests say where the expected values are from."""


@pytest.mark.parametrize("kind", DERIVED)
def test_each_module_keeps_what_the_table_says(kind: str) -> None:
    reads, platform = DERIVED[kind], platform_of(kind)
    assert set(reads.domains) <= ENTITY_DOMAINS
    assert reads.section is None or reads.section in KNOWN
    for domain in reads.domains or ("",):
        struct = platform.item_of(domain)
        assert issubclass(struct, DerivedItem)
        section = (ROOT / "docs/reference/derived.md").read_text(encoding="utf-8").partition(f"## {kind}\n")[2]
        section = section.partition("\n## ")[0]
        missing = set(struct.__struct_encode_fields__) - {"platform", "unique_id"}
        assert {key for key in missing if f"`{key}" not in section} == set()
    if platform.services is not None:
        assert load(kind)
