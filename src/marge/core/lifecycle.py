"""Run states and phases: what the hub is doing, logged and timed."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

_LOGGER = logging.getLogger("marge.core.lifecycle")


class RunState(StrEnum):
    """What `get_config().state` says; the names are Home Assistant's."""

    NOT_RUNNING = "NOT_RUNNING"
    STARTING = "STARTING"
    RUNNING = "RUNNING"
    STOPPING = "STOPPING"
    FINAL_WRITE = "FINAL_WRITE"


class Lifecycle:
    """The present run state and how long each phase took, in milliseconds."""

    def __init__(self) -> None:
        self.state = RunState.NOT_RUNNING
        self.phases: list[tuple[str, float]] = []

    @property
    def stopping(self) -> bool:
        """Whether the hub is on its way out."""
        return self.state in (RunState.STOPPING, RunState.FINAL_WRITE)

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        """Time a phase; it is logged when it ends, and with its error when it fails."""
        started = time.perf_counter()
        try:
            yield
        except BaseException as error:
            _LOGGER.error("Phase %s failed after %.1f ms: %r", name, (time.perf_counter() - started) * 1e3, error)
            raise
        took = (time.perf_counter() - started) * 1e3
        self.phases.append((name, took))
        _LOGGER.info("Phase %s took %.1f ms", name, took)
