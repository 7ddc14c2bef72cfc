"""Tasks with an owner, a name and an end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

_LOGGER = logging.getLogger("marge.core.tasks")


class Tasks:
    """Runs coroutines beside the rest; one that fails is logged by name, all are ended by `stop`."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def create(self, coroutine: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        """Start `coroutine` on the running loop."""
        task = asyncio.get_running_loop().create_task(coroutine, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOGGER.error("Task %s failed: %s", task.get_name(), error, exc_info=error)

    def __len__(self) -> int:
        return len(self._tasks)

    async def settle(self, rounds: int = 100) -> None:
        """Wait until nothing runs any more, for at most `rounds` generations of tasks."""
        for _ in range(rounds):
            others = [task for task in self._tasks if task is not asyncio.current_task()]
            if not others:
                return
            await asyncio.wait(others)

    async def stop(self, timeout: float = 2.0) -> None:
        """Cancel all that runs and wait for it, at most `timeout` seconds."""
        tasks = [task for task in self._tasks if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        if tasks:
            _, pending = await asyncio.wait(tasks, timeout=timeout)
            for task in pending:
                _LOGGER.warning("Task %s did not end within %s s", task.get_name(), timeout)
