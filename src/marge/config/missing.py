"""What a missing `!secret` or an unknown tag costs: the item that has it; in the hub's own settings the start."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.yaml_sections import is_list
from marge.core.errors import InvalidConfig

_SETTINGS: Final = frozenset({"homeassistant", "recorder", "logger"})
_OF_ENTITIES: Final = frozenset({"mqtt", "template"})
"""Sections whose items hold the entities by kind."""


class Missing:
    """Stands in the loaded files for a secret that is not there, or for a value whose tag nobody knows."""

    def __init__(self, error: InvalidConfig) -> None:
        self.error = error


def drop_missing(raw: NodeDict, problems: list[Problem]) -> None:
    """Take the items with something missing out of the sections, with a problem for each thing."""
    for key, content in list(raw.items()):
        errors = list(missing_in(content))
        if not errors:
            continue
        section = str(key).partition(" ")[0]
        if section in _SETTINGS or isinstance(content, Missing):
            fatal = section in _SETTINGS
            problems.extend(Problem.of(error, fatal=fatal) for error in errors)
            del raw[key]
        elif is_list(section):
            items = content if isinstance(content, NodeList) else _one(content, raw.place_of(key))
            raw.put(key, _kept(items, section, problems), raw.place_of(key))
        else:
            raw.put(key, _kept(content, section, problems), raw.place_of(key))


def _kept(items: Any, section: str, problems: list[Problem]) -> NodeDict | NodeList:
    """The items that have all they ask for."""
    if isinstance(items, NodeDict):
        kept = NodeDict(items.file, items.line)
        for key, item in items.items():
            if not _report(item, f"{section}.{key}", problems):
                kept.put(key, item, items.place_of(key))
        return kept
    rest = NodeList(*items.place)
    for index, item in enumerate(items):
        if section in _OF_ENTITIES and isinstance(item, NodeDict):
            item = _entities(item, section, problems)
        elif _report(item, f"{section} {_name(item, index)}", problems):
            continue
        rest.add(item, items.place_of(index))
    return rest


def _entities(item: NodeDict, section: str, problems: list[Problem]) -> NodeDict:
    """An item of `mqtt:` or `template:` without the entities that ask for a missing secret."""
    kept = NodeDict(item.file, item.line)
    for key, content in item.items():
        if isinstance(content, NodeList) and section != key and any(isinstance(each, NodeDict) for each in content):
            rest = NodeList(*content.place)
            for index, each in enumerate(content):
                if not _report(each, f"{section} {key} {_name(each, index)}", problems):
                    rest.add(each, content.place_of(index))
            kept.put(key, rest, item.place_of(key))
        elif isinstance(content, Missing) and section == "mqtt":  # a setting of the connection
            problems.append(Problem.of(content.error, fatal=True))
        elif not _report(content, f"{section} {key}", problems):
            kept.put(key, content, item.place_of(key))
    return kept


def _report(item: Any, what: str, problems: list[Problem]) -> bool:
    """Whether `item` asks for a missing secret, with a problem for each that it asks for."""
    errors = list(missing_in(item))
    for error in errors:
        message = f"{what} is left out: {error.message}"
        problems.append(Problem(message, error.path, error.line, error.hint, item=True))
    return bool(errors)


def missing_in(node: Any) -> Iterator[InvalidConfig]:
    """The secrets that are missing anywhere in `node`."""
    if isinstance(node, Missing):
        yield node.error
    elif isinstance(node, NodeDict):
        for key, value in node.items():
            yield from missing_in(key)
            yield from missing_in(value)
    elif isinstance(node, NodeList):
        for value in node:
            yield from missing_in(value)


def _name(item: Any, index: int) -> str:
    if isinstance(item, NodeDict):
        for key in ("id", "alias", "name", "unique_id"):
            if (name := item.get(key)) and not isinstance(name, Missing):
                return f"'{name}'"
    return f"number {index + 1}"


def _one(item: Any, place: Place) -> NodeList:
    items = NodeList(*place)
    items.add(item, place)
    return items
