"""What a schema has at a place inside it: the names of keys, the values that may stand there. Only mistakes ask."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import msgspec

Step = str | None
"""The name of a field, or None for an item of a list or of a mapping."""


def keys_at(kind: Any, steps: Iterable[Step]) -> list[str]:
    """The keys of the mapping that `steps` lead to in `kind`."""
    return [key for each in _at(kind, steps) if _is_struct(each) for key in each.__struct_encode_fields__]


def values_at(kind: Any, steps: Iterable[Step]) -> list[Any]:
    """The values that may stand where `steps` lead to in `kind`; empty when they are not counted out."""
    values: list[Any] = []
    for each in _at(kind, steps):
        if get_origin(each) is Literal:
            values.extend(get_args(each))
        elif isinstance(each, type) and issubclass(each, Enum):
            values.extend(member.value for member in each)
    return values


def _at(kind: Any, steps: Iterable[Step]) -> list[Any]:
    kinds = list(_alternatives(kind))
    for step in steps:
        kinds = [inner for each in kinds for below in _below(each, step) for inner in _alternatives(below)]
    return kinds


def _alternatives(kind: Any) -> Iterator[Any]:
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _alternatives(get_args(kind)[0])
    elif origin in (Union, types.UnionType):
        for each in get_args(kind):
            yield from _alternatives(each)
    else:
        yield kind


def _below(kind: Any, step: Step) -> Iterator[Any]:
    if step is None:
        inner = [each for each in get_args(kind) if each is not Ellipsis]
        if inner and get_origin(kind) is not Literal:
            yield inner[-1]
    elif _is_struct(kind):
        for field in msgspec.structs.fields(kind):
            if field.encode_name == step:
                yield field.type


def _is_struct(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)
