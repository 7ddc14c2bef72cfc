"""How a run ended, and waiting for that."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, NamedTuple

from marge.core.errors import MargeError
from marge.util.schema import Invalid


class Outcome(NamedTuple):
    """How a run ended: what it answers, or what made it fail; and the variables that it left.

    `said` is its answer to a sentence, None when it has none.
    """

    response: Any = None
    error: MargeError | Invalid | None = None
    variables: Mapping[str, Any] | None = None
    said: str | None = None


async def outcome(task: asyncio.Task[Outcome] | None) -> Any:
    """Wait for a run that something else waits for: cancelled, it ends the run too. Gives what the run answers.

    A run that was stopped by others gives None; one that failed raises what made it fail.
    """
    if task is None:
        return None
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        task.cancel()
        raise
    if task.cancelled():
        return None
    result = task.result()
    if result.error is not None:
        raise result.error
    return result.response
