"""The nearest right name for a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable


def nearest(word: object, names: Iterable[object]) -> str | None:
    """Return the name most like `word`, ignoring case, or None when nothing is close.

    One whose letters have changed places comes before one that differs in a letter: `form` is `from`, not `for`.
    """
    by_lower = {name.casefold(): name for name in names if isinstance(name, str)}
    if not isinstance(word, str) or len(word) > 100:
        return None
    lowered = word.casefold()
    if lowered in by_lower:
        return by_lower[lowered]
    letters = sorted(lowered)
    for name in by_lower:
        if len(name) == len(lowered) and sorted(name) == letters:
            return by_lower[name]
    from difflib import get_close_matches  # costs 3 ms: only a mistake pays for it

    close = get_close_matches(lowered, by_lower, 1)
    return by_lower[close[0]] if close else None
