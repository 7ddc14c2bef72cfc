"""Punctuation counts for nothing in what is said, and has no place in sentences."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_MARKS: Final = r"[.。,，?¿？؟!¡！;；:：’]+"
_EDGES: Final = re.compile(rf"^{_MARKS}|{_MARKS}$|(?<=\W){_MARKS}(?=\w)|(?<=\w){_MARKS}(?=\W)|(?<=\W){_MARKS}(?=\W)")
_AT_WORDS: Final = re.compile(rf"^{_MARKS}|{_MARKS}$|(?<=\W){_MARKS}(?=\w)|(?<=\w){_MARKS}(?=\W)")
_SPACE: Final = re.compile(r"\s+")


def has_punctuation(sentence: str) -> bool:
    """Whether there is a mark at the beginning or end of a word."""
    return _AT_WORDS.search(sentence) is not None


def plain(text: str) -> str:
    """A text without marks at the edges of words, with single spaces and composed characters."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", _EDGES.sub("", text))).strip()
