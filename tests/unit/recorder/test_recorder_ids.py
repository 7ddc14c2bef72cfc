"""Context and user ids survive packing, whatever they look like."""

from __future__ import annotations

import pytest

from marge.recorder.ids import hex_to_stored, stored_to_hex, stored_to_ulid, ulid_to_stored


@pytest.mark.parametrize("ulid", ["01JGXYJ0000000000000000ABC", "7ZZZZZZZZZZZZZZZZZZZZZZZZZ", "0" * 26])
def test_a_ulid_takes_16_bytes(ulid: str) -> None:
    stored = ulid_to_stored(ulid)
    assert isinstance(stored, bytes)
    assert len(stored) == 16
    assert stored_to_ulid(stored) == ulid


@pytest.mark.parametrize(
    "text",
    ["", "x", "01jgxyj0000000000000000abc", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01JGXYJ000000000000000_ABC",
     "01JGXYJ0000000000000000ILO", " 1JGXYJ0000000000000000ABC", "é" * 26, "é" * 13],
)  # fmt: skip
def test_any_other_text_stays_as_it_is(text: str) -> None:
    assert ulid_to_stored(text) == text
    assert stored_to_ulid(text) == text


def test_user_ids() -> None:
    user = "0123456789abcdef0123456789abcdef"
    assert stored_to_hex(hex_to_stored(user)) == user
    assert len(hex_to_stored(user) or "") == 16
    for odd in ("", "local", user.upper(), "0x" + user[2:], user[:-1] + "_"):
        assert hex_to_stored(odd) == odd
    assert stored_to_hex(None) is None
