"""JSON in and out through msgspec, with the extra types that Home Assistant's encoder accepts.

Times in UTC end in `+00:00`, as Home Assistant writes them, where msgspec would write `Z`. A timedelta, which Home
Assistant cannot send, is an ISO 8601 duration.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final

import msgspec

Raw = msgspec.Raw


def _encode_other(value: Any) -> Any:
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Set):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    if hasattr(value, "as_dict"):
        return value.as_dict()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


_encoder = msgspec.json.Encoder(enc_hook=_encode_other)
_decoder = msgspec.json.Decoder()

encode = _encoder.encode
"""As `dumps`, for what holds no times."""

_PERHAPS_UTC: Final = re.compile(rb'\d\d:\d\d(?:\.\d+)?Z"')


def dumps(value: Any) -> bytes:
    """Encode to compact UTF-8 JSON.

    Raises TypeError when something in `value` has no JSON form. Keys that are not strings become strings.
    """
    encoded = _encoder.encode(value)
    if b'Z"' in encoded and _PERHAPS_UTC.search(encoded):
        # Perhaps it is a text that somebody else wrote; that stays as it is.
        try:
            return _encoder.encode(_with_offsets(value))
        except RecursionError:
            return encoded
    return encoded


def _with_offsets(value: Any) -> Any:
    """`value` with its times as Home Assistant writes them."""
    if isinstance(value, (datetime, time)):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {_with_offsets(key): _with_offsets(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, Set)):
        return [_with_offsets(item) for item in value]
    return value


def loads(data: bytes | bytearray | memoryview | str) -> Any:
    """Decode JSON; raises ValueError (its text says where) when it is none."""
    try:
        return _decoder.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise ValueError(f"invalid JSON: {error}") from error


def loads_object(data: bytes | bytearray | memoryview | str) -> dict[str, Any] | None:
    """Decode JSON; None when it is none or no object."""
    try:
        value = loads(data)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def dumps_safe(value: Any) -> bytes:
    """Encode like `dumps`, for data that must get out whatever it holds.

    What has no JSON form becomes its `repr`, integers of thousands of digits become text, broken Unicode "?".
    """
    try:
        return dumps(value)
    except (TypeError, ValueError, RecursionError, OverflowError):
        return msgspec.json.encode(_printable(value, 0))


def _printable(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, (bool, float, timedelta)):
        return value
    if isinstance(value, str):
        return _valid(value)
    if isinstance(value, int):
        # Python refuses to write longer ones in decimal.
        return value if value.bit_length() < 10_000 else hex(value)
    if depth < 20:
        if isinstance(value, Mapping):
            return {_valid(str(key)): _printable(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, Set)):
            return [_printable(item, depth + 1) for item in value]
        try:
            return _printable(_encode_other(value), depth + 1)
        except Exception:
            return _valid(repr(value))
    return _valid(repr(value))


def _valid(text: str) -> str:
    """`text` without halves of surrogate pairs, which have no UTF-8 form."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()
