"""Which lines of a YAML text belong to which item of its top-level list or mapping."""

from __future__ import annotations

from typing import Any

import yaml
from msgspec import Struct

from marge.config.events import parser

Shape = tuple[Any, ...]


class Span(Struct, frozen=True):
    """Lines `start` to `end` (from 0, `end` not included), and the events of the item to compare it by."""

    start: int
    end: int
    shape: Shape


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
    shapes: list[list[Any]] = []
    depth, position = 0, 0
    try:
        while not isinstance(event := events.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth == 1 and isinstance(event, yaml.NodeEvent):
                if not is_mapping or position % 2 == 0:
                    mark: Any = event.start_mark
                    starts.append(mark.line)
                    shapes.append([])
                position += 1
            if depth >= 1 and shapes:
                shapes[-1].append(_shape(event))
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
        [Span(*each) for each in zip(starts, ends, map(tuple, shapes), strict=True)],
    )


def _shape(event: Any) -> Any:
    if isinstance(event, yaml.ScalarEvent):
        return ("scalar", event.anchor, event.tag, event.implicit, event.value)
    return (type(event).__name__, getattr(event, "anchor", None), getattr(event, "tag", None))


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
