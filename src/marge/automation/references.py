"""Entity ids in scenes, scripts and automations that no entity has: for `marge check-config`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from marge.config import NodeDict, NodeList, Problem, find_place
from marge.util.schema import is_entity_id
from marge.util.suggest import nearest

Path = tuple[str | int, ...]


def unknown_in_scenes(scenes: Any, known: Collection[str]) -> Iterator[Problem]:
    """A mistake for each entity of a scene that is not `known`: the scene would do nothing about it."""
    for index, scene in enumerate(scenes if isinstance(scenes, NodeList) else ()):
        entities = scene.get("entities") if isinstance(scene, Mapping) else None
        for entity_id in entities if isinstance(entities, NodeDict) else ():
            if isinstance(entity_id, str) and is_entity_id(entity_id) and entity_id not in known:
                place = find_place(scene, ("entities", entity_id), scenes.place_of(index))
                yield _unknown(entity_id, known, place.file, place.line)


def unknown_in(items: Any, known: Collection[str]) -> Iterator[Problem]:
    """A warning for each `entity_id:` in automations or scripts that is not `known`; templates are passed over."""
    if not isinstance(items, (NodeList, NodeDict)):
        return
    for key in items if isinstance(items, NodeDict) else range(len(items)):
        item = items[key]
        for path, entity_id in _entity_ids(item, ()):
            if entity_id not in known:
                place = find_place(item, path, items.place_of(key))
                problem = _unknown(entity_id, known, place.file, place.line)
                yield Problem(problem.message, problem.path, problem.line, problem.hint, severity="warning")


def _unknown(entity_id: str, known: Collection[str], file: str, line: int) -> Problem:
    same_domain = [each for each in known if each.partition(".")[0] == entity_id.partition(".")[0]]
    message = f'entity_id "{entity_id}" does not match any known entity'
    return Problem(message, file, line, nearest(entity_id, same_domain))


def _entity_ids(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if key == "entity_id":
                yield from _listed(each, (*path, key))
            else:
                yield from _entity_ids(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from _entity_ids(each, (*path, place))


def _listed(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        for part in value.split(","):
            if is_entity_id(part.strip()):
                yield path, part.strip()
    elif isinstance(value, list):
        for place, each in enumerate(value):
            if isinstance(each, str) and is_entity_id(each):
                yield (*path, place), each
