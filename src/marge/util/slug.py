"""Names to ids, with the results that Home Assistant's slugs have."""

from __future__ import annotations

import re

_NOT_WORD = re.compile(r"[^a-z0-9]+")


def slugify(text: str, separator: str = "_") -> str:
    """Return `text` in lower-case ASCII letters, digits and `separator`; "unknown" when nothing is left of it."""
    if not text:
        return ""
    text = text.replace("'", "").replace("’", "")
    if not text.isascii():
        # Transliteration tables are large: loaded only for a name that needs them.
        from text_unidecode import unidecode

        text = unidecode(text).replace("'", "")
    slug = _NOT_WORD.sub(separator, text.lower()).strip(separator)
    return slug or "unknown"


def unique(wanted: str, taken: object) -> str:
    """Return `wanted`, or `wanted_2`, `wanted_3`, … whichever first is not in the container `taken`."""
    candidate, number = wanted, 2
    while candidate in taken:  # type: ignore[operator]  # any container will do
        candidate, number = f"{wanted}_{number}", number + 1
    return candidate
