"""Paths and addresses of blueprints, as they are given in files and over the API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from marge.util.schema import word


def is_safe(path: str) -> bool:
    """Whether a path stays below the folder that it is relative to, and names no hidden file."""
    hidden = any(not part or part.startswith(".") for part in path.split("/"))
    return not hidden and not any(part in path for part in ("..", "~", "\\", "\0"))


def _path(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("expected the path of a blueprint")
    if not is_safe(value):
        raise ValueError("Invalid path")
    return value


def _file(value: Any) -> str:
    path = _path(value)
    if not path.endswith(".yaml"):
        raise ValueError("Path needs to end in .yaml")
    return path


def _url(value: Any) -> str:
    if isinstance(value, str):
        try:
            parts = urlsplit(value)
        except ValueError:
            parts = urlsplit("")
        if parts.scheme in ("http", "https") and parts.hostname:
            return value
    raise ValueError("invalid url")


def _source(value: Any) -> str:
    return value if isinstance(value, str) and value.startswith("file:///") else _url(value)


if TYPE_CHECKING:
    BlueprintPath = str
    BlueprintFile = str
    Url = str
    Source = str
else:
    BlueprintPath = word("BlueprintPath", _path)
    """A path that stays in its folder."""
    BlueprintFile = word("BlueprintFile", _file)
    """A path of a YAML file that stays in its folder."""
    Url = word("Url", _url)
    """An address of the web."""
    Source = word("Source", _source)
    """An address of the web, or of a file."""
