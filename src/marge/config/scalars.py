"""Plain YAML words to values by YAML 1.1's rules, which Home Assistant's files are written for."""

from __future__ import annotations

from typing import Any

import yaml
from yaml.constructor import SafeConstructor
from yaml.resolver import Resolver

_YAML = "tag:yaml.org,2002:"
# First character → [(tag, pattern)]; the patterns are PyYAML's, so that a value means what it means to Home Assistant.
_BY_FIRST: dict[str, list[tuple[str, Any]]] = Resolver.yaml_implicit_resolvers
_constructor = SafeConstructor()
_READERS: dict[str, Any] = {
    _YAML + "null": _constructor.construct_yaml_null,
    _YAML + "bool": _constructor.construct_yaml_bool,
    _YAML + "int": _constructor.construct_yaml_int,
    _YAML + "float": _constructor.construct_yaml_float,
    _YAML + "timestamp": _constructor.construct_yaml_timestamp,
    _YAML + "str": lambda node: node.value,
    _YAML + "binary": _constructor.construct_yaml_binary,
}


_LONGEST_NUMBER = 100  # reading digits takes quadratic time, and nobody writes a longer number


def plain_value(text: str) -> Any:
    """Return what an unquoted word means: a number, a boolean, nothing, a date or text; ValueError for `2024-13-45`."""
    if len(text) > _LONGEST_NUMBER:
        return text
    for tag, pattern in _BY_FIRST.get(text[0] if text else "", ()):
        if pattern.match(text):
            return tagged_value(tag, text) if tag in _READERS else text
    return text


def tagged_value(tag: str, text: str) -> Any:
    """Return `text` read as `tag` says; KeyError for a tag that is not YAML's own, ValueError for a wrong text."""
    reader = _READERS[tag]
    try:
        if len(text) > _LONGEST_NUMBER and not tag.endswith((":str", ":binary")):
            raise ValueError
        return reader(yaml.ScalarNode(tag, text))
    except (ValueError, KeyError, IndexError, AttributeError, OverflowError, yaml.YAMLError):
        kind = "date or time" if tag.endswith("timestamp") else tag.removeprefix(_YAML)
        shown = text if len(text) <= 40 else text[:40] + "…"
        raise ValueError(f"'{shown}' is not a valid {kind}: put it in quotes if it is text") from None
