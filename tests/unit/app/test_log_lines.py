"""What devices and clients say is quoted in the log, and stays one entry there."""

from __future__ import annotations

import logging

import pytest

from marge.app.logs import MAX_MESSAGE, JsonFormatter, TextFormatter


def record(message: str) -> logging.LogRecord:
    return logging.LogRecord("marge.mqtt", logging.WARNING, "", 0, "%s", (message,), None)


@pytest.mark.parametrize(
    ("said", "written"),
    [
        ("grün → 21 °C", "grün → 21 °C"),
        ("x\n2026-01-01 00:00:00.000 ERROR marge.app: fire", "x\n    2026-01-01 00:00:00.000 ERROR marge.app: fire"),
        ("x\r\x1b[2Jy\x00", "x\\r\\x1b[2Jy\\x00"),
        ("half \ud800", "half \\ud800"),
    ],
)
def test_a_message_is_one_entry(said: str, written: str) -> None:
    assert TextFormatter().format(record(said)).endswith(f" WARNING marge.mqtt: {written}")


def test_a_message_is_bounded() -> None:
    line = TextFormatter().format(record("x" * (MAX_MESSAGE + 7)))
    assert line.endswith("xxx… (7 more characters)")
    assert len(JsonFormatter().format(record("x" * 100_000))) < MAX_MESSAGE + 200


def test_a_traceback_keeps_its_lines() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        import sys

        entry = record("failed")
        entry.exc_info = sys.exc_info()
    lines = TextFormatter().format(entry).splitlines()
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: no"
