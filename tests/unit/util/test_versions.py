"""Versions: what the replay of recorded answers does not show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marge.util.versions import is_newer


@pytest.mark.parametrize(
    ("newer", "older"),
    [("1.0.post1", "1.0"), ("2.0rc1", "2.0b9"), ("2.0b10", "2.0b9"), ("2.0", "2.0rc1"), ("1.0.1", "1.0")],
)
def test_the_newer_one_is_seen(newer: str, older: str) -> None:
    assert is_newer(newer, older) is True
    assert is_newer(older, newer) is False


@pytest.mark.parametrize("other", ["v1.2", " 1.2.0 ", "1.2+build.7", "1.2."])
def test_spellings_of_the_same_version(other: str) -> None:
    assert is_newer("1.2", other) is False
    assert is_newer(other, "1.2") is False


@given(st.text(max_size=40), st.text(max_size=40))
def test_no_text_is_an_error(version: str, than: str) -> None:
    assert is_newer(version, than) in (True, False, None)
