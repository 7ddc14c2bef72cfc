"""Which lines of a YAML text belong to which item of its top-level list or mapping."""

from __future__ import annotations

from typing import Any

import yaml
from msgspec import Struct

from marge.config.events import parser


class Span(Struct, frozen=True):
    """Lines `start` to `end`, counted from 0; `end` is not included."""

    start: int
    end: int


class Layout(Struct, frozen=True):
    """The top level of a text; `block` is false for `[…]` and `{…}`, whose items have no lines of their own."""

    block: bool
    column: int
    spans: list[Span]


def layout(text: str, *, is_mapping: bool) -> Layout | None:
    """Return the layout of `text`, or None when it is empty; raises yaml.YAMLError."""
    events = parser(text)
    top: Any = None
    starts: list[int] = []
    depth, position = 0, 0
    try:
        while not isinstance(event := events.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 1 and isinstance(event, yaml.NodeEvent):
                if not is_mapping or position % 2 == 0:
                    mark: Any = event.start_mark
                    starts.append(mark.line)
                position += 1
            if isinstance(event, yaml.CollectionStartEvent):
                top = top or event
                depth += 1
    finally:
        events.dispose()
    if top is None:
        return None
    lines = text.splitlines()
    column = top.start_mark.column
    if not is_mapping:
        starts = [_dash_line(lines, start, column) for start in starts]
    ends = [_end(lines, start, end, column) for start, end in zip(starts, [*starts[1:], len(lines)], strict=False)]
    return Layout(
        not top.flow_style,
        column,
        [Span(*each) for each in zip(starts, ends, strict=True)],
    )


def _dash_line(lines: list[str], start: int, column: int) -> int:
    """The line with the item's '-', which may stand alone above the item."""
    line = start
    while line > 0 and lines[line][column : column + 1] != "-":
        line -= 1
    return line


def _end(lines: list[str], start: int, end: int, column: int) -> int:
    """Where the item ends: comments and blank lines above the next item belong to that one."""
    while end > start + 1:
        line = lines[end - 1]
        bare = line.lstrip()
        if bare and not (bare.startswith("#") and len(line) - len(bare) <= column) and bare != "...":
            break
        end -= 1
    return end
