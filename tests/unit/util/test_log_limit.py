"""Lines of a kind are logged once a minute."""

from __future__ import annotations

import logging
from collections.abc import Hashable

from marge.util.log_limit import MAX_KINDS, OncePerMinute


def line(at: float, text: str, *args: object, about: Hashable = None) -> logging.LogRecord:
    record = logging.LogRecord("x", logging.WARNING, "x.py", 1, text, args, None)
    record.created = at
    if about is not None:
        record.about = about
    return record


def test_one_line_a_minute_of_each_subject_and_text_and_a_count() -> None:
    limit = OncePerMinute()
    assert limit.filter(line(0, "%s: '%s' is no number", "sensor.a", "x"))
    assert not limit.filter(line(1, "%s: '%s' is no number", "sensor.a", "y"))
    assert not limit.filter(line(59.9, "%s: '%s' is no number", "sensor.a", "z"))
    assert limit.filter(line(1, "%s: '%s' is no number", "sensor.b", "x"))
    assert limit.filter(line(1, "%s: '%s' is no colour", "sensor.a", "x"))
    late = line(60, "%s: '%s' is no number", "sensor.a", "50%")
    assert limit.filter(late)
    assert late.getMessage() == "sensor.a: '50%' is no number (2 more like it since the last)"
    later = line(120, "%s: '%s' is no number", "sensor.a", "x")
    assert limit.filter(later)
    assert later.getMessage() == "sensor.a: 'x' is no number"


def test_a_line_may_say_what_it_is_about() -> None:
    limit = OncePerMinute()
    assert limit.filter(line(0, "%s on a topic", "error 1", about="sensor.a"))
    assert not limit.filter(line(0, "%s on a topic", "error 2", about="sensor.a"))
    assert limit.filter(line(0, "%s on a topic", "error 2", about="sensor.b"))


def test_a_clock_that_is_set_back_silences_nothing() -> None:
    limit = OncePerMinute()
    assert limit.filter(line(1000, "text"))
    assert limit.filter(line(10, "text"))


def test_only_so_many_kinds_are_remembered() -> None:
    limit = OncePerMinute()
    for number in range(MAX_KINDS + 1):
        assert limit.filter(line(0, "%s", number))
    assert not limit.filter(line(0, "%s", MAX_KINDS))
    assert limit.filter(line(0, "%s", 0))
