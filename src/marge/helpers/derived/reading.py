"""What the files ask for of derived entities; what is wrong is reported with file and line and costs that item only."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import Any

from marge.config.house import HouseConfig
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.yaml_sections import ENTITY_DOMAINS
from marge.core.errors import InvalidConfig, TemplateError
from marge.entities.base import Entity
from marge.helpers.derived.platforms import DERIVED, AskedDerived, platform_of
from marge.helpers.mistakes import Report, log
from marge.helpers.platform_items import platform_items, say, tell
from marge.helpers.ports import House
from marge.helpers.words import is_object_id
from marge.util.schema import Invalid, convert

_LOGGER = logging.getLogger("marge.helpers")


def kinds_in(sections: Mapping[str, NodeDict | NodeList]) -> list[str]:
    """The kinds that a configuration has items of, in the order of `DERIVED`."""
    found = {name for name, reads in DERIVED.items() if reads.section is not None and sections.get(reads.section)}
    for domain in ENTITY_DOMAINS:
        items = sections.get(domain)
        if isinstance(items, NodeList):
            found.update(platform for item in items if (platform := item.get("platform")) in DERIVED)
    return [name for name in DERIVED if name in found]


def asked_of(config: HouseConfig, kind: str, report: Report = log) -> Iterator[AskedDerived]:
    """Everything that the files ask for of a kind."""
    section = DERIVED[kind].section
    if section is not None:
        yield from asked_in_section(kind, config.mapping(section), report)
    for domain, item in platform_items(config, kind):
        yield from asked_by(kind, domain, item, report)


def asked_in_section(kind: str, section: NodeDict, report: Report) -> Iterator[AskedDerived]:
    """The items of a section of the kind's own, by their object ids."""
    yield from _named(kind, "", section, report)


def asked_by(kind: str, domain: str, item: NodeDict, report: Report) -> Iterator[AskedDerived]:
    """What an item with `platform: <kind>` under a domain asks for."""
    domains = DERIVED[kind].domains
    if domain not in domains:
        right = " or ".join(f"'{each}'" for each in domains) or f"a section '{DERIVED[kind].section}' of its own"
        message = f"'{kind}' makes no {domain} and is left out: it belongs under {right}"
        say(report, message, item.place_of("platform"))
        return
    nested = platform_of(kind).nested
    if nested is None:
        read = _read(kind, domain, None, item, item.place, report)
        if read is not None:
            yield read
        return
    for key in item:
        if key not in ("platform", "scan_interval", nested):
            say(report, f"unknown key '{key}' in '{kind}'", item.place_of(key), nested)
    items = item.get(nested)
    if isinstance(items, NodeDict):
        yield from _named(kind, domain, items, report)
    else:
        say(report, f"'{kind}' has no '{nested}', a mapping of names to items", item.place)


def _named(kind: str, domain: str, items: NodeDict, report: Report) -> Iterator[AskedDerived]:
    for object_id, content in items.items():
        place = items.place_of(object_id)
        if not isinstance(object_id, str) or not is_object_id(object_id):
            message = f"'{object_id}' is no name for a {kind}: use lower-case letters, digits and '_'"
            say(report, message, place)
        elif (read := _read(kind, domain, object_id, content, place, report)) is not None:
            yield read


def _read(
    kind: str, domain: str, object_id: str | None, content: Any, place: Place, report: Report
) -> AskedDerived | None:
    struct = platform_of(kind).item_of(domain)
    if isinstance(content, NodeDict) and object_id is None:
        content = _without(content, "scan_interval")  # Home Assistant takes it, and asks none of these by the clock
    try:
        return AskedDerived(kind, domain, object_id, convert(content, struct), place)
    except Invalid as invalid:
        known = struct.__struct_encode_fields__
        what = kind if object_id is None else f"{kind} '{object_id}'"
        tell(report, what, invalid, content, place, known)
        return None


def _without(item: NodeDict, key: str) -> NodeDict:
    if key not in item:
        return item
    rest = NodeDict(item.file, item.line)
    for each, value in item.items():
        if each != key:
            rest.put(each, value, item.place_of(each))
    return rest


def make(house: House, asked: AskedDerived, report: Report = log) -> list[Entity]:
    """The entities that are asked for, not added yet; none, with a report, when something is wrong."""
    try:
        return platform_of(asked.kind).make(house, asked)
    except Exception as error:
        if not isinstance(error, (TemplateError, ValueError)):
            _LOGGER.exception("%s at %s:%s failed while it was made", asked.kind, *asked.place)
        called = asked.object_id or getattr(asked.item, "name", None)
        message, hint = str(error), None
        if isinstance(error, Invalid) and error.path:
            message, hint = f"'{error.path[0]}': {error.message}", error.hint
        named = f" '{called}'" if isinstance(called, str) and called else ""
        report(f"{asked.kind}{named}", InvalidConfig(message, *asked.place, hint))
        return []
