"""Home Assistant's packages: whole sections kept together by topic, merged into the main configuration.

Lists are extended, mappings are merged at every depth, and a value that is set twice is a mistake that names the
package and both places; the value that was there first stays.
"""

from __future__ import annotations

from typing import Any

from marge.config.missing import Missing
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.yaml_sections import KNOWN, is_list
from marge.util.slug import slugify


def merge_packages(config: NodeDict, packages: Any, where: Place, problems: list[Problem]) -> list[NodeDict]:
    """Merge `packages` into `config`; returns the `homeassistant:` blocks of the packages, which may customize."""
    blocks: list[NodeDict] = []
    if packages is None:
        return blocks
    if not isinstance(packages, NodeDict):
        problems.append(_wrong(packages, "'packages' must be a mapping of names to packages", where))
        return blocks
    for name, package in packages.items():
        place = packages.place_of(name)
        if not isinstance(name, str) or slugify(name) != name:
            problems.append(
                _problem(f"package name '{name}' is not valid: use lower-case letters, digits and '_'", place)
            )
        elif package is None:
            continue
        elif not isinstance(package, NodeDict):
            problems.append(_wrong(package, f"package '{name}' must be a mapping of sections", place))
        else:
            blocks.extend(_merge_package(config, name, package, problems))
    return blocks


def _merge_package(config: NodeDict, name: str, package: NodeDict, problems: list[Problem]) -> list[NodeDict]:
    blocks: list[NodeDict] = []
    for section, content in package.items():
        place = package.place_of(section)
        if section == "homeassistant":
            if isinstance(content, NodeDict):
                blocks.append(content)
            continue
        if content is None:
            content = NodeDict(*place)
        domain = str(section).partition(" ")[0]
        as_list = is_list(domain) if domain in KNOWN else isinstance(content, NodeList)
        present = config.get(section)
        if as_list or isinstance(present, NodeList):
            config.put(section, joined(present, config.place_of(section), content, place), place)
        elif not isinstance(content, NodeDict):
            problems.append(_wrong(content, f"package '{name}': '{section}' must be a mapping", place))
        elif present is None or present == {}:
            config.put(section, _copy(content), place)
        elif not isinstance(present, NodeDict):
            problems.append(
                _problem(f"package '{name}': '{section}' is not a mapping at {_at(config.place_of(section))}", place)
            )
        else:
            merge_dict(present, content, f"package '{name}'", section, problems)
    return blocks


def merge_dict(into: NodeDict, addition: NodeDict, who: str, path: str, problems: list[Problem]) -> None:
    """Merge `addition` into `into` at every depth; `who` and `path` name the place in problems."""
    for key, value in addition.items():
        place = addition.place_of(key)
        present = into.get(key)
        if isinstance(value, NodeList) or (isinstance(present, NodeList) and value is not None):
            into.put(key, joined(present, into.place_of(key), value, place), place)
        elif isinstance(value, NodeDict) and isinstance(present, NodeDict):
            merge_dict(present, value, who, f"{path}: {key}", problems)
        elif present is None:
            if key not in into or value is not None:
                into.put(key, _copy(value), place)
        elif isinstance(value, NodeDict) and not value:
            continue
        else:
            problems.append(_problem(f"{who}: '{key}' in '{path}' is already set at {_at(into.place_of(key))}", place))


def joined(first: Any, first_place: Place, second: Any, second_place: Place) -> NodeList:
    """Return one list of two parts that are each a list, a single item, or empty."""
    whole = NodeList(*first_place)
    for part, place in ((first, first_place), (second, second_place)):
        if isinstance(part, NodeList):
            for index, item in enumerate(part):
                if item:
                    whole.add(item, part.place_of(index))
        elif part:
            whole.add(part, place)
    return whole


def _copy(node: Any) -> Any:
    """A copy of the mappings, so that merging into one does not change another that shares it by an alias."""
    if not isinstance(node, NodeDict):
        return node
    copy = NodeDict(node.file, node.line)
    for key, value in node.items():
        copy.put(key, _copy(value), node.place_of(key))
    return copy


def _at(place: Place) -> str:
    return f"{place.file}:{place.line}"


def _wrong(content: Any, message: str, place: Place) -> Problem:
    """`message`, or why `content` is not there."""
    return Problem.of(content.error) if isinstance(content, Missing) else _problem(message, place)


def _problem(message: str, place: Place) -> Problem:
    return Problem(message, place.file, place.line)
