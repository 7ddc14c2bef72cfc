"""What the `blueprint:` block of a file may say, and what the frontend is told of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, Struct, UnsetType

from marge.config.blueprints.selectors import read_selector
from marge.config.blueprints.words import Url
from marge.util.schema import Invalid, Path, convert, word

_SECTION_ONLY: Final = frozenset({"collapsed", "icon", "input"})
"""Keys that a section of inputs has and an input has not."""


def _version(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("Version needs to be a string")
    parts = value.split(".")
    if len(parts) != 3:
        raise ValueError("Version needs to be formatted as {major}.{minor}.{patch}")
    if not all(part.isdecimal() for part in parts):
        raise ValueError("Major, minor and patch version needs to be an integer")
    return value


if TYPE_CHECKING:
    Version = str
else:
    Version = word("Version", _version)


class _Block(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    pass


class Requirements(_Block, frozen=True):
    """What the blueprint needs."""

    min_version: Version | UnsetType = UNSET


class Metadata(_Block, frozen=True):
    """The `blueprint:` block."""

    name: str
    domain: str
    description: str | UnsetType = UNSET
    source_url: Url | UnsetType = UNSET
    author: str | UnsetType = UNSET
    homeassistant: Requirements | UnsetType = UNSET
    input: dict[str, Any] = {}


class Input(_Block, frozen=True):
    """A gap."""

    name: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    default: Any = UNSET
    selector: Any = UNSET


class Section(_Block, frozen=True):
    """Inputs that are shown together."""

    name: str | UnsetType = UNSET
    icon: str | UnsetType = UNSET
    description: str | UnsetType = UNSET
    collapsed: bool | UnsetType = UNSET
    input: dict[str, Any] = {}


class Gap(Struct, frozen=True):
    """An input of a blueprint, with the path to it from the root of the file."""

    name: str
    path: Path
    default: Any = UNSET


def read_metadata(block: Any) -> dict[str, Any]:
    """The block with the defaults of selectors filled in; raises Invalid, its path beginning at the file's root."""
    if not isinstance(block, Mapping):
        raise Invalid("expected a mapping with the name and the domain of the blueprint", ("blueprint",))
    try:
        metadata = _plain(convert(block, Metadata))
        metadata["input"] = {
            name: _section(each, ("input", name)) if is_section(each) else _input(each, ("input", name))
            for name, each in metadata["input"].items()
        }
        seen: set[str] = set()
        for gap in gaps(metadata):
            if gap.name in seen:
                raise Invalid(f"Duplicate use of input key {gap.name} in blueprint.", gap.path[1:])
            seen.add(gap.name)
    except Invalid as error:
        raise Invalid(error.message, ("blueprint", *error.path), error.hint) from None
    return metadata


def is_section(value: Any) -> bool:
    """Whether an entry of `input:` is a section with inputs of its own."""
    return isinstance(value, Mapping) and not _SECTION_ONLY.isdisjoint(value)


def gaps(metadata: Mapping[str, Any]) -> Iterator[Gap]:
    """All inputs, those of the sections too, in their order."""
    for name, value in metadata["input"].items():
        path: Path = ("blueprint", "input", name)
        if is_section(value):
            for inner, each in value["input"].items():
                yield Gap(inner, (*path, "input", inner), _default(each))
        else:
            yield Gap(name, path, _default(value))


def _default(value: Any) -> Any:
    return value.get("default", UNSET) if isinstance(value, Mapping) else UNSET


def _plain(block: _Block) -> dict[str, Any]:
    values = {name: getattr(block, name) for name in block.__struct_fields__}
    return {
        name: msgspec.to_builtins(value) if isinstance(value, Struct) else value
        for name, value in values.items()
        if value is not UNSET
    }


def _section(value: Any, path: Path) -> dict[str, Any]:
    try:
        section = _plain(convert(value, Section))
        section["input"] = {name: _input(each, ("input", name)) for name, each in section["input"].items()}
    except Invalid as error:
        raise Invalid(error.message, (*path, *error.path), error.hint) from None
    return section


def _input(value: Any, path: Path) -> dict[str, Any] | None:
    if value is None:
        return None
    try:
        if not isinstance(value, Mapping):
            raise Invalid(f"expected a mapping, got {type(value).__name__}")
        given = _plain(convert(value, Input))
        if "selector" in given:
            try:
                given["selector"] = read_selector(given["selector"])
            except Invalid as error:
                raise Invalid(error.message, ("selector", *error.path), error.hint) from None
    except Invalid as error:
        raise Invalid(error.message, (*path, *error.path), error.hint) from None
    return given
