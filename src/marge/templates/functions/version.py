"""Versions that compare as people expect: 2025.10.0 after 2025.9.1, 1.2.0b1 before 1.2.0."""

from __future__ import annotations

import re
from functools import total_ordering
from typing import Any, Final

_VERSION: Final = re.compile(
    r"[vV]?(?P<numbers>\d+(?:\.\d+)*)"
    r"(?:[.\-_]?(?P<kind>alpha|beta|rc|dev|a|b|c|d)[.\-_]?(?P<count>\d*))?"
    r"(?:\+.*)?\Z"
)
_ORDER: Final = {"dev": 0, "d": 0, "alpha": 1, "a": 1, "beta": 2, "b": 2, "rc": 3, "c": 3}
_RELEASE: Final = 4
_CONTAINERS: Final = ("latest", "dev", "stable", "beta")


@total_ordering
class Version:
    """A version number; compares with texts and numbers too. Raises ValueError in a comparison with what is none."""

    __slots__ = ("_key", "_sections", "modifier", "string")

    def __init__(self, value: Any) -> None:
        self.string = str(value).strip()
        self.modifier: str | None = None
        self._sections: tuple[int, ...] = ()
        self._key: tuple[tuple[int, ...], int, int] | None = None
        match = _VERSION.match(self.string)
        if match is not None and len(self.string) <= 100:
            self._sections = tuple(int(part) for part in match["numbers"].split("."))
            rank, count = _RELEASE, 0
            if kind := match["kind"]:
                rank, count = _ORDER[kind], int(match["count"] or 0)
                self.modifier = f"{kind}{match['count']}"
            trimmed = self._sections
            while len(trimmed) > 1 and trimmed[-1] == 0:
                trimmed = trimmed[:-1]
            self._key = (trimmed, rank, count)

    @property
    def valid(self) -> bool:
        """Whether the text is a version."""
        return self._key is not None or self.string in _CONTAINERS

    def section(self, index: int) -> int:
        """The number at a position from 0; 0 where there is none."""
        return self._sections[index] if 0 <= index < len(self._sections) else 0

    @property
    def sections(self) -> int:
        """How many numbers there are."""
        return len(self._sections)

    @property
    def major(self) -> Version | None:
        """The first number."""
        return self._part(0)

    @property
    def minor(self) -> Version | None:
        """The second number."""
        return self._part(1)

    @property
    def patch(self) -> Version | None:
        """The third number."""
        return self._part(2)

    def _part(self, index: int) -> Version | None:
        return Version(self._sections[index]) if index < len(self._sections) else None

    @property
    def dev(self) -> bool:
        """Whether it is a development version."""
        return self.string == "dev" or (self._key is not None and self._key[1] == 0)

    @property
    def alpha(self) -> bool:
        """Whether it is an alpha version."""
        return self._key is not None and self._key[1] == 1

    @property
    def beta(self) -> bool:
        """Whether it is a beta version."""
        return self.string == "beta" or (self._key is not None and self._key[1] == 2)

    @property
    def release_candidate(self) -> bool:
        """Whether it is a release candidate."""
        return self._key is not None and self._key[1] == 3

    def _comparable(self, other: object) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        theirs = other if isinstance(other, Version) else Version(other)
        for each in (self, theirs):
            if each._key is None:
                raise ValueError(f"'{each.string}' is no version that can be compared")
        assert self._key is not None
        assert theirs._key is not None
        return self._key, theirs._key

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (Version, str, int, float)):
            return False
        if str(other) == self.string:
            return True
        theirs = other if isinstance(other, Version) else Version(other)
        return self._key is not None and self._key == theirs._key

    def __lt__(self, other: object) -> bool:
        if not isinstance(other, (Version, str, int, float)):
            return NotImplemented
        ours, theirs = self._comparable(other)
        return ours < theirs

    def __hash__(self) -> int:
        return hash(self._key or self.string)

    def __str__(self) -> str:
        return self.string

    def __repr__(self) -> str:
        return f"<Version '{self.string}'>"

    def __int__(self) -> int:
        return int(self.string)

    def __float__(self) -> float:
        return float(self.string)
