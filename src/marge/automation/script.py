"""A sequence that can be run, by its mode: what automations and scripts have in common."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from marge.automation.actions import Step
from marge.automation.errors import Aborted, StopSequence
from marge.automation.modes import DEFAULT_MAX, Exceeded, Mode, Verdict, decide
from marge.automation.ports import House
from marge.automation.run import STACK, Run
from marge.automation.traces import TRACER, Trace, Tracer
from marge.automation.variables import Scope
from marge.core.context import Context
from marge.core.errors import MargeError
from marge.templates import OWNER
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.automation")


class Outcome(NamedTuple):
    """How a run ended: what it answers, or what made it fail; and the variables that it left."""

    response: Any = None
    error: MargeError | Invalid | None = None
    variables: Mapping[str, Any] | None = None


class Script:
    """Starts, counts and stops the runs of a sequence.

    `on_change` is called when a run starts, begins to wait, or ends. `last_triggered` is in Unix seconds. `path` begins
    the paths of the steps in traces.
    """

    def __init__(
        self,
        house: House,
        name: str,
        sequence: tuple[Step, ...],
        *,
        mode: Mode = Mode.SINGLE,
        maximum: int = DEFAULT_MAX,
        exceeded: Exceeded = Exceeded.WARNING,
        on_change: Callable[[], None] = lambda: None,
        path: str = "sequence",
    ) -> None:
        self.house = house
        self.name = name
        self.sequence = sequence
        self.mode = mode
        self.maximum = maximum
        self.exceeded = exceeded
        self.on_change = on_change
        self.path = path
        self.last_triggered: float | None = None
        self.last_action: str | None = None
        self._tasks: dict[asyncio.Task[Any], Trace | None] = {}
        self._turn = asyncio.Lock()

    @property
    def running(self) -> int:
        """How many runs there are, waiting ones included."""
        return len(self._tasks)

    def start(
        self,
        variables: Mapping[str, Any],
        context: Context,
        *,
        on_started: Callable[[], object] | None = None,
        calling: bool = True,
        tracer: Tracer | None = None,
    ) -> asyncio.Task[Outcome] | None:
        """Start a run, if the mode lets it; None when not, with a line in the log.

        `on_started` is called before the run
        takes its first step. With `calling` the run counts as part of the script that the present code runs in, so
        that one which waits for itself is refused. `tracer` notes the steps, or why there are none.
        """
        verdict = decide(self.mode, self.running, self.maximum)
        if verdict in (Verdict.ALREADY_RUNNING, Verdict.TOO_MANY):
            if (level := self.exceeded.level) is not None:
                text = "Already running" if verdict is Verdict.ALREADY_RUNNING else "Maximum number of runs exceeded"
                _LOGGER.log(level, "%s: %s", self.name, text)
            if tracer is not None:
                tracer.trace.finish("failed_single" if verdict is Verdict.ALREADY_RUNNING else "failed_max_runs")
            return None
        stack = STACK.get() if calling else ()
        if self.mode in (Mode.RESTART, Mode.QUEUED) and self in stack:
            _LOGGER.warning("%s: would wait for itself to end: the run is not started", self.name)
            if tracer is not None:
                tracer.trace.finish("disallowed_recursion_detected")
            return None
        if verdict is Verdict.REPLACE:
            self.cancel()
        token = STACK.set((*stack, self))
        try:
            run = self._run(dict(variables), context, tracer)
            task = self.house.hub.tasks.create(run, f"{self.name} ({context.id})")
        finally:
            STACK.reset(token)
        self._tasks[task] = None if tracer is None else tracer.trace
        task.add_done_callback(self._ended)
        if tracer is not None:
            tracer.trace.stop = task.cancel
        if on_started is not None:
            on_started()
        self.last_triggered = self.house.clock.now()
        self.on_change()
        return task

    async def _run(self, variables: dict[str, Any], context: Context, tracer: Tracer | None) -> Outcome:
        variables["context"] = context
        OWNER.set(self.name)
        TRACER.set(tracer)
        run = Run(self.house, self.name, Scope(variables), context, self.doing, path=self.path, tracer=tracer)
        me = asyncio.current_task()
        queued = self.mode is Mode.QUEUED
        if queued:
            await self._turn.acquire()
        try:
            return await self._take(run)
        finally:
            # Before the next in the queue begins.
            self._ended(me)
            if queued:
                self._turn.release()

    async def _take(self, run: Run) -> Outcome:
        execution = "finished"
        failure: BaseException | None = None
        response: Any = None
        try:
            if not await run.take(self.sequence):
                execution = "aborted"
        except StopSequence as stop:
            response = stop.response
        except Aborted:
            execution = "aborted"
        except (MargeError, Invalid) as error:
            execution, failure = "error", error
            return Outcome(None, error)
        except asyncio.CancelledError:
            execution = "cancelled"
            raise
        except Exception as error:
            execution, failure = "error", error
            raise
        finally:
            if run.tracer is not None:
                run.tracer.trace.finish(execution, failure)
        return Outcome(response, variables=run.variables.flat())

    def doing(self, what: str, tell: bool) -> None:
        """Note what the newest step does, and `tell` of it."""
        self.last_action = what
        if tell:
            self.on_change()

    def _ended(self, task: asyncio.Task[Any] | None) -> None:
        if task is None or task not in self._tasks:
            # Counted before, or cancelled by somebody who has told of it.
            return
        trace = self._tasks.pop(task)
        if trace is not None:
            trace.ended(task)
        if not self._tasks:
            self.last_action = None
        self.on_change()

    def cancel(self) -> None:
        """End all runs; they count no more from now on, and end in the next turn of the loop."""
        tasks, self._tasks = self._tasks, {}
        self.last_action = None
        for task, trace in tasks.items():
            task.cancel()
            if trace is not None:
                task.add_done_callback(trace.ended)

    async def stop(self) -> None:
        """End all runs, and return when they have ended."""
        tasks = list(self._tasks)
        self.cancel()
        if tasks:
            self.on_change()
            await asyncio.wait(tasks)

    async def finish(self, seconds: float) -> None:
        """Give the runs `seconds` to end by themselves, then end them."""
        if self._tasks:
            await asyncio.wait(list(self._tasks), timeout=seconds)
        await self.stop()


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
