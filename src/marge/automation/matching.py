"""Which items of a new configuration are there already, unchanged."""

from __future__ import annotations

from typing import Any

from marge.config import NodeDict, NodeList


def match(present: list[tuple[str, Any]], wanted: list[tuple[str, Any]]) -> tuple[set[int], list[int]]:
    """Pair what is there with what is wanted, by name and content, each at most once.

    Returns the places in `present` of what stays, and the places in `wanted` of what is new, in order.
    """
    kept: set[int] = set()
    new: list[int] = []
    by_name: dict[str, list[int]] = {}
    for place, (name, _) in enumerate(present):
        by_name.setdefault(name, []).append(place)
    for place, (name, content) in enumerate(wanted):
        same = next((each for each in by_name.get(name, ()) if each not in kept and present[each][1] == content), None)
        if same is None:
            new.append(place)
        else:
            kept.add(same)
    return kept, new


def files_of(items: NodeList | NodeDict) -> set[str]:
    """The files that the items of a section are written in."""
    keys: list[Any] = list(range(len(items))) if isinstance(items, NodeList) else list(items)
    return {items.place_of(key).file for key in keys}
