"""Breakpoints: where runs halt until somebody who watches lets them go on. There are none without a watcher."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from msgspec import Struct

from marge.automation.traces.trace import Trace
from marge.core.errors import OperationFailed

ANY: Final = "*"
"""Stands for every run, or every step."""
MAX_BREAKPOINTS: Final = 1000

OnHit = Callable[[Trace, str], None]
"""Called with the trace of the run that has halted and the path of the step that it is about to take."""


class Breakpoint(Struct, frozen=True):
    """Runs of `key` (or the one run) halt before the step `node`."""

    key: str
    run_id: str
    node: str


class Breakpoints:
    """All breakpoints, who watches, and the runs that have halted."""

    def __init__(self) -> None:
        self.points: dict[Breakpoint, None] = {}
        self._watchers: dict[object, OnHit] = {}
        self._halted: dict[str, list[asyncio.Future[None]]] = {}

    def subscribe(self, on_hit: OnHit) -> Callable[[], None]:
        """Watch; when the last watcher goes all breakpoints are cleared and all runs go on."""
        token = object()
        self._watchers[token] = on_hit

        def remove() -> None:
            self._watchers.pop(token, None)
            if not self._watchers:
                self.points.clear()
                for run_id in list(self._halted):
                    self._release(run_id)

        return remove

    def set(self, key: str, run_id: str | None, node: str) -> None:
        """Halt before `node`, in every run when `run_id` is None; raises OperationFailed when nobody watches."""
        if not self._watchers:
            raise OperationFailed("No breakpoint subscription: nobody could let a halted run go on")
        if len(self.points) >= MAX_BREAKPOINTS:
            raise OperationFailed(f"There are {MAX_BREAKPOINTS} breakpoints already: clear some of them")
        self.points[Breakpoint(key, run_id or ANY, node)] = None

    def clear(self, key: str, run_id: str | None, node: str) -> None:
        """Halt there no more."""
        self.points.pop(Breakpoint(key, run_id or ANY, node), None)

    def go_on(self, key: str, run_id: str) -> None:
        """Let a halted run go on to the next breakpoint."""
        self.clear(key, run_id, ANY)
        self._release(run_id)

    def step(self, key: str, run_id: str) -> None:
        """Let a halted run take one step."""
        if run_id not in self._halted:
            return
        self.points[Breakpoint(key, run_id, ANY)] = None
        self._release(run_id)

    def _release(self, run_id: str) -> None:
        for future in self._halted.pop(run_id, ()):
            if not future.done():
                future.set_result(None)

    async def reach(self, trace: Trace, path: str) -> None:
        """Wait before the step at `path` if there is a breakpoint."""
        key, run_id = trace.key, trace.run_id
        if not any(Breakpoint(key, run, node) in self.points for run in (run_id, ANY) for node in (path, ANY)):
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._halted.setdefault(run_id, []).append(future)
        for on_hit in list(self._watchers.values()):
            on_hit(trace, path)
        try:
            await future
        finally:
            halted = self._halted.get(run_id, [])
            if future in halted:
                halted.remove(future)
                if not halted:
                    del self._halted[run_id]

    def forget(self, trace: Trace) -> None:
        """A run has ended: what was set for it alone is of no use any more."""
        for point in [each for each in self.points if each.run_id == trace.run_id]:
            del self.points[point]
