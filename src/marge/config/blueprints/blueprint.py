"""One blueprint: its metadata, and a configuration with gaps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple

from msgspec import UNSET

from marge.config.blueprints.errors import InvalidBlueprint, invalid_blueprint
from marge.config.blueprints.metadata import Gap, gaps, read_metadata
from marge.config.locate import find_place
from marge.config.nodes import Input, NodeDict, Place
from marge.util.schema import Invalid, Path

_PLURALS = {"trigger": "triggers", "condition": "conditions", "action": "actions"}


class Filled(NamedTuple):
    """The value of an input, and where it is written."""

    value: Any
    place: Place


class Blueprint:
    """A blueprint. `path` is relative to the folder of its domain, `file` to the configuration directory."""

    def __init__(self, domain: str, path: str, file: str, node: NodeDict, metadata: dict[str, Any]) -> None:
        self.domain = domain
        self.path = path
        self.file = file
        self.node = node
        self.metadata = metadata

    @property
    def name(self) -> str:
        """What it is called."""
        return str(self.metadata["name"])

    @cached_property
    def gaps(self) -> dict[str, Gap]:
        """Its inputs by name, without the sections that group them."""
        return {gap.name: gap for gap in gaps(self.metadata)}

    @property
    def min_version(self) -> str | None:
        """The release of Home Assistant that it needs at least."""
        version = self.metadata.get("homeassistant", {}).get("min_version")
        return None if version is None else str(version)

    def place_of(self, gap: Gap) -> Place:
        """Where an input is described."""
        return find_place(self.node, gap.path)

    @cached_property
    def defaults(self) -> dict[str, Filled]:
        """The values of the inputs that have one without their user's help."""
        return {
            gap.name: Filled(gap.default, find_place(self.node, (*gap.path, "default")))
            for gap in self.gaps.values()
            if gap.default is not UNSET
        }

    @cached_property
    def size(self) -> int:
        """How many values it has without what fills its gaps."""
        return _size({key: value for key, value in self.node.items() if key != "blueprint"})


def read_blueprint(content: Any, path: str, file: str, domain: str | None = None) -> Blueprint:
    """The blueprint in what a file holds; raises InvalidBlueprint, also for one of another domain than `domain`."""
    node = NodeDict(file) if content is None else content
    if not isinstance(node, NodeDict):
        raise InvalidBlueprint("Invalid blueprint: expected a mapping with the key 'blueprint'", Place(file, 1))
    try:
        if "blueprint" not in node:
            raise Invalid("required key not provided", ("blueprint",))
        metadata = read_metadata(node["blueprint"])
        if domain == "automation":
            node = in_plural(node)
        for where, _ in inputs_in(node["blueprint"], ("blueprint",)):
            raise Invalid("'!input' cannot be used in the description of the blueprint itself", where)
    except Invalid as error:
        raise invalid_blueprint(error, content, file) from None
    if domain is not None and metadata["domain"] != domain:
        said = f"Invalid blueprint: Found incorrect blueprint type {metadata['domain']}, expected {domain}"
        remedy = f"it belongs in blueprints/{metadata['domain']}/"
        raise InvalidBlueprint(said, find_place(node, ("blueprint", "domain")), remedy=remedy)
    blueprint = Blueprint(metadata["domain"], path, file, node, metadata)
    _all_defined(blueprint)
    return blueprint


def _size(value: Any) -> int:
    if isinstance(value, Mapping):
        return 1 + sum(_size(each) for each in value.values())
    return 1 + sum(_size(each) for each in value) if isinstance(value, list) else 1


def _all_defined(blueprint: Blueprint) -> None:
    known = blueprint.gaps
    used = [(where, each.name) for where, each in inputs_in(blueprint.node, ()) if each.name not in known]
    if not used:
        return
    from marge.util.suggest import nearest

    names = list(dict.fromkeys(name for _, name in used))
    raise InvalidBlueprint(
        f"Invalid blueprint: Missing input definition for {', '.join(names)}",
        find_place(blueprint.node, used[0][0]),
        remedy="each '!input' has to be described under 'blueprint: input:'",
        hint=nearest(names[0], known),
    )


def inputs_in(value: Any, path: Path) -> Iterator[tuple[Path, Input]]:
    """Every gap inside `value`, with the path to it."""
    if isinstance(value, Input):
        yield path, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from inputs_in(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from inputs_in(each, (*path, place))


def in_plural(node: NodeDict) -> NodeDict:
    """An automation with `triggers`, `conditions`, `actions`; raises Invalid when it has one in both forms."""
    if not any(key in node for key in _PLURALS):
        return node
    spelled = NodeDict(node.file, node.line)
    for key, value in node.items():
        plural = _PLURALS.get(key, key)
        if plural != key and plural in node:
            raise Invalid(f"cannot specify both '{key}' and '{plural}'", (key,))
        spelled.put(plural, value, node.marks.get(key, node.line))
    return spelled
