"""One run of a sequence: its variables, its context, and the taking of its steps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final, Literal

from marge.automation.conditions import ConfiguredCondition
from marge.automation.errors import Aborted, ConditionFailed, ConditionNotMet, Halt
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

_LOGGER = logging.getLogger("marge.automation")

BREATH: Final = 50
"""After so many steps without a wait the rest of the hub has its turn."""

# Mistakes of whoever wrote the sequence: `continue_on_error` does not pass over them.
_MISTAKES: Final = (TemplateError, ServiceNotFound, InvalidEntityId, ConditionFailed)

STACK: ContextVar[tuple[object, ...]] = ContextVar("automation_stack", default=())
"""The scripts that the present code runs in, outermost first."""


class Run:
    """What actions work on. Branches of a `parallel` are runs of their own over the same whole."""

    __slots__ = ("_alias", "_on_step", "_steps", "_where", "context", "house", "kept", "name", "said", "variables")

    def __init__(
        self,
        house: House,
        name: str,
        variables: Scope,
        context: Context,
        on_step: Callable[[str, bool], None],
        kept: KeptRun | None = None,
    ) -> None:
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
        self._where: tuple[str | int, ...] = ()

    def branch(self) -> Run:
        """A run of one branch of a `parallel`."""
        twin = Run(self.house, self.name, self.variables.branch(), self.context, self._on_step, self.kept)
        twin.said = self.said
        twin._where = self._where
        return twin

    @property
    def values(self) -> dict[str, Any]:
        """All variables as they are now; not to be changed."""
        return self.variables.flat()

    @property
    def view(self) -> View:
        """What conditions look at."""
        return View(self.house, self.variables.flat())

    @property
    def path(self) -> tuple[str | int, ...]:
        """The place of the present step in the sequence."""
        return self._where

    async def take(self, steps: Sequence[Step], *path: str | int, begin: int = 0, first: First | None = None) -> None:
        """Take steps one after the other; `path` leads from the step that is taken now to them.

        With `first` they are taken up at `begin`, and that step is gone on with by it. A condition that is not met
        ends these steps only. Raises Halt, and what makes a step fail, which is logged.
        """
        outer = self._where
        try:
            for place, step in enumerate(steps[begin:], begin):
                self._where = (*outer, *path, place)
                self._steps += 1
                if self._steps % BREATH == 0:
                    await asyncio.sleep(0)
                await self._take_one(step, first)
                first = None
        except ConditionNotMet:
            pass
        finally:
            self._where = outer

    async def _take_one(self, step: Step, going_on: First | None) -> None:
        try:
            if going_on is None and not step.common.is_on(self):
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
        words = ["step"]
        for part in self._where:
            if isinstance(part, int):
                words[-1] += f" {part + 1}"
            else:
                words.append(part)
        return ", ".join(words)

    def log(self, level: int, text: str, *args: Any) -> None:
        """Log a line about this run."""
        _LOGGER.log(level, "%s: " + text, self.name, *args)  # noqa: G003  `text` is a literal of the caller

    def doing(self, what: str, *, waits: bool = False) -> None:
        """Tell what the present step does, unless it has an alias; `waits` when that may take a while."""
        self._on_step(self._alias or what, waits)

    def holds(self, conditions: Sequence[ConfiguredCondition], what: str) -> bool | None:
        """Whether no condition is false; None, with a warning, when one cannot be told."""
        view = self.view
        try:
            for each in conditions:
                if each.check(view) is False:
                    return False
        except ConditionFailed as error:
            self.log(logging.WARNING, "'%s' (%s) cannot be told: %s", what, self.where, error)
            return None
        return True

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
