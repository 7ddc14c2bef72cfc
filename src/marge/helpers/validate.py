"""What is wrong with helpers, groups and template entities, without setting any up: for check-config.

Everything is read by the code that reads it at the start; only where a mistake goes is another place.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from marge.config.locate import locate
from marge.config.nodes import NodeDict, NodeList
from marge.config.problem import Problem
from marge.config.yaml_sections import ENTITY_DOMAINS
from marge.core.errors import InvalidConfig
from marge.helpers.derived.platforms import DERIVED, AskedDerived
from marge.helpers.derived.reading import asked_by, asked_in_section
from marge.helpers.derived.reading import make as derive
from marge.helpers.kinds import HELPERS, make_collection
from marge.helpers.member_groups import passes_on, read_group
from marge.helpers.mistakes import Report
from marge.helpers.notify_groups import read_notify
from marge.helpers.ports import House
from marge.helpers.template import make
from marge.helpers.template_sections import Wanted, platform_entities, section_entities, wanted_blocks
from marge.helpers.template_triggers import TriggeredEntities
from marge.util.schema import Invalid

Validator = Callable[[Any], list[Problem]]

_NOT_IN_FILES: Final = frozenset({"tag"})


def validators(house: House) -> dict[str, Validator]:
    """A validator for each section, as `marge.config.check` takes them; no entity is added to `house`."""
    return {
        **{name: _of_kind(house, name) for name in HELPERS if name not in _NOT_IN_FILES},
        **{domain: _of_platforms(house, domain) for domain in ENTITY_DOMAINS},
        **{reads.section: _of_section(house, kind) for kind, reads in DERIVED.items() if reads.section is not None},
        "template": lambda content: _templates(house, content),
    }


def _into(problems: list[Problem]) -> Report:
    def report(what: str, error: InvalidConfig) -> None:
        message = f"{what}: {error.message}" if what else error.message
        problems.append(Problem(message, error.path, error.line, error.hint))

    return report


def _of_kind(house: House, name: str) -> Validator:
    def validate(content: Any) -> list[Problem]:
        problems: list[Problem] = []
        collection = make_collection(house, name)
        collection.report = _into(problems)
        for _ in collection.yaml_items(content):
            pass
        collection.stop()
        return problems

    return validate


def _of_platforms(house: House, domain: str) -> Validator:
    def validate(content: Any) -> list[Problem]:
        problems: list[Problem] = []
        report = _into(problems)
        for item in content if isinstance(content, NodeList) else ():
            platform = item.get("platform")
            if platform == "group":
                _group(domain, item, report)
            elif platform == "template":
                _make_all(house, list(platform_entities(domain, item, report)), report)
            elif platform in DERIVED:
                _derive(house, asked_by(platform, domain, item, report), report)
        return problems

    return validate


def _of_section(house: House, kind: str) -> Validator:
    def validate(content: Any) -> list[Problem]:
        problems: list[Problem] = []
        report = _into(problems)
        if isinstance(content, NodeDict):
            _derive(house, asked_in_section(kind, content, report), report)
        return problems

    return validate


def _derive(house: House, asked: Iterable[AskedDerived], report: Report) -> None:
    for each in asked:
        derive(house, each, report)


def _group(domain: str, item: NodeDict, report: Report) -> None:
    if domain == "notify" and passes_on(item):
        read_notify(item, report)
    else:
        read_group(domain, item, report)


def _templates(house: House, content: Any) -> list[Problem]:
    problems: list[Problem] = []
    report = _into(problems)
    if isinstance(content, NodeList):
        _make_all(house, list(section_entities(content, report)), report)
        for wanted in wanted_blocks(content, report):
            try:
                TriggeredEntities(house, wanted.block)
            except Invalid as invalid:
                report("block of template entities with triggers", locate(invalid, wanted.block))
            _make_all(house, wanted.entities, report, triggered=True)
    return problems


def _make_all(house: House, entities: list[Wanted], report: Report, *, triggered: bool = False) -> None:
    for wanted in entities:
        make(house, wanted, triggered=triggered, report=report)
