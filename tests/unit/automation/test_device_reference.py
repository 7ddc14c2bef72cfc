"""The page on device automations and the tables say the same."""

from __future__ import annotations

import re
from pathlib import Path

from marge.automation.devices import Section, classes
from marge.automation.devices.reading import kinds_of

PAGE = (Path(__file__).parents[3] / "docs/reference/device-automations.md").read_text()
SECTIONS: tuple[Section, ...] = ("trigger", "condition", "action")
BY_CLASS = {"binary_sensor", "sensor"}


def written() -> dict[str, dict[str, list[str]]]:
    """Domain → section → types with their fields, as the page has them."""
    domains: dict[str, dict[str, list[str]]] = {}
    part = PAGE.partition("## Domains")[2].partition("## Binary sensors")[0]
    for block in part.split("\n### ")[1:]:
        domain, _, text = block.partition("\n")
        domains[domain] = {
            section.lower(): re.findall(r"`\w+`(?: \([^)]*\))?", types.replace("\n", " "))
            for section, types in re.findall(r"^(\w+)s: (.*?)\.$", text, re.MULTILINE | re.DOTALL)
        }
    return domains


def test_every_type_of_every_domain_is_on_the_page_with_its_fields() -> None:
    expected: dict[str, dict[str, list[str]]] = {}
    for section in SECTIONS:
        for domain, kinds in kinds_of(section).items():
            if domain in BY_CLASS:
                continue
            for type, kind in kinds.items():
                fields = [
                    field.name if field.required or field.name in kind.one_of else f"{field.name}?"
                    for field in kind.fields
                ]
                text = f"`{type}`" + (f" ({', '.join(fields)})" if fields else "")
                expected.setdefault(domain, {}).setdefault(section, []).append(text)
    assert written() == dict(sorted(expected.items()))


def test_every_class_of_binary_sensors_is_on_the_page() -> None:
    rows = re.findall(r"^\| (\w+) \| `(\w+)`, `(\w+)` \|$", PAGE, re.MULTILINE)
    assert {name: (on, off) for name, on, off in rows} == classes.BINARY


def test_every_class_of_sensors_is_on_the_page() -> None:
    part = PAGE.partition("## Sensors")[2].partition("## Triggers")[0]
    renamed = dict(re.findall(r"^\| (\w+) \| `(\w+)` \|$", part, re.MULTILINE))
    listed = part.partition("device class:")[2].partition("| device")[0]
    same = {name: name for name in re.findall(r"`(\w+)`", listed)}
    assert {**same, **renamed} == classes.SENSOR
