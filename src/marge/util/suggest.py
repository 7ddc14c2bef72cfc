"""The nearest right name for a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: object, names: Iterable[object]) -> str | None:
    """Return the name most like `word`, ignoring case, or None when nothing is close."""
    from difflib import get_close_matches  # costs 3 ms: only a mistake pays for it

    by_lower = {name.casefold(): name for name in names if isinstance(name, str)}
    if not isinstance(word, str) or len(word) > 100:
        return None
    close = get_close_matches(word.casefold(), by_lower, 1)
    return by_lower[close[0]] if close else None
