"""Matching patterns that somebody else wrote."""

from __future__ import annotations

import re
import threading
import time

import pytest

from marge.util import patterns
from marge.util.patterns import CHANCES, MATCH_LIMIT, PatternTooSlow, matches

CATASTROPHIC = [
    (r"(a+)+$", "a" * 60 + "!"),
    (r"(a|aa)+\Z", "a" * 60 + "!"),
    (r"(\w+\s?)+\Z", "good morning " * 10 + "!"),
]


@pytest.fixture(autouse=True)
def _fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_slow", {})


def test_a_pattern_matches_from_the_start() -> None:
    assert matches(r"\d+", "12 o'clock")
    assert not matches(r"\d+", "at 12")
    assert matches("", "")


@pytest.mark.parametrize(("pattern", "text"), CATASTROPHIC)
def test_a_catastrophic_pattern_is_ended(pattern: str, text: str) -> None:
    began = time.monotonic()
    with pytest.raises(PatternTooSlow, match=re.escape(pattern)):
        matches(pattern, text)
    assert time.monotonic() - began < MATCH_LIMIT + 1


def test_a_pattern_that_is_slow_again_and_again_is_not_tried_any_more() -> None:
    pattern, text = CATASTROPHIC[0]
    for _ in range(CHANCES):
        with pytest.raises(PatternTooSlow):
            matches(pattern, text)
    began = time.monotonic()
    with pytest.raises(PatternTooSlow):
        matches(pattern, text)
    assert time.monotonic() - began < MATCH_LIMIT / 2
    assert matches("b+", "bb"), "the others are not concerned"


def test_a_pattern_gets_another_chance_before_that() -> None:
    pattern, text = CATASTROPHIC[0]
    with pytest.raises(PatternTooSlow):
        matches(pattern, text)
    assert matches(pattern, "aaa")


def test_the_memory_of_slow_patterns_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patterns, "_MOST", 2)
    text = CATASTROPHIC[0][1]
    for pattern in (r"(a+)+$", r"(a+)+\Z", r"(a*)*\Z"):
        with pytest.raises(PatternTooSlow):
            matches(pattern, text)
    assert list(patterns._slow) == [r"(a+)+\Z", r"(a*)*\Z"]


def test_what_is_no_pattern_is_said_so() -> None:
    with pytest.raises(re.error):
        matches("(", "")


def test_patterns_are_matched_in_other_threads_too() -> None:
    found: list[bool] = []
    thread = threading.Thread(target=lambda: found.append(matches("a", "a")))
    thread.start()
    thread.join()
    assert found == [True]
