"""YAML files to nodes: libyaml's events become NodeDicts and NodeLists directly, with a line for every key.

Values are built from events and not from PyYAML's node graph because composing that graph recurses in C, where deep
nesting ends the process. Whatever a file contains, it is read or refused with InvalidConfig; size, depth and what
aliases and includes multiply are bounded.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from marge.config.events import parser
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.problem import Problem
from marge.config.scalars import plain_value, tagged_value
from marge.config.secret_store import SecretStore
from marge.config.yaml_errors import explain
from marge.core.errors import InvalidConfig

MAX_BYTES: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 100
MAX_VALUES: Final = 1_000_000
MAX_INCLUDES: Final = 20
_COST_OF_A_FILE: Final = 100


class Source:
    """One file being read: who it is and which files led to it."""

    __slots__ = ("directory", "name", "path", "trail")

    def __init__(self, path: Path, name: str, trail: tuple[Path, ...]) -> None:
        self.path = path
        self.name = name
        self.directory = path.parent
        self.trail = trail


class YamlLoader:
    """Reads the files of one configuration directory; keeps what it met on the way.

    With `on_broken_include` a file that is included and cannot be read counts as empty and its mistake is handed over;
    without it the mistake is raised. With `keep_tags` a tag stays text, such as `!secret name`, and reads nothing.
    """

    def __init__(
        self,
        config_dir: Path,
        *,
        env: Mapping[str, str] | None = None,
        on_broken_include: Callable[[InvalidConfig], None] | None = None,
        keep_tags: bool = False,
    ) -> None:
        self.config_dir = absolute(config_dir)
        self.env = os.environ if env is None else env
        self.on_broken_include = on_broken_include
        self.keep_tags = keep_tags
        self.warnings: list[Problem] = []
        self.files: list[str] = []
        self.secrets = SecretStore(self.config_dir, self._load_secrets)
        self._values = 0

    def load(self, path: Path) -> Any:
        """Return the content of `path` (None when it is empty); raises InvalidConfig."""
        return self.load_nested(absolute(path), (), 0)

    def parse(self, text: str, path: Path) -> Any:
        """Return the content of `text`, which stands for the file `path`; raises InvalidConfig."""
        path = absolute(path)
        return self._parse(text, Source(path, self.name_of(path), (path,)), 0)

    def load_nested(self, path: Path, trail: tuple[Path, ...], depth: int) -> Any:
        """Return the content of a file that the files of `trail` led to."""
        name = self.name_of(path)
        if path in trail:
            chain = " → ".join(self.name_of(step) for step in (*trail[trail.index(path) :], path))
            raise InvalidConfig(f"files include each other in a circle: {chain}", self.name_of(trail[-1]))
        if len(trail) > MAX_INCLUDES:
            raise InvalidConfig(f"more than {MAX_INCLUDES} files include each other", self.name_of(trail[-1]))
        text = read_text(path, name)
        if name not in self.files:
            self.files.append(name)
        self.count(_COST_OF_A_FILE, Place(name, 1))
        return self._parse(text, Source(path, name, (*trail, path)), depth)

    def name_of(self, path: Path) -> str:
        """How messages call `path`: relative to the configuration directory where it is inside."""
        try:
            return path.relative_to(self.config_dir).as_posix()
        except ValueError:
            return str(path)

    def _load_secrets(self, path: Path) -> Any:
        if not exists(path):
            return None
        name = self.name_of(path)
        text = read_text(path, name)
        if name not in self.files:
            self.files.append(name)
        return self._parse(text, Source(path, name, (path,)), 0)

    def _parse(self, text: str, source: Source, depth: int) -> Any:
        try:
            return _Build(self, source, text).document(depth)
        except yaml.YAMLError as error:
            raise explain(error, text, source.name) from None
        except (ValueError, RecursionError, OverflowError) as error:
            raise InvalidConfig(f"this file cannot be read: {error}", source.name) from None

    def count(self, values: int, place: Place) -> int:
        """Add `values` to what was read so far and return the sum; raises InvalidConfig above the limit."""
        self._values += values
        if self._values > MAX_VALUES:
            raise InvalidConfig(
                f"the configuration has more than {MAX_VALUES:,} values, counting what aliases and includes repeat",
                place.file,
                place.line,
            )
        return self._values


def absolute(path: Path) -> Path:
    """Return `path` from the root and without `..`; symbolic links stay, for a file belongs where its link is."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def exists(path: Path) -> bool:
    """Whether there is something at `path`; also true when it cannot be looked at, so that reading it says why."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    except OSError:
        return True
    return True


def read_text(path: Path, name: str) -> str:
    """Return the text of a file; raises InvalidConfig when it is missing, no file, too large or not UTF-8."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise InvalidConfig(f"'{name}' is not a file", name)
        if found.st_size > MAX_BYTES:
            raise InvalidConfig(f"'{name}' is larger than {MAX_BYTES // (1024 * 1024)} MB", name)
        data = path.read_bytes()
    except FileNotFoundError:
        raise InvalidConfig(f"file '{name}' does not exist", name) from None
    except (OSError, ValueError) as error:
        raise InvalidConfig(f"'{name}' cannot be read: {getattr(error, 'strerror', None) or error}", name) from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidConfig("this file is not UTF-8 text: save it as UTF-8", name, line) from None


class _Build:
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
        elif kind is yaml.MappingStartEvent:
            value = self.mapping(event, depth + 1)
        else:
            value = self.sequence(event, depth + 1)
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
            return handler(self.loader, self.source, text.strip(), place, depth)
        try:
            return tagged_value(tag, text)
        except KeyError:
            raise unknown_tag(tag, place) from None
        except ValueError as error:
            raise self.error(str(error), event) from None

    def mapping(self, start: Any, depth: int) -> NodeDict:
        self.check_tag(start, "tag:yaml.org,2002:map")
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
            following = self.next()
            value = self.value(following, depth)
            if is_merge:
                merged.extend(self.merge_sources(value, following))
                continue
            if key in node:
                self.loader.warnings.append(
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
        self.check_tag(start, "tag:yaml.org,2002:seq")
        node = NodeList(self.file, start.start_mark.line + 1)
        while not isinstance(event := self.next(), yaml.SequenceEndEvent):
            node.add(self.value(event, depth), event.start_mark.line + 1)
        return node

    def check_tag(self, start: Any, plain: str) -> None:
        if start.tag is not None and start.tag not in ("!", plain):
            from marge.config.yaml_tags import unknown_tag

            raise unknown_tag(start.tag, Place(self.file, start.start_mark.line + 1), on_collection=True)

    def error(self, message: str, event: Any) -> InvalidConfig:
        return InvalidConfig(message, self.file, event.start_mark.line + 1)
