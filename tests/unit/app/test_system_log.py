"""The last warnings and errors: one entry a place, few and short, whatever is logged."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from marge.app.system_log import MAX_ENTRIES, MAX_TEXT, SystemLog
from marge.testing import make_hub

LOGGER = logging.getLogger("marge.system_log_test")


@pytest.fixture
def log() -> Iterator[SystemLog]:
    log = SystemLog(make_hub())
    LOGGER.addHandler(log)
    yield log
    LOGGER.removeHandler(log)


def test_the_newest_entry_comes_first(log: SystemLog) -> None:
    LOGGER.warning("one")
    LOGGER.error("two")
    assert [entry["message"] for entry in log.entries()] == [["two"], ["one"]]
    assert [entry["level"] for entry in log.entries()] == ["ERROR", "WARNING"]


def test_what_is_no_warning_is_left_out(log: SystemLog) -> None:
    LOGGER.setLevel(logging.DEBUG)
    LOGGER.info("all is well")
    assert log.entries() == []


def test_a_place_that_logs_often_is_one_entry(log: SystemLog) -> None:
    for number in range(1000):
        LOGGER.warning("leak %d", number % 3)
    (entry,) = log.entries()
    assert entry["count"] == 1000
    assert entry["message"] == ["leak 0", "leak 1", "leak 2"]


def test_only_the_latest_places_are_kept(log: SystemLog) -> None:
    for number in range(MAX_ENTRIES + 20):
        record = LOGGER.makeRecord(LOGGER.name, logging.ERROR, __file__, number, "text", (), None)
        LOGGER.handle(record)
    lines = [entry["source"][1] for entry in log.entries()]
    assert lines == list(range(MAX_ENTRIES + 19, 19, -1))


def test_an_error_has_its_traceback(log: SystemLog) -> None:
    try:
        raise ValueError("the roof")
    except ValueError:
        LOGGER.exception("failed")
    (entry,) = log.entries()
    assert entry["exception"].endswith("ValueError: the roof")


def test_long_texts_are_cut(log: SystemLog) -> None:
    LOGGER.warning("x" * (MAX_TEXT * 2))
    assert len(log.entries()[0]["message"][0]) == MAX_TEXT


def test_a_message_that_does_not_fit_its_arguments_is_kept_as_it_is(log: SystemLog) -> None:
    # Handed to the handler alone: pytest's own handler raises for such a record.
    log.handle(LOGGER.makeRecord(LOGGER.name, logging.ERROR, __file__, 1, "%d apples", ("no",), None))
    assert log.entries()[0]["message"] == ["%d apples"]
