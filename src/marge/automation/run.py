"""One run of a sequence: its variables, its context, and the taking of its steps."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from marge.automation.conditions import ConfiguredCondition
from marge.automation.errors import Aborted, ConditionFailed, ConditionNotMet, Halt
from marge.automation.ports import House, View
from marge.automation.variables import Scope
from marge.core.context import Context
from marge.core.errors import InvalidEntityId, MargeError, ServiceNotFound, TemplateError, Unauthorized
from marge.util.schema import Invalid

if TYPE_CHECKING:
    from marge.automation.actions import Step

_LOGGER = logging.getLogger("marge.automation")

BREATH: Final = 50
"""After so many steps without a wait the rest of the hub has its turn."""

# Mistakes of whoever wrote the sequence: `continue_on_error` does not pass over them.
_MISTAKES: Final = (TemplateError, ServiceNotFound, InvalidEntityId, ConditionFailed)

STACK: ContextVar[tuple[object, ...]] = ContextVar("automation_stack", default=())
"""The scripts that the present code runs in, outermost first."""


class Run:
    """What actions work on. Branches of a `parallel` are runs of their own over the same whole."""

    __slots__ = ("_alias", "_on_step", "_steps", "_where", "context", "house", "name", "said", "variables")

    def __init__(
        self,
        house: House,
        name: str,
        variables: Scope,
        context: Context,
        on_step: Callable[[str, bool], None],
    ) -> None:
        self.house = house
        self.name = name
        self.variables = variables
        self.context = context
        self.said: list[str | None] = [None]
        """What is answered to the sentence that started the run: one value, shared by all branches."""
        self._on_step = on_step
        self._alias: str | None = None
        self._steps = 0
        self._where: tuple[str | int, ...] = ()

    def branch(self) -> Run:
        """A run of one branch of a `parallel`."""
        twin = Run(self.house, self.name, self.variables.branch(), self.context, self._on_step)
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

    async def take(self, steps: Sequence[Step], *path: str | int) -> None:
        """Take steps one after the other; `path` leads from the step that is taken now to them.

        A condition that is not met ends these steps only. Raises Halt, and what makes a step fail, which is logged.
        """
        outer = self._where
        try:
            for place, step in enumerate(steps):
                self._where = (*outer, *path, place)
                self._steps += 1
                if self._steps % BREATH == 0:
                    await asyncio.sleep(0)
                await self._take_one(step)
        except ConditionNotMet:
            pass
        finally:
            self._where = outer

    async def _take_one(self, step: Step) -> None:
        try:
            if not step.common.is_on(self):
                return
            self._alias = step.common.alias
            await step.action.run(self)
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

    async def sleep(self, seconds: float) -> None:
        """Wait by the hub's clock."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        cancel = self.house.clock.call_later(seconds, lambda: _finish(future))
        try:
            await future
        finally:
            cancel()

    async def wait(self, done: asyncio.Future[None], timeout: float | None) -> bool:
        """Wait for `done`; False when `timeout` seconds came first."""
        if timeout is None:
            await done
            return True
        timed_out = False

        def on_time() -> None:
            nonlocal timed_out
            timed_out = not done.done()
            _finish(done)

        cancel = self.house.clock.call_later(timeout, on_time)
        try:
            await done
        finally:
            cancel()
        return not timed_out

    def abort(self, reason: str) -> Aborted:
        """Log why the run cannot go on; to be raised."""
        self.log(logging.ERROR, "%s (%s)", reason, self.where)
        return Aborted(reason)


def _finish(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
