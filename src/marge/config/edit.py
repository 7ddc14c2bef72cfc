"""One item of automations.yaml, scripts.yaml or scenes.yaml replaced, added or deleted; the rest stays as written.

The text of the other items is not touched, comments and blank lines included; inside the item the comments of the keys
that stay are kept. What is to be written is read back first, and the file is replaced whole and durably, or not at all.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Literal

import yaml

from marge.config.edit_spans import layout
from marge.config.nodes import NodeDict, NodeList
from marge.config.yaml_loader import YamlLoader, exists, read_text
from marge.core.errors import InvalidConfig, NotFound, OperationFailed

Kind = Literal["list", "mapping"]
Content = NodeList | NodeDict
Item = dict[str, Any]


class EditableFile:
    """A file whose top level is a list of items with an `id`, or a mapping of keys to items. Reads and writes block."""

    def __init__(self, path: Path, kind: Kind) -> None:
        self.path = path
        self.name = path.name
        self.kind = kind

    def get(self, key: str) -> Item:
        """Return item `key`, tags as text (`!secret name`); raises NotFound, and InvalidConfig for a broken file."""
        content = self._content(self._text())
        index = self._index(content, key)
        item = _items(content)[index][1]
        if not isinstance(item, NodeDict):
            where = content.place_of(index) if isinstance(content, NodeList) else content.place_of(key)
            raise InvalidConfig(f"item '{key}' is not a mapping", self.name, where.line)
        return item

    def put(self, key: str, value: Item) -> bool:
        """Replace item `key` by `value`, or add it at the end; returns whether it is new.

        Raises InvalidConfig for a file that is broken or has a form that cannot be edited, OperationFailed when the
        disk refuses.
        """
        text = self._text()
        content = self._content(text)
        if self.kind == "list":
            value = {"id": key, **value}
        try:
            index: int | None = self._index(content, key)
        except NotFound:
            index = None
        self._replace(text, content, index, key, value)
        return index is None

    def delete(self, key: str) -> None:
        """Delete item `key`; raises NotFound, and what `put` raises."""
        text = self._text()
        content = self._content(text)
        self._replace(text, content, self._index(content, key), key, None)

    def _text(self) -> str:
        return read_text(self.path, self.name) if exists(self.path) else ""

    def _content(self, text: str) -> Content:
        content = YamlLoader(self.path.parent, keep_tags=True).parse(text, self.path)
        if not content and not isinstance(content, str):
            return NodeList() if self.kind == "list" else NodeDict()
        if not isinstance(content, NodeList if self.kind == "list" else NodeDict):
            raise InvalidConfig(f"{self.name} must be a {self.kind}", self.name, 1)
        return content

    def _index(self, content: Content, key: str) -> int:
        for index, item in enumerate(content):
            if isinstance(content, NodeList):
                if isinstance(item, NodeDict) and str(item.get("id")) == key:
                    return index
            elif item == key:
                return index
        raise NotFound("item", key)

    def _replace(self, text: str, content: Content, index: int | None, key: str, value: Item | None) -> None:
        for attempt in (self._splice, self._rewrite):
            try:
                result = attempt(text, len(content), index, key, value)
            except (RecursionError, yaml.YAMLError):
                result = None
            if result is not None and self._is_right(content, result, index, key, value):
                self._write(result)
                return
        raise InvalidConfig(f"'{key}' cannot be changed here: edit {self.name} by hand", self.name)

    def _splice(self, text: str, count: int, index: int | None, key: str, value: Item | None) -> str | None:
        """Change only the lines of the item; None when the item has no lines of its own."""
        from ruamel.yaml.error import YAMLError

        from marge.config.edit_ruamel import fresh, merged, read, write

        present = layout(text, is_mapping=self.kind == "mapping")
        if present is None or not present.spans:
            lines = text.splitlines(keepends=True)
            comments = [line for line in lines if not line.strip() or line.lstrip().startswith("#")]
            others = "".join(line for line in lines if line not in comments).strip()
            if present and not others.startswith(("[", "{")):
                return None
            head = "".join(comments) if present else text  # `[]` and `{}` make room, comments stay
            head += "\n" if head and not head.endswith("\n") else ""
            return head + (write(self._wrapped(key, fresh(value))) if value is not None else "")
        if not present.block or len(present.spans) != count:  # such as a key that is written twice
            return None
        lines = text.splitlines(keepends=True)
        if not lines[-1].endswith("\n"):
            lines[-1] += "\n"
        if index is None:
            end = present.spans[-1].end
            lines[end:end] = _indented(write(self._wrapped(key, fresh(value))), present.column)
            return "".join(lines)
        span = present.spans[index]
        if value is None:
            del lines[span.start : span.end]
            rest = "".join(lines)
            return rest if len(present.spans) > 1 else rest + ("[]\n" if self.kind == "list" else "{}\n")
        try:
            item = read("".join(lines[span.start : span.end]))
            whole = merged(item, self._wrapped(key, value))
        except (YAMLError, ValueError):
            return None
        lines[span.start : span.end] = _indented(write(whole), present.column)
        return "".join(lines)

    def _rewrite(self, text: str, count: int, index: int | None, key: str, value: Item | None) -> str | None:
        """Write the whole file anew, comments kept as far as ruamel.yaml can."""
        from ruamel.yaml.error import YAMLError

        from marge.config.edit_ruamel import fresh, merged, read, write

        try:
            content = read(text)
            if not content:
                return None
            place: Any = key if self.kind == "mapping" else index
            if value is None:
                del content[place]
            elif index is not None:
                content[place] = merged(content[place], value)
            elif self.kind == "mapping":
                content[key] = fresh(value)
            else:
                content.append(fresh(value))
            return write(content)
        except (YAMLError, ValueError):
            return None

    def _wrapped(self, key: str, value: Any) -> Any:
        return [value] if self.kind == "list" else {key: value}

    def _is_right(self, before: Content, after: str, index: int | None, key: str, value: Item | None) -> bool:
        """Whether `after` has the item as wanted and every other item as it was."""
        try:
            content = self._content(after)
            if value is None:
                return _others(content, None) == _others(before, index)
            at = self._index(content, key)
            return bool(_items(content)[at][1] == value) and _others(content, at) == _others(before, index)
        except (InvalidConfig, NotFound):
            return False

    def _write(self, text: str) -> None:
        try:
            replace_file(self.path, text)
        except OSError as error:
            raise OperationFailed(f"{self.name} cannot be written: {error.strerror or error}") from None


def _items(content: Content) -> list[tuple[Any, Any]]:
    """The items with their keys; those of a list have none."""
    return [(None, item) for item in content] if isinstance(content, NodeList) else list(content.items())


def _others(content: Content, without: int | None) -> list[tuple[Any, Any]]:
    items = _items(content)
    if without is not None:
        del items[without]
    return items


def replace_file(path: Path, text: str) -> None:
    """Write `text` so that a power cut leaves the old file or the new one; mode and symbolic links stay."""
    target = path.resolve()
    descriptor, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), target.stat().st_mode & 0o777 if target.exists() else 0o644)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
    folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _indented(text: str, column: int) -> list[str]:
    return [" " * column + line if line.strip() else line for line in text.splitlines(keepends=True)]
