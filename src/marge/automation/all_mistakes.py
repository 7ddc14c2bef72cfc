"""Every mistake of an automation, script or scene, from readers that stop at the first.

What is wrong is put right in a copy, as its message suggests, or taken out of it, and the copy is read again. So a
mistake costs what it names alone, and all others are told with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from marge.config.locate import UNKNOWN_KEY
from marge.util.schema import Invalid

MAX_MISTAKES: Final = 50
"""What is told of one item; nobody reads more."""

_MAX_READINGS: Final = 200
_KINDS: Final = ("invalid trigger type", "invalid condition type")
# An action that has lost the key which says what it is.
_NAMELESS: Final = ("no action is known", "unknown action")
# Keys that mean the same, by the name that the readers use for it.
_SPELLINGS: Final = {
    "trigger": "triggers",
    "condition": "conditions",
    "action": "actions",
    "platform": "trigger",
    "service": "action",
}

_Path = tuple[str | int, ...]


def all_mistakes(item: Any, read: Callable[[Any], object]) -> list[Invalid]:
    """What `read` finds wrong with `item`, mistake by mistake, each with its path in the words of the file."""
    try:
        read(item)
    except Invalid as first:
        found = [first]
    else:
        return []
    copy = _Copy(item)
    error = found[0]
    for _ in range(_MAX_READINGS):
        if len(found) == MAX_MISTAKES or not copy.mend(error):
            break
        try:
            read(copy.root)
        except Invalid as next_error:
            error = next_error
        else:
            break
        if not copy.is_made_here(error):
            found.append(Invalid(error.message, copy.path_as_written(error.path), error.hint))
    return found


class _Copy:
    """An item to put right, which remembers what its keys and places were."""

    def __init__(self, item: Any) -> None:
        self._written: dict[int, list[int] | dict[Any, Any]] = {}
        self._touched: set[tuple[int, Any]] = set()
        """Keys that were taken out, put right or added, by the mapping that they are in."""
        self._lessened: set[int] = set()
        """The mappings that something was taken out of."""
        self.root = self._copy(item)

    def _copy(self, value: Any) -> Any:
        copy: Any
        if isinstance(value, Mapping):
            copy = {key: self._copy(each) for key, each in value.items()}
            self._written[id(copy)] = {}
        elif isinstance(value, list):
            copy = [self._copy(each) for each in value]
            self._written[id(copy)] = list(range(len(copy)))
        else:
            return value
        return copy

    def path_as_written(self, path: _Path) -> _Path:
        """`path` with the keys and places that the file has."""
        written: list[str | int] = []
        for node, step in self._walk(path):
            names = self._written.get(id(node))
            if isinstance(names, dict):
                step = names.get(step, step)
            elif names is not None and isinstance(step, int) and 0 <= step < len(names):
                step = names[step]
            written.append(step)
        return tuple(written)

    def is_made_here(self, error: Invalid) -> bool:
        """Whether `error` is about what was put right, or taken out, for an error before it."""
        *_, (node, step) = self._walk(error.path) or [(None, None)]
        if (id(node), _SPELLINGS.get(step, step)) in self._touched or (id(node), step) in self._touched:
            return True
        whole = node if error.message.startswith(_NAMELESS) and step in (node or ()) else self._at(error.path)
        return id(whole) in self._lessened

    def mend(self, error: Invalid) -> bool:
        """Put right what `error` complains of, or take it out; False when that cannot be done."""
        steps = self._walk(error.path)
        if not steps:
            return False
        node, step = steps[-1]
        if error.message.startswith(_NAMELESS[0]) and isinstance(node, dict) and len(steps) > 1:
            return self._take_out(steps[:-1])
        if isinstance(node, dict) and not self.is_made_here(error):
            if step in node and error.hint is not None and self._put_right(node, step, error):
                return True
            if step not in node and len(steps) == 1:
                self._touched.add((id(node), step))
                node[step] = []
                return True
        return self._take_out(steps)

    def _put_right(self, node: dict[Any, Any], step: Any, error: Invalid) -> bool:
        hint = error.hint
        if error.message.startswith(_KINDS):
            node[step] = hint
            return True
        assert hint is not None
        if hint in node or (error.message != UNKNOWN_KEY and not error.message.startswith("unknown action")):
            return False
        self._touched.add((id(node), hint))
        self._touched.add((id(node), _SPELLINGS.get(hint, hint)))
        names = self._written[id(node)]
        assert isinstance(names, dict)
        names[hint] = step
        node[hint] = node.pop(step)
        return True

    def _take_out(self, steps: list[tuple[Any, Any]]) -> bool:
        """Take the end of a path out, or what it would be in when it is not there."""
        for node, step in reversed(steps):
            names = self._written.get(id(node))
            if isinstance(node, list) and isinstance(names, list) and isinstance(step, int) and 0 <= step < len(node):
                del node[step], names[step]
                return True
            if isinstance(node, dict) and step in node:
                del node[step]
                self._lessened.add(id(node))
                self._touched.add((id(node), _SPELLINGS.get(step, step)))
                return True
        return False

    def _at(self, path: _Path) -> Any:
        """What `path` leads to; None when it is not there."""
        return self._walk((*path, ""))[-1][0]

    def _walk(self, path: _Path) -> list[tuple[Any, Any]]:
        """The steps of `path`, each with what it is taken in; None behind what is not there."""
        steps: list[tuple[Any, Any]] = []
        node = self.root
        for step in path:
            steps.append((node, step))
            try:
                node = node[step]
            except (KeyError, IndexError, TypeError):
                node = None
        return steps
