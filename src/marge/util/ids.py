"""ULIDs: 26 characters, sortable by time (https://github.com/ulid/spec)."""

from __future__ import annotations

from collections.abc import Callable

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHARACTERS = frozenset(_ALPHABET)
# Ten bits at a time: one table look-up gives two characters.
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)


def is_ulid(text: str) -> bool:
    """Whether `text` has the form of a ULID."""
    return len(text) == 26 and set(text) <= _CHARACTERS


class UlidMaker:
    """Makes ULIDs from a clock and a source of random bits, both handed in."""

    def __init__(self, now: Callable[[], float], random_bits: Callable[[int], int]) -> None:
        self._now = now
        self._random_bits = random_bits
        self._last_ms = -1
        self._prefix = ""

    def __call__(self) -> str:
        """Return a new ULID for the present moment."""
        ms = int(self._now() * 1000)
        if ms != self._last_ms:
            self._last_ms = ms
            pairs = _PAIRS
            self._prefix = (
                pairs[ms >> 40 & 1023]
                + pairs[ms >> 30 & 1023]
                + pairs[ms >> 20 & 1023]
                + pairs[ms >> 10 & 1023]
                + pairs[ms & 1023]
            )
        bits = self._random_bits(80)
        pairs = _PAIRS
        return (
            self._prefix
            + pairs[bits >> 70]
            + pairs[bits >> 60 & 1023]
            + pairs[bits >> 50 & 1023]
            + pairs[bits >> 40 & 1023]
            + pairs[bits >> 30 & 1023]
            + pairs[bits >> 20 & 1023]
            + pairs[bits >> 10 & 1023]
            + pairs[bits & 1023]
        )
