"""Versions that compare as people expect: 2025.10.0 after 2025.9.1, 1.2.0b1 before 1.2.0."""

from __future__ import annotations

import re
from typing import Any, Final

from marge.templates.bounds import text_of

_VERSION: Final = re.compile(
    r"(?P<numbers>\d{1,18}(?:\.\d{1,18}){0,9})"
    r"(?:[.\-_]?(?P<modifier>(?P<kind>alpha|beta|rc|dev|a|b|c|d)[.\-_]?(?P<count>\d{0,18})))?"
    r"(?:\+\S*)?\Z"
)
_PREFIX: Final = re.compile(r"\A[vV]\.?(?=\d)")
_ORDER: Final = {"dev": 0, "d": 0, "alpha": 1, "a": 1, "beta": 2, "b": 2, "c": 3, "rc": 3}
_RELEASE: Final = 4
# Names of container images; they count as newer than any number.
_CONTAINERS: Final = {"stable": 1, "beta": 2, "latest": 3, "dev": 4}

_Key = tuple[int, tuple[int, ...], int, int]


class Version:
    """A version; compares with texts and numbers too.

    Equal means written the same, but for a `v` in front. Raises ValueError when it is ordered with what is no version.
    """

    __slots__ = ("_key", "_sections", "_text", "modifier", "string")

    string: str

    def __init__(self, value: Any) -> None:
        self._text = text_of(value).strip().rstrip(".")
        self.string = _PREFIX.sub("", self._text, count=1)
        self.modifier: str | None = None
        self._sections: tuple[int, ...] = ()
        self._key: _Key | None = None
        if self.string in _CONTAINERS:
            self._key = (_CONTAINERS[self.string], (), 0, 0)
        elif match := _VERSION.match(self.string):
            self._sections = tuple(int(part) for part in match["numbers"].split("."))
            self.modifier = match["modifier"]
            rank, count = _RELEASE, 0
            if self.modifier:
                rank, count = _ORDER[match["kind"]], int(match["count"] or 0)
            last = max((place for place, number in enumerate(self._sections) if number), default=0)
            self._key = (0, self._sections[: last + 1], rank, count)

    @property
    def valid(self) -> bool:
        """Whether the text is a version."""
        return self._key is not None

    @property
    def sections(self) -> int:
        """How many numbers there are."""
        return len(self._sections)

    def section(self, index: int) -> int:
        """The number at a position from 0; 0 where there is none."""
        return self._sections[index] if 0 <= index < len(self._sections) else 0

    def _part(self, index: int) -> Version | None:
        return Version(self._sections[index]) if index < len(self._sections) else None

    @property
    def major(self) -> Version | None:
        """The first number."""
        return self._part(0)

    year = major

    @property
    def minor(self) -> Version | None:
        """The second number."""
        return self._part(1)

    @property
    def patch(self) -> Version | None:
        """The third number."""
        return self._part(2)

    micro = patch

    @property
    def dev(self) -> bool:
        """Whether it is a development version."""
        return self.string == "dev" or (self.modifier or "").startswith("d")

    @property
    def alpha(self) -> bool:
        """Whether it is an alpha version."""
        return (self.modifier or "").startswith("a")

    @property
    def beta(self) -> bool:
        """Whether it is a beta version."""
        return self.string == "beta" or (self.modifier or "").startswith("b")

    @property
    def release_candidate(self) -> bool:
        """Whether it is a release candidate."""
        return (self.modifier or "").startswith(("rc", "c"))

    def in_range(self, lowest: Any, highest: Any) -> bool:
        """Whether it is between two versions, both included."""
        return self._compare(lowest) >= 0 and self._compare(highest) <= 0

    def _compare(self, other: object) -> int:
        theirs = _as_version(other)
        if self.string == theirs.string:
            return 0
        for each in (self, theirs):
            if each._key is None:
                raise ValueError(f"'{each.string}' is no version that can be compared")
        ours, others = self._key, theirs._key
        assert ours is not None
        assert others is not None
        return 0 if ours == others else -1 if ours < others else 1

    def __eq__(self, other: object) -> bool:
        return self.string == _as_version(other).string

    def __lt__(self, other: object) -> bool:
        return self._compare(other) < 0

    def __gt__(self, other: object) -> bool:
        return self._compare(other) > 0

    def __le__(self, other: object) -> bool:
        return self.string == _as_version(other).string or self < other

    def __ge__(self, other: object) -> bool:
        return self.string == _as_version(other).string or self > other

    def __hash__(self) -> int:
        return hash(self.string)

    def __str__(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return f"<Version '{self._text}'>"

    def __int__(self) -> int:
        return int(self.string)

    def __float__(self) -> float:
        return float(self.string)


def _as_version(value: object) -> Version:
    if isinstance(value, Version):
        return value
    if isinstance(value, (str, int, float)):
        return Version(value)
    raise TypeError(f"'{type(value).__name__}' is no version")
