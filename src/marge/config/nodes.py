"""Configuration as plain dicts and lists that also know the file and line of every key and item."""

from __future__ import annotations

from typing import Any, NamedTuple

from msgspec import Struct


class Place(NamedTuple):
    """A line of a file; `file` is relative to the configuration directory, lines count from 1."""

    file: str
    line: int


class Input(Struct, frozen=True):
    """`!input name`: the value that a blueprint's user will choose."""

    name: str


class NodeDict(dict[Any, Any]):
    """A mapping from a file. `marks` has a line per key, or a Place where the key came from another file."""

    __slots__ = ("file", "line", "marks")

    def __init__(self, file: str = "", line: int = 1) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.marks: dict[Any, int | Place] = {}

    @property
    def place(self) -> Place:
        """Where the mapping begins."""
        return Place(self.file, self.line)

    def put(self, key: Any, value: Any, where: int | Place) -> None:
        """Set `key` and remember where it was written."""
        self[key] = value
        self.marks[key] = where

    def place_of(self, key: Any) -> Place:
        """Where `key` is written; where the mapping begins if it is not."""
        where = self.marks.get(key, self.line)
        return where if isinstance(where, Place) else Place(self.file, where)


class NodeList(list[Any]):
    """A sequence from a file (or of several, when packages were merged); `marks` as in NodeDict, one per item."""

    __slots__ = ("file", "line", "marks")

    def __init__(self, file: str = "", line: int = 1) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.marks: list[int | Place] = []

    @property
    def place(self) -> Place:
        """Where the sequence begins."""
        return Place(self.file, self.line)

    def add(self, value: Any, where: int | Place) -> None:
        """Append `value` and remember where it was written."""
        self.append(value)
        self.marks.append(where)

    def place_of(self, index: int) -> Place:
        """Where item `index` is written; where the sequence begins if there is no such item."""
        if not 0 <= index < len(self.marks):
            return self.place
        item = self[index] if index < len(self) else None
        if isinstance(item, (NodeDict, NodeList)):
            return item.place
        where = self.marks[index]
        return where if isinstance(where, Place) else Place(self.file, where)


def place_of(node: Any, default: Place) -> Place:
    """Where `node` begins if it knows, otherwise `default`."""
    return node.place if isinstance(node, (NodeDict, NodeList)) else default
