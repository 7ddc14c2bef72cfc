"""Log lines that a device or a template could cause a thousand times a second: one of a kind a minute, with a count."""

from __future__ import annotations

import logging
from collections.abc import Hashable
from typing import Final

EVERY: Final = 60.0
"""Seconds between two lines of a kind."""

MAX_KINDS: Final = 1000
"""Kinds that are remembered; the oldest are forgotten first."""


class OncePerMinute(logging.Filter):
    """A filter for a logger: lines are of a kind when their text before formatting and their subject are the same.

    The subject is `about` of the record (given as `extra`), otherwise what the text begins with.
    """

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[Hashable, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to log; the next line that is let through tells how many were not."""
        kind = (record.msg, record.levelno, self.subject(record))
        now = record.created
        told = self._told.get(kind)
        left_out = 0
        if told is not None:
            since, left_out = told
            if 0 <= now - since < EVERY:
                self._told[kind] = (since, left_out + 1)
                return False
            del self._told[kind]
        elif len(self._told) >= MAX_KINDS:
            del self._told[next(iter(self._told))]
        self._told[kind] = (now, 0)
        if left_out:
            record.msg = f"{record.getMessage()} ({left_out} more like it since the last)"
            record.args = ()
        return True

    def subject(self, record: logging.LogRecord) -> Hashable:
        """What a line is about."""
        about: Hashable = getattr(record, "about", None)
        if about is None and isinstance(record.args, tuple) and record.args:
            return str(record.args[0])
        return about

    def forget(self) -> None:
        """Begin anew."""
        self._told.clear()
