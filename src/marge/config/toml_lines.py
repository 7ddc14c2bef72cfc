"""Where each section and key of a TOML text is written; tomllib does not say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_PIECE: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # multi-line strings, which may hold anything
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'"
    r"|\#[^\n]*"
    r"|[\[\]{},=\n]"
    r"|[^\[\]{},=\n\"'\#]+",
    re.DOTALL,
)
_PART: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'|[^.\s"\']+')
_LEVELS: Final = 8  # deeper names are found by the table around them
Key = tuple[str, ...]


def key_lines(text: str) -> dict[Key, int]:
    """Return the line (from 1) of every table and key by its full name; a text that is not TOML gives a part of it.

    The tables of an array have a number in their name: the second `[[a]]` is ("a", "1").
    """
    lines: dict[Key, int] = {}
    for key, line in _statements(text):
        _note(lines, key, line)
    return lines


def first_duplicate(text: str) -> tuple[Key, int, int] | None:
    """Return the first table or key that is written twice, with both lines; None when none is."""
    seen: dict[Key, int] = {}
    for key, line in _statements(text):
        if key in seen:
            return key, seen[key], line
        seen[key] = line
    return None


def _statements(text: str) -> Iterator[tuple[Key, int]]:
    """Every table header and every name before a `=`: its full name and its line."""
    arrays: dict[Key, int] = {}
    table: Key = ()
    line, depth = 1, 0
    start, start_line = "", 1  # what the present statement has so far, before its '='
    in_value = False
    for match in _PIECE.finditer(text):
        piece = match[0]
        if piece == "\n":
            if depth == 0 or not in_value:
                if not in_value and (header := start.strip()).startswith("["):
                    table = _table(header, arrays)
                    yield table, start_line
                start, in_value, depth = "", False, 0
            line += 1
            start_line = line if not start else start_line
            continue
        if in_value:
            if piece in "[{":
                depth += 1
            elif piece in "]}":
                depth -= 1
        elif piece == "=" and not start.lstrip().startswith("["):
            yield (*table, *_parts(start)), start_line
            in_value = True
        elif not piece.startswith("#"):
            start += piece
        line += piece.count("\n")
    if not in_value and (header := start.strip()).startswith("["):
        yield _table(header, arrays), start_line


def line_of(lines: dict[Key, int], key: Key) -> int | None:
    """Return the line of `key`, or of the nearest table around it."""
    while key:
        if key in lines:
            return lines[key]
        key = key[:-1]
    return None


def _table(header: str, arrays: dict[Key, int]) -> Key:
    """The full name of the table that `header` begins; `arrays` counts the tables of each array so far."""
    *around, last = _parts(header.strip("[]")) or ("",)
    table: Key = ()
    for part in around:
        table = (*table, part)
        if table in arrays:
            table = (*table, str(arrays[table] - 1))
    table = (*table, last)
    if header.startswith("[["):
        arrays[table] = arrays.get(table, 0) + 1
        table = (*table, str(arrays[table] - 1))
    return table


def _parts(dotted: str) -> Key:
    return tuple(part[1:-1] if part[0] in "\"'" else part for part in _PART.findall(dotted))


def _note(lines: dict[Key, int], key: Key, line: int) -> None:
    for length in range(1, min(len(key), _LEVELS) + 1):
        lines.setdefault(key[:length], line)
