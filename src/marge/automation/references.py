"""Entities and devices in scenes, scripts and automations that there are not: for `marge check-config`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from marge.config import NodeDict, NodeList, Problem, find_place
from marge.util.schema import is_entity_id
from marge.util.suggest import nearest

Path = tuple[str | int, ...]

_ID = re.compile(r"[0-9a-f]{32}")
"""How the registries name their entries."""


def unknown_in_scenes(scenes: Any, known: Collection[str]) -> Iterator[Problem]:
    """A mistake for each entity of a scene that is not `known`: the scene would do nothing about it."""
    for index, scene in enumerate(scenes if isinstance(scenes, NodeList) else ()):
        entities = scene.get("entities") if isinstance(scene, Mapping) else None
        for entity_id in entities if isinstance(entities, NodeDict) else ():
            if isinstance(entity_id, str) and is_entity_id(entity_id) and entity_id not in known:
                place = find_place(scene, ("entities", entity_id), scenes.place_of(index))
                yield _unknown(entity_id, known, place.file, place.line)


def unknown_in(items: Any, known: Collection[str], devices: Collection[str]) -> Iterator[Problem]:
    """A warning for each `entity_id:` in automations or scripts that is not `known`, each `device_id:` of no device.

    `known` are entity ids and ids of the entity registry. Templates are passed over.
    """
    if not isinstance(items, (NodeList, NodeDict)):
        return
    for key in items if isinstance(items, NodeDict) else range(len(items)):
        item = items[key]
        for path, name, value in _named(item, ()):
            if value not in (known if name == "entity_id" else devices):
                place = find_place(item, path, items.place_of(key))
                problem = _unknown(value, known, place.file, place.line, name)
                yield Problem(problem.message, problem.path, problem.line, problem.hint, severity="warning")


def _unknown(value: str, known: Collection[str], file: str, line: int, name: str = "entity_id") -> Problem:
    if name == "device_id":
        return Problem(f'device_id "{value}" does not match any known device', file, line)
    same_domain = [each for each in known if each.partition(".")[0] == value.partition(".")[0]]
    hint = nearest(value, same_domain) if "." in value else None
    return Problem(f'entity_id "{value}" does not match any known entity', file, line, hint)


def _named(value: Any, path: Path) -> Iterator[tuple[Path, str, str]]:
    """Every id of an entity or device, also of the registry, with its place and the key that it stands under."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key in ("entity_id", "device_id"):
                for where, found in _listed(each, (*path, key)):
                    if _ID.fullmatch(found) or (key == "entity_id" and is_entity_id(found)):
                        yield where, key, found
            else:
                yield from _named(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _named(each, (*path, place))


def _listed(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        for part in value.split(","):
            yield path, part.strip()
    elif isinstance(value, list):
        for place, each in enumerate(value):
            if isinstance(each, str):
                yield (*path, place), each
