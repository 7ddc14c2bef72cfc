"""Names to ids, with the results that Home Assistant's slugs have."""

from __future__ import annotations

import re

_NOT_WORD = re.compile(r"[^a-z0-9]+")
_COMMA_IN_NUMBER = re.compile(r"(?<=\d),(?=\d)")
_REFERENCE = re.compile(r"&(?:([a-zA-Z][a-zA-Z0-9]*)|#(\d+)|#x([0-9a-fA-F]+));")


def slugify(text: str, separator: str = "_") -> str:
    """Return `text` in lower-case ASCII letters, digits and `separator`; "unknown" when nothing is left of it.

    A straight apostrophe separates, a typographic one does not; `1,000` is one number; `&amp;` is what it stands for.
    """
    if not text:
        return ""
    text = text.replace("'", " ")
    if not text.isascii():
        # Transliteration tables are large: loaded only for a name that needs them.
        from unicodedata import normalize

        from text_unidecode import unidecode

        text = unidecode(normalize("NFKD", text))
    if "&" in text and _REFERENCE.search(text):
        text = _resolve_references(text)
    text = _COMMA_IN_NUMBER.sub("", text.lower().replace("'", ""))
    slug = _NOT_WORD.sub(separator, text).strip(separator)
    return slug or "unknown"


def _resolve_references(text: str) -> str:
    """Put in the characters that HTML references stand for; what stands for none stays."""
    from html.entities import name2codepoint
    from unicodedata import normalize

    def character(match: re.Match[str]) -> str:
        name, decimal, hexadecimal = match.groups()
        try:
            return chr(name2codepoint[name] if name else int(decimal) if decimal else int(hexadecimal, 16))
        except (KeyError, ValueError, OverflowError):
            return match[0]

    return normalize("NFKD", _REFERENCE.sub(character, text))


def unique(wanted: str, taken: object) -> str:
    """Return `wanted`, or `wanted_2`, `wanted_3`, … whichever first is not in the container `taken`."""
    candidate, number = wanted, 2
    while candidate in taken:  # type: ignore[operator]  # any container will do
        candidate, number = f"{wanted}_{number}", number + 1
    return candidate
