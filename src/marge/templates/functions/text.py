"""Texts: regular expressions, slugs, encodings, hashes and JSON."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from marge.templates.bounds import MAX_TEXT, check_printable, check_text
from marge.templates.functions.base import FILTER, GLOBAL, TEST, Export
from marge.util import jsonx
from marge.util.slug import slugify as make_slug


@lru_cache(maxsize=128)
def _pattern(find: str, flags: int) -> re.Pattern[str]:
    return re.compile(find, flags)


def _regex(value: Any, find: str, ignorecase: Any) -> tuple[re.Pattern[str], str]:
    text = value if isinstance(value, str) else str(check_printable(value))
    return _pattern(find, re.IGNORECASE if ignorecase else 0), text


def regex_match(value: Any, find: str = "", ignorecase: Any = False) -> bool:
    """Whether `find` matches at the beginning."""
    pattern, text = _regex(value, find, ignorecase)
    return pattern.match(text) is not None


def regex_search(value: Any, find: str = "", ignorecase: Any = False) -> bool:
    """Whether `find` matches anywhere."""
    pattern, text = _regex(value, find, ignorecase)
    return pattern.search(text) is not None


def regex_replace(value: Any = "", find: str = "", replace: Any = "", ignorecase: Any = False) -> str:
    """Every match replaced; `\\1` stands for the first group."""
    pattern, text = _regex(value, find, ignorecase)
    if isinstance(replace, str) and (len(text) + 1) * (len(replace) + 1) <= MAX_TEXT and "\\" not in replace:
        return pattern.sub(replace, text)
    length = len(text)

    def expand(match: re.Match[str]) -> str:
        nonlocal length
        piece = match.expand(replace)
        length += len(piece)
        check_text(length)
        return piece

    return pattern.sub(expand, text)


def regex_findall(value: Any, find: str = "", ignorecase: Any = False) -> list[Any]:
    """Every match, or its groups."""
    pattern, text = _regex(value, find, ignorecase)
    return pattern.findall(text)


def regex_findall_index(value: Any, find: str = "", index: int = 0, ignorecase: Any = False) -> Any:
    """One of the matches."""
    return regex_findall(value, find, ignorecase)[index]


def slugify(value: str, separator: str = "_") -> str:
    """The text as an object id is written."""
    return make_slug(value, separator)


def urlencode(value: Any) -> bytes:
    """A mapping as the query of an address, in bytes."""
    from urllib.parse import urlencode as encode

    return encode(check_printable(value)).encode()


def base64_encode(value: str) -> str:
    """Base 64 of a text."""
    from base64 import b64encode

    return b64encode(value.encode()).decode()


def base64_decode(value: Any, encoding: str | None = "utf-8") -> str | bytes:
    """The text that base 64 stands for; bytes when `encoding` is none."""
    from base64 import b64decode

    decoded = b64decode(value)
    return decoded.decode(encoding) if encoding else decoded


def _hash(name: str) -> Any:
    def digest(value: str) -> str:
        import hashlib

        return hashlib.new(name, value.encode(), usedforsecurity=False).hexdigest()

    digest.__qualname__ = name
    return digest


def from_json(value: Any) -> Any:
    """The value that a JSON text stands for."""
    return jsonx.loads(value)


def to_json(value: Any, ensure_ascii: bool = False, pretty_print: bool = False, sort_keys: bool = False) -> str:
    """JSON of a value; compact unless `pretty_print` (2 spaces a level)."""
    import json

    check_printable(value)
    if ensure_ascii:
        return json.dumps(value, indent=2 if pretty_print else None, sort_keys=sort_keys)
    return json.dumps(
        _plain(value),
        ensure_ascii=False,
        indent=2 if pretty_print else None,
        separators=None if pretty_print else (",", ":"),
        sort_keys=sort_keys,
    )


def _plain(value: Any) -> Any:
    """What has a JSON form, as Home Assistant's encoder has it: not-a-number is null, enums and ids are themselves."""
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {_key(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    raise TypeError(f"Type is not JSON serializable: {name}")


def _key(key: Any) -> str:
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, (bool, int, float)):
        return "null" if key is None else str(key).lower() if isinstance(key, bool) else str(key)
    raise TypeError(f"a key of type {type(key).__name__} has no JSON form")


def is_string_like(value: Any) -> bool:
    """Whether a value is a text or bytes."""
    return isinstance(value, (str, bytes, bytearray))


EXPORTS = (
    Export("regex_match", regex_match, FILTER),
    Export("regex_search", regex_search, FILTER),
    Export("regex_replace", regex_replace, FILTER),
    Export("regex_findall", regex_findall, FILTER),
    Export("regex_findall_index", regex_findall_index, FILTER),
    Export("match", regex_match, TEST),
    Export("search", regex_search, TEST),
    Export("slugify", slugify),
    Export("urlencode", urlencode, GLOBAL),
    Export("base64_encode", base64_encode, FILTER),
    Export("base64_decode", base64_decode, FILTER),
    Export("md5", _hash("md5")),
    Export("sha1", _hash("sha1")),
    Export("sha256", _hash("sha256")),
    Export("sha512", _hash("sha512")),
    Export("from_json", from_json, FILTER),
    Export("to_json", to_json, FILTER),
    Export("ord", ord, FILTER),
    Export("string_like", is_string_like, TEST),
)
