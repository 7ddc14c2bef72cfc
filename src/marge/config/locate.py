"""From a refused value to its file and line: `unknown key 'platfrom' at configuration.yaml:47, did you mean …`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from marge.config.nodes import NodeDict, NodeList, Place, place_of
from marge.core.errors import InvalidConfig
from marge.util.schema import Invalid
from marge.util.suggest import nearest

_NOWHERE = Place("", 0)
UNKNOWN_KEY = "extra keys not allowed"
"""What the schema says of a key that it does not know."""
_MISSING = "required key not provided"


def find_place(node: Any, path: Iterable[str | int], default: Place = _NOWHERE) -> Place:
    """Return where `path` inside `node` is written, or the nearest thing around it that has a place."""
    place = place_of(node, default)
    for step in path:
        if isinstance(node, NodeDict):
            if step not in node:
                return place
            place = node.place_of(step)
            node = node[step]
        elif isinstance(node, NodeList):
            if not isinstance(step, int) or not 0 <= step < len(node):
                return place
            place = node.place_of(step)
            node = node[step]
        else:
            return place
    return place


def locate(
    invalid: Invalid, node: Any, *, prefix: tuple[str | int, ...] = (), known: Iterable[str] = ()
) -> InvalidConfig:
    """Return `invalid` as an InvalidConfig with file and line.

    `node` is what was loaded, `prefix` leads from it to what was checked, `known` are names to suggest when the
    schema suggested none.
    """
    path = (*prefix, *invalid.path)
    place = find_place(node, path)
    last = path[-1] if path else None
    message, hint = invalid.message, invalid.hint
    if message == UNKNOWN_KEY:
        message = f"unknown key '{last}'"
        hint = hint or nearest(last, known)
    elif message == _MISSING:
        message = f"key '{last}' is missing"
    elif (key := next((step for step in reversed(path) if isinstance(step, str)), None)) is not None:
        message = f"'{key}': {message}"
    return InvalidConfig(message, place.file, place.line or None, hint)
