"""What the two waits have in common: the timeout and the variable `wait`."""

from __future__ import annotations

import logging
from typing import Any

from marge.automation.errors import Aborted
from marge.automation.paused import Pause
from marge.automation.run import Run
from marge.automation.words import Period
from marge.core.errors import TemplateError


def timeout_of(run: Run, timeout: Period | None) -> float | None:
    """The timeout in seconds, None without one; raises Aborted when it cannot be told."""
    if timeout is None:
        return None
    try:
        return timeout.seconds(run.house.templates, run.values)
    except TemplateError as error:
        raise run.abort(f"the timeout cannot be told: {error}") from error


def end_wait(run: Run, wait: dict[str, Any], pause: Pause) -> None:
    """What was waited for has come."""
    wait["completed"] = True
    wait["remaining"] = None if pause.due is None else max(0.0, pause.due - run.house.clock.now())


def give_up(run: Run, wait: dict[str, Any], go_on: bool) -> None:
    """The time is over; raises Aborted unless the run is to go on."""
    wait["remaining"] = 0.0
    if not go_on:
        run.note(wait=wait, timeout=True)
        run.log(logging.INFO, "the wait (%s) timed out: the run ends", run.where)
        raise Aborted("the wait timed out")
