"""Home Assistant's YAML tags: !include and its directory forms, !secret, !env_var, !input."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from marge.config.missing import Missing
from marge.config.nodes import Input, NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.secret_store import SECRETS_FILE
from marge.config.yaml_build import Source
from marge.config.yaml_loader import YamlLoader, absolute, exists
from marge.core.errors import InvalidConfig
from marge.util.suggest import nearest


def _inside(source: Source, name: str) -> Path:
    return absolute(source.directory / name)


def _load(loader: YamlLoader, source: Source, path: Path, place: Place, depth: int) -> Any:
    try:
        if not exists(path):
            near = nearest(
                path.name, (entry.name for entry in path.parent.glob("*.yaml") if entry.name != SECRETS_FILE)
            )
            raise InvalidConfig(f"included file '{loader.name_of(path)}' does not exist", place.file, place.line, near)
        return loader.load_nested(path, source.trail, depth + 1)
    except InvalidConfig as error:
        if error.line is None and error.path == place.file:
            error.line = place.line
        if loader.on_broken_include is None:
            raise
        loader.on_broken_include(error)
        return None
    except (OSError, ValueError):
        raise InvalidConfig(f"'{path}' is not a possible file name", place.file, place.line) from None


def _include(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    content = _load(loader, source, _inside(source, name), place, depth)
    return NodeDict(*place) if content is None else content


def _folder(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Iterator[tuple[str, Any]]:
    """The files of a folder and its subfolders in Home Assistant's order, each with its stem and content."""
    folder = _inside(source, name)
    if not folder.is_dir():
        # Home Assistant's own default configuration includes a folder that is not there: no reason to stop.
        missing = f"included folder '{loader.name_of(folder)}' does not exist"
        loader.warn(Problem(missing, place.file, place.line, severity="warning"))
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(sub for sub in folders if not sub.startswith("."))
        for file in sorted(files):
            if file.endswith(".yaml") and not file.startswith(".") and file != SECRETS_FILE:
                yield file.removesuffix(".yaml"), _load(loader, source, Path(root, file), place, depth)


def _dir_list(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    items = NodeList(*place)
    for _, content in _folder(loader, source, name, place, depth):
        if content is not None:
            items.add(content, place)
    return items


def _dir_merge_list(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    items = NodeList(*place)
    for _, content in _folder(loader, source, name, place, depth):
        if isinstance(content, NodeList):
            for index, item in enumerate(content):
                items.add(item, content.place_of(index))
        elif content is not None:
            _wrong_shape(loader, content, place, "list")
    return items


def _dir_named(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    items = NodeDict(*place)
    for stem, content in _folder(loader, source, name, place, depth):
        value = NodeDict(*place) if content is None else content
        items.put(stem, value, value.place if isinstance(value, (NodeDict, NodeList)) else place)
    return items


def _dir_merge_named(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    items = NodeDict(*place)
    for _, content in _folder(loader, source, name, place, depth):
        if isinstance(content, NodeDict):
            for key, value in content.items():
                items.put(key, value, content.place_of(key))
        elif content is not None:
            _wrong_shape(loader, content, place, "mapping")
    return items


def _wrong_shape(loader: YamlLoader, content: Any, place: Place, wanted: str) -> None:
    where = content.place if isinstance(content, (NodeDict, NodeList)) else place
    loader.warn(
        Problem(f"this file is left out: a {wanted} is expected in it", where.file, where.line, severity="warning")
    )


def _secret(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    if source.path.name == SECRETS_FILE:
        raise InvalidConfig(f"'!secret' cannot be used in {SECRETS_FILE} itself", place.file, place.line)
    try:
        return loader.secrets.get(name, source.directory, place)
    except InvalidConfig as error:
        if not loader.keep_missing or (error.path, error.line) != place:  # secrets.yaml itself cannot be read
            raise
        return Missing(error)


def _env_var(loader: YamlLoader, source: Source, text: str, place: Place, depth: int) -> Any:
    name, *default = text.split()
    if name in loader.env:
        return loader.env[name]
    if default:
        return " ".join(default)
    raise InvalidConfig(
        f"environment variable '{name}' is not set and has no default",
        place.file,
        place.line,
        nearest(name, loader.env),
    )


def _input(loader: YamlLoader, source: Source, name: str, place: Place, depth: int) -> Any:
    if loader.keep_missing:
        message = f"'!input {name}' has a meaning in blueprints alone: write the value here"
        return Missing(InvalidConfig(message, place.file, place.line))
    return Input(name)


TAGS: Final[dict[str, Callable[[YamlLoader, Source, str, Place, int], Any]]] = {
    "!env_var": _env_var,
    "!include": _include,
    "!include_dir_list": _dir_list,
    "!include_dir_merge_list": _dir_merge_list,
    "!include_dir_merge_named": _dir_merge_named,
    "!include_dir_named": _dir_named,
    "!input": _input,
    "!secret": _secret,
}


def unknown_tag(tag: str, place: Place, *, on_collection: bool = False) -> InvalidConfig:
    """The error for a tag that is not known, or that stands before a mapping or list."""
    if on_collection and tag in TAGS:
        return InvalidConfig(f"'{tag}' needs a name after it, not a mapping or list", place.file, place.line)
    shown = tag.replace("tag:yaml.org,2002:", "!!")
    return InvalidConfig(f"unknown tag '{shown}'", place.file, place.line, nearest(tag, TAGS))
