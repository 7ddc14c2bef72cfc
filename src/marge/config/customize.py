"""`homeassistant: customize`, `customize_domain` and `customize_glob`: attributes that a household sets by hand."""

from __future__ import annotations

import re
from typing import Any, Final

from marge.config.nodes import NodeDict, Place
from marge.config.problem import Problem
from marge.util.schema import is_entity_id

KEYS: Final = ("customize", "customize_domain", "customize_glob")


class Customize:
    """The attributes to set on entities, by entity id, domain and pattern."""

    def __init__(self) -> None:
        self.exact: dict[str, dict[str, Any]] = {}
        self.domains: dict[str, dict[str, Any]] = {}
        self.globs: dict[str, dict[str, Any]] = {}
        self._patterns: list[tuple[re.Pattern[str], dict[str, Any]]] = []

    def __bool__(self) -> bool:
        return bool(self.exact or self.domains or self.globs)

    def attributes(self, entity_id: str) -> dict[str, Any]:
        """Return what is set for `entity_id`; the domain's first, then patterns, then its own, later ones winning."""
        found = dict(self.domains.get(entity_id.partition(".")[0], ()))
        for pattern, attributes in self._patterns:
            if pattern.match(entity_id):
                found.update(attributes)
        found.update(self.exact.get(entity_id, ()))
        return found

    def read(self, block: NodeDict, problems: list[Problem]) -> None:
        """Take in the three keys of a `homeassistant:` block, of the main file or of a package."""
        for key, target in zip(KEYS, (self.exact, self.domains, self.globs), strict=True):
            content = block.get(key)
            if content is None or content == {}:
                continue
            if not isinstance(content, NodeDict):
                problems.append(_problem(f"'{key}' must be a mapping", block.place_of(key)))
                continue
            for name, attributes in content.items():
                self._read_one(key, target, content, name, attributes, problems)
        if self.globs:
            from fnmatch import translate

            self._patterns = [(re.compile(translate(glob)), found) for glob, found in self.globs.items()]

    def _read_one(
        self,
        key: str,
        target: dict[str, dict[str, Any]],
        content: NodeDict,
        name: Any,
        attributes: Any,
        problems: list[Problem],
    ) -> None:
        place = content.place_of(name)
        if not isinstance(name, str):
            problems.append(_problem(f"'{name}' in '{key}' must be text", place))
        elif key == "customize" and not is_entity_id(name.lower()):
            problems.append(_problem(f"'{name}' in '{key}' is not an entity id (domain.object_id)", place))
        elif attributes is None:
            return
        elif not isinstance(attributes, NodeDict):
            problems.append(_problem(f"'{name}' in '{key}' must be a mapping of attributes", place))
        else:
            if key == "customize":
                name = name.lower()
            target.setdefault(name, {}).update({str(attribute): value for attribute, value in attributes.items()})


def _problem(message: str, place: Place) -> Problem:
    return Problem(message, place.file, place.line)
