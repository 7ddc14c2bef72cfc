"""Writing YAML with ruamel.yaml, which keeps the comments of what it read. Imported only when a file is edited."""

from __future__ import annotations

from io import StringIO
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq, TaggedScalar
from ruamel.yaml.scalarfloat import ScalarFloat
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

_HEAD: Final = "%YAML 1.1\n---\n"


def _yaml() -> YAML:
    yaml = YAML()
    yaml.version = (1, 1)  # what PyYAML reads: in 1.2 an unquoted `on` is text
    yaml.preserve_quotes = True
    yaml.width = 4096
    yaml.allow_duplicate_keys = True
    return yaml


def read(text: str) -> Any:
    """Return `text` with its comments; raises ruamel's YAMLError."""
    return _yaml().load(text)


def write(node: Any) -> str:
    """Return `node` as YAML 1.1 in the form of Home Assistant's editor."""
    stream = StringIO()
    _yaml().dump(node, stream)
    return stream.getvalue().removeprefix(_HEAD)


def merged(old: Any, new: Any) -> Any:
    """Return `new`, using the parts of `old` that are equal or contain equal parts, so that their comments stay."""
    if isinstance(old, CommentedMap) and isinstance(new, dict):
        for key in [key for key in old if key not in new]:
            del old[key]
        for key, value in new.items():
            if key in old:
                old[key] = merged(old[key], value)
            else:
                old[_key(key)] = fresh(value)
        return old
    if isinstance(old, CommentedSeq) and isinstance(new, list):
        del old[len(new) :]
        for index, value in enumerate(new):
            if index < len(old):
                old[index] = merged(old[index], value)
            else:
                old.append(fresh(value))
        return old
    if isinstance(old, ScalarFloat) and getattr(old, "_exp", None):  # written with fewer digits than it has
        return fresh(new)
    if isinstance(old, TaggedScalar):
        return old if new == f"{old.tag.value} {old.value}" else fresh(new)
    same = old == new and isinstance(old, bool) == isinstance(new, bool) and not isinstance(old, (dict, list))
    return old if same else fresh(new)


def fresh(value: Any) -> Any:
    """Return a plain value in the form that reads best: text of several lines as a block, odd characters escaped."""
    if isinstance(value, dict):
        return CommentedMap((_key(key), fresh(item)) for key, item in value.items())
    if isinstance(value, list):
        return CommentedSeq(fresh(item) for item in value)
    if isinstance(value, str) and not value.isprintable():
        lines = value.split("\n")
        if not all(line.isprintable() for line in lines):
            return DoubleQuotedScalarString(value)
        if value[0] not in " \n" and all(line == line.rstrip() for line in lines):
            return LiteralScalarString(value)
    return value


def _key(key: Any) -> Any:
    return DoubleQuotedScalarString(key) if isinstance(key, str) and not key.isprintable() else key
