"""A sequence that can be run, by its mode: what automations and scripts have in common."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Any

from marge.automation.actions import Step
from marge.automation.errors import Aborted, StopSequence
from marge.automation.going_on import First, find
from marge.automation.kept_runs import KeptRun, KeptRuns
from marge.automation.modes import DEFAULT_MAX, Exceeded, Mode, Verdict, decide
from marge.automation.outcome import Outcome
from marge.automation.paused import Owner, Pause
from marge.automation.places import parts
from marge.automation.ports import House
from marge.automation.run import STACK, Run
from marge.automation.traces import TRACER, Tracer
from marge.automation.variables import Scope
from marge.core.context import Context
from marge.core.errors import MargeError
from marge.templates import OWNER
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.automation")


class Script:
    """Starts, counts and stops the runs of a sequence.

    `on_change` is called when a run starts, begins to wait, or ends. `last_triggered` is in Unix seconds. `path` begins
    the paths of the steps in traces. With `runs` and `owner`, runs that wait go on after a restart of the hub.
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
        runs: KeptRuns | None = None,
        owner: Owner | None = None,
    ) -> None:
        self.house = house
        self.name = name
        self.sequence = sequence
        self.mode = mode
        self.maximum = maximum
        self.exceeded = exceeded
        self.on_change = on_change
        self.path = path
        self._runs = runs
        self._owner = owner
        self.last_triggered: float | None = None
        self.last_action: str | None = None
        self._tasks: dict[asyncio.Task[Any], Run] = {}
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
        kept = None if self._runs is None or self._owner is None else self._runs.begin(self._owner, context)
        task = self._create(stack, dict(variables), context, tracer, kept)
        if on_started is not None:
            on_started()
        self.last_triggered = self.house.clock.now()
        self.on_change()
        return task

    def _create(
        self,
        stack: tuple[object, ...],
        variables: dict[str, Any],
        context: Context,
        tracer: Tracer | None,
        kept: KeptRun | None,
        going_on: tuple[int, First | None] = (0, None),
    ) -> asyncio.Task[Outcome]:
        variables["context"] = context
        run = Run(
            self.house,
            self.name,
            Scope(variables),
            context,
            self.doing,
            path=self.path,
            tracer=tracer,
            kept=kept,
        )
        token = STACK.set((*stack, self))
        try:
            task = self.house.hub.tasks.create(self._run(run, *going_on), f"{self.name} ({context.id})")
        finally:
            STACK.reset(token)
        self._tasks[task] = run
        task.add_done_callback(self._ended)
        if tracer is not None:
            tracer.trace.stop = task.cancel
        return task

    def go_on(self) -> None:
        """Go on with the runs that waited when the hub last stopped; those that cannot are named in the log."""
        if self._runs is None or self._owner is None:
            return
        for kept, paused in self._runs.left(self._owner):
            due = paused.pause.due
            try:
                variables = kept.variables(paused)
                going_on = find(self.sequence, paused.path, paused.pause) if parts(paused.path) else (0, None)
            except ValueError as error:
                kept.refuse(paused, str(error))
                continue
            if due is None:
                _LOGGER.info("%s: a run goes on after the restart (%s)", self.name, paused.where)
            elif (late := self.house.clock.now() - due) >= 0:
                text = "%s: the wait of a run (%s) ended %.0f s ago, while the hub was away: it goes on now"
                _LOGGER.info(text, self.name, paused.where, late)
            else:
                text = "%s: a run goes on after the restart: its wait (%s) ends in %.0f s"
                _LOGGER.info(text, self.name, paused.where, -late)
            tracer = self._owner.tracer(paused.context, variables)
            self._create((), variables, paused.context, tracer, kept, going_on)
        if self._tasks:
            self.on_change()

    async def _run(self, run: Run, begin: int, first: First | None) -> Outcome:
        OWNER.set(self.name)
        TRACER.set(run.tracer)
        me = asyncio.current_task()
        queued = self.mode is Mode.QUEUED
        if queued:
            await self._await_turn(run)
        try:
            return await self._take(run, begin, first)
        finally:
            # Before the next in the queue begins.
            self._ended(me)
            if queued:
                self._turn.release()

    async def _await_turn(self, run: Run) -> None:
        if not self._turn.locked() or run.kept is None:
            await self._turn.acquire()
            return
        run.kept.pause(run, Pause("queue"))
        await self._turn.acquire()
        try:
            await run.waited()
        except BaseException:
            self._turn.release()
            raise

    async def _take(self, run: Run, begin: int, first: First | None) -> Outcome:
        execution = "finished"
        failure: BaseException | None = None
        response: Any = None
        try:
            if not await run.take(self.sequence, begin=begin, first=first):
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
        return Outcome(response, variables=run.variables.flat(), said=run.said[-1])

    def doing(self, what: str, tell: bool) -> None:
        """Note what the newest step does, and `tell` of it."""
        self.last_action = what
        if tell:
            self.on_change()

    def _ended(self, task: asyncio.Task[Any] | None) -> None:
        if task is None or task not in self._tasks:
            # Counted before, or cancelled by somebody who has told of it.
            return
        run = self._tasks.pop(task)
        if run.kept is not None:
            run.kept.end()
        if run.tracer is not None:
            run.tracer.trace.ended(task)
        if not self._tasks:
            self.last_action = None
        self.on_change()

    def cancel(self) -> None:
        """End all runs; they count no more from now on, and end in the next turn of the loop."""
        tasks, self._tasks = self._tasks, {}
        self.last_action = None
        for task, run in tasks.items():
            task.cancel()
            if run.kept is not None:
                run.kept.end()
            if run.tracer is not None:
                task.add_done_callback(run.tracer.trace.ended)

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
