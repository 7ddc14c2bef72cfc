"""Regular expressions that devices and users give, which may be such that `re` needs years for a short text."""

from __future__ import annotations

import re
from typing import Final

from marge.util.guard import GUARD, Interrupted

MATCH_LIMIT: Final = 0.1
"""Seconds that a match may take."""

CHANCES: Final = 3
"""How often a pattern may be too slow; the machine was perhaps busy. After that it is not tried any more."""

_MOST: Final = 1000

_slow: dict[str, int] = {}


class PatternTooSlow(Exception):
    """A match took too long, or so did those before with the same pattern."""


def matches(pattern: str, text: str) -> bool:
    """Whether `text` matches `pattern` from its start.

    Raises PatternTooSlow after MATCH_LIMIT, and what `re.compile` raises for a pattern that is none. Only on the main
    thread a match can be ended.
    """
    if _slow and _slow.get(pattern, 0) >= CHANCES:
        raise PatternTooSlow(f"the pattern {pattern} takes too long")
    outer: float | None = None
    try:
        outer = GUARD.enter(MATCH_LIMIT)
        try:
            # `re` keeps the compiled ones.
            return re.match(pattern, text) is not None
        finally:
            GUARD.leave(outer)
    except Interrupted:
        GUARD.leave(outer)
    count = _slow.pop(pattern, 0) + 1
    _slow[pattern] = count
    if len(_slow) > _MOST:
        del _slow[next(iter(_slow))]
    raise PatternTooSlow(f"the pattern {pattern} takes too long")
