"""One YAML text to values: libyaml's events become NodeDicts and NodeLists directly, with a line for every key.

Values are built from events and not from PyYAML's node graph because composing that graph recurses in C, where deep
nesting ends the process.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from marge.config.events import parser
from marge.config.missing import Missing
from marge.config.nodes import Input, NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.scalars import plain_value, tagged_value
from marge.config.yaml_errors import MAX_DEPTH
from marge.core.errors import InvalidConfig

if TYPE_CHECKING:
    from collections.abc import Callable

    from marge.config.yaml_loader import YamlLoader


class Source:
    """One file being read: who it is and which files led to it."""

    __slots__ = ("directory", "name", "path", "trail")

    def __init__(self, path: Path, name: str, trail: tuple[Path, ...]) -> None:
        self.path = path
        self.name = name
        self.directory = path.parent
        self.trail = trail


class Builder:
    """Turns the events of one text into values."""

    def __init__(self, loader: YamlLoader, source: Source, text: str) -> None:
        self.loader = loader
        self.source = source
        self.file = source.name
        self.parser: Any = parser(text)
        self.next: Callable[[], Any] = self.parser.get_event
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.plain: dict[str, Any] = {}

    def document(self, depth: int) -> Any:
        try:
            self.next()  # stream start
            event = self.next()
            if isinstance(event, yaml.StreamEndEvent):
                return None
            value = self.value(self.next(), depth)
            self.next()  # document end
            event = self.next()
            if isinstance(event, yaml.DocumentStartEvent):
                raise self.error("a second document ('---') begins here: a file has only one", event)
            return value
        finally:
            self.parser.dispose()

    def value(self, event: Any, depth: int) -> Any:
        """Build the value that starts with `event`."""
        kind = type(event)
        place_line = event.start_mark.line + 1
        before = self.loader.count(1, Place(self.file, place_line))
        if kind is yaml.ScalarEvent:
            value = self.scalar(event, depth)
        elif kind is yaml.AliasEvent:
            if event.anchor not in self.anchors:
                raise self.error(f"alias '*{event.anchor}' has no anchor '&{event.anchor}' above it", event)
            value, size = self.anchors[event.anchor]
            self.loader.count(size, Place(self.file, place_line))
            return value
        elif depth >= MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} levels inside each other", event)
        else:
            wrong = self.tag_problem(event, kind is yaml.MappingStartEvent)
            content = (self.mapping if kind is yaml.MappingStartEvent else self.sequence)(event, depth + 1)
            value = content if wrong is None else wrong
        if event.anchor is not None:
            self.anchors[event.anchor] = (value, self.loader.count(0, Place(self.file, place_line)) - before + 1)
        return value

    def scalar(self, event: Any, depth: int) -> Any:
        tag, text = event.tag, event.value
        if tag is None or tag == "!":
            if not event.implicit[0]:
                return text
            try:
                return self.plain[text]
            except KeyError:
                pass
            try:
                value = self.plain[text] = plain_value(text)
            except ValueError as error:
                raise self.error(str(error), event) from None
            return value
        from marge.config.yaml_tags import TAGS, unknown_tag

        place = Place(self.file, event.start_mark.line + 1)
        if (handler := TAGS.get(tag)) is not None:
            if not text.strip():
                raise self.error(f"'{tag}' needs a name after it", event)
            if self.loader.keep_tags:
                return f"{tag} {text}"
            if (reason := self.loader.refused.get(tag)) is not None:
                raise self.error(reason, event)
            return handler(self.loader, self.source, text.strip(), place, depth)
        try:
            return tagged_value(tag, text)
        except KeyError:
            return self.wrong_tag(unknown_tag(tag, place))
        except ValueError as error:
            raise self.error(str(error), event) from None

    def mapping(self, start: Any, depth: int) -> NodeDict:
        node = NodeDict(self.file, start.start_mark.line + 1)
        merged: list[NodeDict] = []
        while not isinstance(event := self.next(), yaml.MappingEndEvent):
            line = event.start_mark.line + 1
            is_merge = isinstance(event, yaml.ScalarEvent) and event.value == "<<" and event.implicit[0]
            key = self.value(event, depth)
            if isinstance(key, (NodeDict, NodeList)):
                raise self.error(
                    "a mapping or list cannot be a key: text that begins with '{' or '[', such as a template,"
                    " must be in quotes",
                    event,
                )
            if isinstance(key, Input):
                raise self.error("'!input' cannot be a key: it stands for a value", event)
            following = self.next()
            value = self.value(following, depth)
            if is_merge:
                merged.extend(self.merge_sources(value, following))
                continue
            if key in node:
                self.loader.warn(
                    Problem(
                        f"duplicate key '{key}': it is also at line {node.place_of(key).line}, and the last one counts",
                        self.file,
                        line,
                        severity="warning",
                    )
                )
            node.put(key, value, line)
        return self.merge(node, merged) if merged else node

    def merge_sources(self, value: Any, event: Any) -> list[NodeDict]:
        sources = value if isinstance(value, NodeList) else [value]
        if not all(isinstance(source, NodeDict) for source in sources):
            raise self.error("'<<' needs a mapping or a list of mappings", event)
        self.loader.count(sum(len(source) for source in sources), Place(self.file, event.start_mark.line + 1))
        return list(sources)

    @staticmethod
    def merge(node: NodeDict, sources: list[NodeDict]) -> NodeDict:
        """What `<<` brings stands first; a key of the mapping itself wins, then the first source that has it."""
        whole = NodeDict(node.file, node.line)
        for source in reversed(sources):
            for key, value in source.items():
                whole.put(key, value, source.place_of(key))
        for key, value in node.items():
            whole.put(key, value, node.marks[key])
        return whole

    def sequence(self, start: Any, depth: int) -> NodeList:
        node = NodeList(self.file, start.start_mark.line + 1)
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            node.add(self.value(event, depth), event.start_mark.line + 1)
        return node

    def tag_problem(self, start: Any, is_mapping: bool) -> Missing | None:
        """What stands in for a mapping or list whose tag is wrong; None when it has no tag, or its own."""
        plain = "tag:yaml.org,2002:map" if is_mapping else "tag:yaml.org,2002:seq"
        if start.tag is None or start.tag in ("!", plain):
            return None
        from marge.config.yaml_tags import unknown_tag

        return self.wrong_tag(unknown_tag(start.tag, Place(self.file, start.start_mark.line + 1), on_collection=True))

    def wrong_tag(self, error: InvalidConfig) -> Missing:
        """What stands in for a value whose tag is wrong, where such a value may be missing; else raises `error`."""
        if not self.loader.keep_missing:
            raise error
        return Missing(error)

    def error(self, message: str, event: Any) -> InvalidConfig:
        return InvalidConfig(message, self.file, event.start_mark.line + 1)
