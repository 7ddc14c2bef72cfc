"""Which of two versions is the newer one, for the numbering schemes that devices and programs use."""

from __future__ import annotations

import re
from typing import Final

_VERSION: Final = re.compile(
    r"v?\.?(?P<numbers>\d{1,18}(?:\.\d{1,18})*)\.?"
    r"(?:[-_.]?(?P<stage>dev|d|alpha|a|beta|b|preview|pre|rc|c|post|rev|r)[-_.]?(?P<serial>\d{0,18})|-(?P<early>\d{1,18}))?"
    r"(?:\+[0-9a-z.-]*)?$",
    re.IGNORECASE,
)
_HEXADECIMAL: Final = re.compile(r"0x[0-9a-f]{1,32}$", re.IGNORECASE)
# Names of a container's tag, which are newer than any number.
_TAGS: Final = {"stable": 1, "beta": 2, "latest": 3, "dev": 4}
_STAGES: Final = {
    "dev": -5,
    "d": -5,
    "alpha": -4,
    "a": -4,
    "beta": -3,
    "b": -3,
    "pre": -2,
    "preview": -2,
    "rc": -1,
    "c": -1,
    "post": 1,
    "rev": 1,
    "r": 1,
}

_Key = tuple[int, tuple[int, ...], int, int]


def is_newer(version: str, than: str) -> bool | None:
    """Whether `version` is newer than `than`; None when one of them is no version that can be compared.

    `1.10` is newer than `1.9`, `2.0` than `2.0rc1` than `2.0b3`; `v1.2`, `1.2.0` and `1.2+build` are the same.
    """
    ours, theirs = _key(version.strip()), _key(than.strip())
    return None if ours is None or theirs is None else ours > theirs


def _key(text: str) -> _Key | None:
    if (tag := _TAGS.get(text.lower())) is not None:
        return tag, (), 0, 0
    if _HEXADECIMAL.match(text):
        return 0, (int(text, 16),), 0, 0
    found = _VERSION.match(text)
    if found is None:
        return None
    numbers = [int(part) for part in found["numbers"].split(".")]
    while len(numbers) > 1 and numbers[-1] == 0:
        numbers.pop()
    if found["early"]:
        # Semantic versioning: 8.0.1-5 comes before 8.0.1.
        return 0, tuple(numbers), -6, int(found["early"])
    stage = _STAGES[found["stage"].lower()] if found["stage"] else 0
    return 0, tuple(numbers), stage, int(found["serial"] or 0)
