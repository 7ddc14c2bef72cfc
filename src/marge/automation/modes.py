"""Modes of a script: what happens when it is started while it runs. Pure policy."""

from __future__ import annotations

import logging
from enum import Enum, StrEnum
from typing import Final

DEFAULT_MAX: Final = 10


class Mode(StrEnum):
    """Home Assistant's names."""

    SINGLE = "single"
    RESTART = "restart"
    QUEUED = "queued"
    PARALLEL = "parallel"

    @property
    def has_max(self) -> bool:
        """Whether `max` means anything."""
        return self in (Mode.QUEUED, Mode.PARALLEL)


class Verdict(Enum):
    """What to do with a new run."""

    START = "start"
    WAIT = "wait"
    """Start it when those before it have ended."""
    REPLACE = "replace"
    """Start it and end the others."""
    ALREADY_RUNNING = "already running"
    TOO_MANY = "too many"


class Exceeded(StrEnum):
    """Levels of `max_exceeded`, in lower case."""

    SILENT = "silent"
    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    WARN = "warn"
    ERROR = "error"
    FATAL = "fatal"
    CRITICAL = "critical"
    NOTSET = "notset"

    @property
    def level(self) -> int | None:
        """The level of the log line about a run that is refused; None for no line."""
        return None if self is Exceeded.SILENT else logging.getLevelNamesMapping()[self.name]


def decide(mode: Mode, running: int, maximum: int) -> Verdict:
    """What to do with a run that is to start while `running` others (waiting ones included) are there."""
    if running == 0:
        return Verdict.START
    if mode is Mode.SINGLE:
        return Verdict.ALREADY_RUNNING
    if mode is Mode.RESTART:
        return Verdict.REPLACE
    if running >= maximum:
        return Verdict.TOO_MANY
    return Verdict.WAIT if mode is Mode.QUEUED else Verdict.START
