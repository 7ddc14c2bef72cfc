"""What an item that is made from a blueprint looks like to the rest of the hub: a mapping like any other.

It also knows what it was made of. How it is made is in `fill`, which is loaded with the first blueprint.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from marge.config.nodes import NodeDict, Place
from marge.core.errors import InvalidConfig
from marge.util.schema import Path


class Origin(NamedTuple):
    """A gap that was filled: the input's name and where the blueprint uses it."""

    name: str
    place: Place


class Instance(NodeDict):
    """The configuration that a blueprint and its inputs make.

    `blueprint` is the blueprint's path, `given` the item as its file has it, `origins` what was filled in where.
    """

    __slots__ = ("blueprint", "given", "origins")

    def __init__(self, place: Place, blueprint: str, given: dict[str, Any]) -> None:
        super().__init__(*place)
        self.blueprint = blueprint
        self.given = given
        self.origins: dict[Path, Origin] = {}

    def about(self, path: Path) -> str:
        """For the end of a sentence about the value at `path`: which input it comes from; empty for none."""
        for length in range(len(path), 0, -1):
            if (origin := self.origins.get(path[:length])) is not None:
                return (
                    f" (it is the input '{origin.name}' of the blueprint {self.blueprint},"
                    f" used at {origin.place.file}:{origin.place.line})"
                )
        return ""


class FailedInstance(NodeDict):
    """An item whose blueprint cannot be used, as its file has it; `mistake` says why."""

    __slots__ = ("mistake",)

    def __init__(self, item: NodeDict, mistake: InvalidConfig) -> None:
        super().__init__(item.file, item.line)
        self.update(item)
        self.marks = item.marks
        self.mistake = mistake


def blueprint_of(item: Any) -> str | None:
    """The path of the blueprint that `item` is made from, None when it is made by hand or failed."""
    return item.blueprint if isinstance(item, Instance) else None


def inputs_of(item: Any) -> dict[str, Any] | None:
    """What the file has of an item made from a blueprint: `use_blueprint` and what stands beside it."""
    return item.given if isinstance(item, Instance) else None


def mistake_of(item: Any) -> InvalidConfig | None:
    """Why the blueprint of `item` cannot be used, None when it can or there is none."""
    return item.mistake if isinstance(item, FailedInstance) else None


def identity(item: Any) -> tuple[Any, ...]:
    """What has to be the same for an item to be unchanged: what it makes, its inputs, and why it cannot be made."""
    mistake = mistake_of(item)
    return item, inputs_of(item), None if mistake is None else str(mistake)


def about(item: Any, path: Path) -> str:
    """See `Instance.about`; empty for an item without a blueprint."""
    return item.about(path) if isinstance(item, Instance) else ""


def key_place(item: Any, path: Path) -> Place | None:
    """Where the blueprint has the key at `path` whose value an input gives; None for any other key."""
    origin = item.origins.get(path) if isinstance(item, Instance) else None
    return None if origin is None else origin.place
