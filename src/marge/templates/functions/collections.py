"""Lists, sets, mappings and choices."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from marge.templates.bounds import check_items
from marge.templates.functions.base import FILTER, GLOBAL, NO_DEFAULT, TEST, Export, Scope
from marge.templates.functions.version import Version


def iif(value: Any, if_true: Any = True, if_false: Any = False, if_none: Any = NO_DEFAULT) -> Any:
    """One of two values, or a third for none."""
    if value is None and if_none is not NO_DEFAULT:
        return if_none
    return if_true if bool(value) else if_false


def contains(value: Any, item: Any) -> bool:
    """Whether `item` is in `value`."""
    return item in value


def to_set(value: Iterable[Any]) -> set[Any]:
    """A set of the items."""
    return set(value)


def to_tuple(value: Iterable[Any]) -> tuple[Any, ...]:
    """A tuple of the items."""
    return tuple(value)


def typeof(value: Any) -> str:
    """The name of the value's Python type."""
    return type(value).__name__


def flatten(value: Any, levels: int | None = None) -> list[Any]:
    """The items of lists within lists, `levels` deep or all."""
    _require_list("flatten", value)
    found: list[Any] = []
    for item in value:
        if isinstance(item, Iterable) and not isinstance(item, str) and (levels is None or levels >= 1):
            found.extend(flatten(item, None if levels is None else levels - 1))
        else:
            found.append(item)
        check_items(len(found))
    return found


def intersect(value: Any, other: Any) -> list[Any]:
    """What is in both, once each."""
    _require_list("intersect", value, other)
    return list(set(value) & set(other))


def difference(value: Any, other: Any) -> list[Any]:
    """What is in the first and not in the second, once each."""
    _require_list("difference", value, other)
    return list(set(value) - set(other))


def union(value: Any, other: Any) -> list[Any]:
    """What is in either, once each."""
    _require_list("union", value, other)
    return list(set(value) | set(other))


def symmetric_difference(value: Any, other: Any) -> list[Any]:
    """What is in one of the two only, once each."""
    _require_list("symmetric_difference", value, other)
    return list(set(value) ^ set(other))


def _require_list(name: str, *values: Any) -> None:
    for value in values:
        if not isinstance(value, Iterable) or isinstance(value, str):
            raise TypeError(f"{name} expected a list, got {type(value).__name__}")


def combine(*args: Any, recursive: bool = False) -> dict[Any, Any]:
    """One mapping of several; later ones win, key by key also inside mappings when `recursive`."""
    if not args:
        raise TypeError("combine expected at least 1 argument, got 0")
    result: dict[Any, Any] = {}
    for each in args:
        if not isinstance(each, dict):
            raise TypeError(f"combine expected a dict, got {type(each).__name__}")
        for key, value in each.items():
            old = result.get(key)
            if recursive and isinstance(old, dict) and isinstance(value, dict):
                value = combine(old, value, recursive=True)
            result[key] = value
    return result


def merge_response(value: Any) -> list[Any]:
    """One list of an action's response for several entities, each item with its entity_id.

    Items of a single list per entity (calendar events, forecasts) also get the list's key as `value_key`.
    Raises TypeError for what is no response, ValueError when an item already has an entity_id.
    """
    if not isinstance(value, dict):
        raise TypeError("Response is not a dictionary")
    merged: list[Any] = []
    single = False
    for entity_id, response in deepcopy(value).items():
        if not isinstance(response, dict):
            raise TypeError("Response is not a dictionary")
        if len(response) == 1:
            key, items = next(iter(response.items()))
            if isinstance(items, list):
                single = True
                for item in items:
                    if isinstance(item, dict):
                        _claim(item, entity_id)
                        item["value_key"] = key
                merged.extend(items)
        if not single:
            _claim(response, entity_id)
            merged.append(response)
    return merged


def _claim(item: dict[Any, Any], entity_id: Any) -> None:
    if "entity_id" in item:
        raise ValueError("Response dictionary already contains key 'entity_id'")
    item["entity_id"] = entity_id


def shuffle(scope: Scope, *args: Any, seed: Any = None) -> list[Any]:
    """The items in a random order, the same for the same `seed`."""
    import random

    if not args:
        raise TypeError("shuffle expected at least 1 argument, got 0")
    if isinstance(args[0], Iterable):
        items = list(args[0])
        if len(args) > 1 and seed is None:
            seed = args[1]
    elif len(args) == 1:
        raise TypeError(f"'{type(args[0]).__name__}' object is not iterable")
    else:
        items = list(args)
    source = random.Random(seed) if seed else scope.random  # noqa: S311  dice, not secrets
    source.shuffle(items)
    return items


def choose(scope: Scope, values: Any) -> Any:
    """One of the items, at random in every render."""
    return scope.random.choice(values)


def is_defined(value: Any) -> Any:
    """The value; an error when it is undefined."""
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        value()
    return value


def is_list(value: Any) -> bool:
    """Whether a value is a list."""
    return isinstance(value, list)


def is_set(value: Any) -> bool:
    """Whether a value is a set."""
    return isinstance(value, set)


def is_tuple(value: Any) -> bool:
    """Whether a value is a tuple."""
    return isinstance(value, tuple)


EXPORTS = (
    Export("iif", iif),
    Export("contains", contains, FILTER + TEST),
    Export("set", to_set, GLOBAL),
    Export("tuple", to_tuple, GLOBAL),
    Export("zip", zip, GLOBAL),
    Export("typeof", typeof),
    Export("version", Version),
    Export("flatten", flatten),
    Export("intersect", intersect),
    Export("difference", difference),
    Export("union", union),
    Export("symmetric_difference", symmetric_difference),
    Export("combine", combine),
    Export("merge_response", merge_response, GLOBAL),
    Export("shuffle", shuffle, bound=True),
    Export("random", choose, FILTER, bound=True),
    Export("is_defined", is_defined, FILTER),
    Export("list", is_list, TEST),
    Export("set", is_set, TEST),
    Export("tuple", is_tuple, TEST),
)
