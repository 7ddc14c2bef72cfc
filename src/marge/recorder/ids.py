"""Context and user ids as the database keeps them: 16 bytes for ULIDs and hexadecimal ids, the text for others."""

from __future__ import annotations

from typing import Final

_CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_BASE32: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
# Everything that is not a digit of a ULID becomes a character that `int` refuses (it would accept "_" and spaces).
_TO_BASE32: Final = bytes(
    _BASE32.encode()[_CROCKFORD.encode().index(byte)] if byte in _CROCKFORD.encode() else ord("!")
    for byte in range(256)
)
_HEX_ONLY: Final = bytes(byte if byte in b"0123456789abcdef" else ord("!") for byte in range(256))

StoredId = bytes | str | None


def ulid_to_stored(ulid: str) -> StoredId:
    """Pack a ULID; any other text stays as it is."""
    if len(ulid) == 26:
        try:
            return int(ulid.encode().translate(_TO_BASE32), 32).to_bytes(16, "big")
        except (ValueError, OverflowError):
            pass
    return ulid


def stored_to_ulid(stored: StoredId) -> str | None:
    """The inverse of `ulid_to_stored`."""
    if not isinstance(stored, bytes):
        return stored
    number = int.from_bytes(stored, "big")
    return "".join([_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5)])


def hex_to_stored(text: str) -> StoredId:
    """Pack an id of 32 lower-case hexadecimal digits; any other text stays as it is."""
    if len(text) == 32:
        try:
            return int(text.encode().translate(_HEX_ONLY), 16).to_bytes(16, "big")
        except ValueError:
            pass
    return text


def stored_to_hex(stored: StoredId) -> str | None:
    """The inverse of `hex_to_stored`."""
    return stored.hex() if isinstance(stored, bytes) else stored
