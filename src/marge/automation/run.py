"""One run of a sequence: its variables, its context, and the taking of its steps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Literal

from marge.automation.conditions import ConfiguredCondition, noted
from marge.automation.errors import Aborted, ConditionFailed, ConditionNotMet, Halt, StopSequence
from marge.automation.places import in_words
from marge.automation.ports import House, View
from marge.automation.variables import Scope
from marge.core.context import Context
from marge.core.errors import InvalidEntityId, MargeError, ServiceNotFound, TemplateError, Unauthorized
from marge.util.schema import Invalid

if TYPE_CHECKING:
    from marge.automation.actions import Step
    from marge.automation.going_on import First
    from marge.automation.kept_runs import KeptRun
    from marge.automation.paused import Pause
    from marge.automation.traces import Tracer

_LOGGER = logging.getLogger("marge.automation")

BREATH: Final = 50
"""After so many steps without a wait the rest of the hub has its turn."""

# Mistakes of whoever wrote the sequence: `continue_on_error` does not pass over them.
_MISTAKES: Final = (TemplateError, ServiceNotFound, InvalidEntityId, ConditionFailed)

STACK: ContextVar[tuple[object, ...]] = ContextVar("automation_stack", default=())
"""The scripts that the present code runs in, outermost first."""


class Run:
    """What actions work on. Branches of a `parallel` are runs of their own over the same whole."""

    __slots__ = (
        "_alias",
        "_on_step",
        "_steps",
        "at",
        "context",
        "house",
        "kept",
        "name",
        "said",
        "tracer",
        "variables",
    )

    def __init__(
        self,
        house: House,
        name: str,
        variables: Scope,
        context: Context,
        on_step: Callable[[str, bool], None],
        *,
        path: str = "sequence",
        tracer: Tracer | None = None,
        kept: KeptRun | None = None,
    ) -> None:
        """`path` begins the paths of all steps, `tracer` notes them."""
        self.house = house
        self.name = name
        self.variables = variables
        self.context = context
        self.kept = kept
        """What is known of it over a restart; None for a run that ends with the hub."""
        self.said: list[str | None] = [None]
        """What is answered to the sentence that started the run: one value, shared by all branches."""
        self._on_step = on_step
        self._alias: str | None = None
        self._steps = 0
        self.at = path
        """Where the present step is, as traces have it: `action/1/choose/0/sequence/2`."""
        self.tracer = tracer

    def branch(self) -> Run:
        """A run of one branch of a `parallel`."""
        tracer = None if self.tracer is None else self.tracer.branch()
        twin = Run(
            self.house,
            self.name,
            self.variables.branch(),
            self.context,
            self._on_step,
            path=self.at,
            tracer=tracer,
            kept=self.kept,
        )
        twin.said = self.said
        return twin

    @property
    def values(self) -> dict[str, Any]:
        """All variables as they are now; not to be changed."""
        return self.variables.flat()

    @property
    def view(self) -> View:
        """What conditions look at."""
        return View(self.house, self.variables.flat(), self.tracer, self.at)

    def note(self, **details: Any) -> None:
        """Say in the trace what the present step does, in Home Assistant's words."""
        if self.tracer is not None and self.tracer.top is not None:
            self.tracer.top.result = details

    def also_note(self, **details: Any) -> None:
        """Add to what `note` said."""
        if self.tracer is not None and self.tracer.top is not None:
            self.tracer.top.add(**details)

    async def take(self, steps: Sequence[Step], *path: str | int, begin: int = 0, first: First | None = None) -> bool:
        """Take steps one after the other; `path` leads from the step that is taken now to them.

        With `first` they are taken up at `begin`, and that step is gone on with by it. False when a condition that is
        not met ended these steps, and only these. Raises Halt, and what makes a step fail, which is logged.
        """
        outer, tracer = self.at, self.tracer
        here = "/".join((outer, *map(str, path))) if path else outer
        last = None if tracer is None else tracer.last
        try:
            for place, step in enumerate(steps[begin:], begin):
                self.at = f"{here}/{place}"
                self._steps += 1
                if self._steps % BREATH == 0:
                    await asyncio.sleep(0)
                if tracer is None:
                    await self._take_one(step, first)
                else:
                    await self._take_traced(step, tracer, first)
                first = None
        except ConditionNotMet:
            return False
        finally:
            self.at = outer
            if tracer is not None and last is not None and path:
                # What follows tells its changes against the step that these are part of.
                tracer.last = last
        return True

    async def _take_traced(self, step: Step, tracer: Tracer, going_on: First | None) -> None:
        variables = self.variables
        noted = tracer.open(self.at, variables.of_branch())
        try:
            if tracer.trace.breakpoints.points:
                await tracer.trace.breakpoints.reach(tracer.trace, self.at)
            await self._take_one(step, going_on)
        except (ConditionNotMet, StopSequence):
            raise
        except Exception as error:
            noted.fail(error)
            raise
        finally:
            tracer.close(noted, variables.of_branch())

    async def _take_one(self, step: Step, going_on: First | None) -> None:
        try:
            if going_on is None and not step.common.is_on(self):
                self.note(enabled=False)
                return
            self._alias = step.common.alias
            await (going_on or step.action.run)(self)
        except Halt:
            raise
        except (MargeError, Invalid) as error:
            self._log_failure(step, error)
            if not step.common.continue_on_error or isinstance(error, (Invalid, *_MISTAKES)):
                raise

    def _log_failure(self, step: Step, error: Exception) -> None:
        if getattr(error, "logged_by_run", False):
            return
        # Steps around this one see the same error: it is told once, where it happened.
        error.logged_by_run = True  # type: ignore[attr-defined]
        if isinstance(error, Unauthorized):
            error = Exception("the user who started it may not do that")
        self.log(logging.ERROR, "%s (%s) failed: %s", step.kind, self.where, error)

    @property
    def where(self) -> str:
        """The place of the present step in words: `step 2, then 1`."""
        return in_words(self.at)

    def log(self, level: int, text: str, *args: Any) -> None:
        """Log a line about this run."""
        _LOGGER.log(level, "%s: " + text, self.name, *args)  # noqa: G003  `text` is a literal of the caller

    def doing(self, what: str, *, waits: bool = False) -> None:
        """Tell what the present step does, unless it has an alias; `waits` when that may take a while."""
        self._on_step(self._alias or what, waits)

    def holds(self, conditions: Sequence[ConfiguredCondition], what: str, element: str, within: str) -> bool | None:
        """Whether no condition is false; None, with a warning, when one cannot be told.

        In the trace this is a step `element` below the present one, with the conditions in `within` below that.
        """
        return noted(self.view.part(element), lambda view: self._hold(conditions, what, view.part(within)))

    def _hold(self, conditions: Sequence[ConfiguredCondition], what: str, view: View) -> bool | None:
        try:
            for place, each in enumerate(conditions):
                if each.check(view.part(place)) is False:
                    return False
        except ConditionFailed as error:
            self.untold(what, error)
            return None
        return True

    def untold(self, what: str, error: ConditionFailed) -> None:
        """Warn that a condition cannot be told."""
        self.log(logging.WARNING, "'%s' (%s) cannot be told: %s", what, self.where, error)

    def pause(self, kind: Literal["delay", "wait_template", "wait_for_trigger"], seconds: float | None) -> Pause:
        """A wait that begins now, of so many seconds at most; None for without end."""
        from marge.automation.paused import Pause

        return Pause(kind, None if seconds is None else self.house.clock.now() + seconds, seconds)

    async def sleep(self, pause: Pause) -> None:
        """Wait by the hub's clock until `pause` is due."""
        await self.wait(asyncio.get_running_loop().create_future(), pause)

    async def wait(self, done: asyncio.Future[None], pause: Pause) -> bool:
        """Wait for `done`; False when the end of `pause` came first."""
        timed_out = False

        def on_time() -> None:
            nonlocal timed_out
            if not done.done():
                timed_out = True
                done.set_result(None)

        clock = self.house.clock
        cancel = None if pause.due is None else clock.call_later(max(0.0, pause.due - clock.now()), on_time)
        if self.kept is not None:
            self.kept.pause(self, pause)
        try:
            await done
        finally:
            if cancel is not None:
                cancel()
        await self.waited()
        return not timed_out

    async def waited(self) -> None:
        """The wait is over: a restart from now on must not find the run in it."""
        if self.kept is not None:
            await self.kept.over(self)

    def abort(self, reason: str) -> Aborted:
        """Log why the run cannot go on; to be raised."""
        self.log(logging.ERROR, "%s (%s)", reason, self.where)
        return Aborted(reason)
