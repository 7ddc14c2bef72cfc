"""The trace of one run: its steps by path, noted while it runs and made into JSON only when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.traces.weight import LEAST_VALUE, MAX_VALUE, fitted, weight
from marge.core.context import Context

if TYPE_CHECKING:
    import asyncio

    from marge.automation.traces.breakpoints import Breakpoints

ACTIONS_KEPT: Final = 20
"""Of an action that is taken again and again so many of the last times are kept, as in Home Assistant."""
CONDITIONS_KEPT: Final = 100
"""The same of a condition; Home Assistant keeps them all."""
MAX_TRACE: Final = 1024 * 1024
"""What the values of one trace may weigh together, in bytes; later ones are shortened."""
MAX_UNSETTLED: Final = 64
"""So many steps of a run may wait for being settled."""
STEP_WEIGHT: Final = 1000
"""What a step weighs without its values."""


class Child(Struct, frozen=True):
    """The run that a step started."""

    domain: str
    item_id: str
    run_id: str


class Step(Struct):
    """What was noted of one step. `time` is in Unix seconds, `error` the text of what made it fail.

    The variables `before` and `after` it are all that is noted while the run goes on; what has changed is told, and
    what is too heavy shortened, when the step is settled.
    """

    path: str
    time: float
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    outer: Step | None = None
    """What it is part of, while it is under way."""
    under_way: bool = True
    result: dict[str, Any] | None = None
    error: str | None = None
    child: Child | None = None
    weight: int = 0

    def fail(self, error: BaseException) -> None:
        """Note what made it fail."""
        self.error = str(error) or type(error).__name__

    def add(self, **details: Any) -> None:
        """Add to the result."""
        self.result = details if self.result is None else {**self.result, **details}

    @property
    def changed(self) -> Mapping[str, Any]:
        """The variables that are not what they were."""
        return self.after if self.before is None else changes(self.before, self.after)

    def settle(self, most: int) -> None:
        """Keep what has changed, and of that and the result at most `most` bytes."""
        changed: Mapping[str, Any] = self.changed
        result = self.result
        weighed = 0
        if changed or result:
            weighed = weight((changed, result))
            if weighed > most:
                changed, of_changed = fitted(changed, most)
                result, of_result = fitted(result or {}, most)
                weighed = of_changed + of_result
        self.before, self.after, self.result = None, changed, result
        self.weight = weighed + STEP_WEIGHT


class Trace(Struct, eq=False):
    """What is known of one run. Times are Unix seconds; `execution` is Home Assistant's word for how it ended."""

    domain: str
    item_id: str
    run_id: str
    context: Context
    config: Any
    blueprint_inputs: Any
    breakpoints: Breakpoints
    now: Callable[[], float]
    on_finish: Callable[[Trace], None]
    started: float
    key: str
    """What its automation or script is known by: `automation.<id>` or `script.<name>`."""
    finished: float | None = None
    execution: str | None = None
    error: str | None = None
    trigger: str | None = None
    steps: dict[str, list[Step]] = {}
    unsettled: int = 0
    """How many steps were taken again since some were settled."""
    weight: int = 0
    """What the steps that are settled weigh, in bytes."""
    counted: int = 0
    """How much of it counts among all traces that are kept."""
    stop: Callable[[], object] | None = None
    """Ends the run, while it is under way."""

    @property
    def context_id(self) -> str:
        """The id of the context of what the run does."""
        return self.context.id

    def again(self, step: Step, most: int) -> None:
        """Note a step whose path is known already; of those with its path the last `most` stay."""
        listed = self.steps[step.path]
        listed.append(step)
        if len(listed) > most:
            self.weight -= listed.pop(0).weight
        self.unsettled += 1
        if self.unsettled > MAX_UNSETTLED:
            self.settle()

    def settle(self) -> None:
        """Settle the steps that are no longer under way."""
        for listed in self.steps.values():
            for step in listed:
                if step.before is not None and not step.under_way:
                    step.settle(MAX_VALUE if self.weight < MAX_TRACE else LEAST_VALUE)
                    self.weight += step.weight
        self.unsettled = 0

    def finish(self, execution: str | None, error: BaseException | None = None) -> None:
        """The run has ended; only the first word about that counts."""
        if self.finished is not None:
            return
        self.execution = execution
        if error is not None:
            self.error = str(error)
        self.finished = self.now()
        self.stop = None
        self.on_finish(self)

    def ended(self, task: asyncio.Task[Any]) -> None:
        """The task of the run has ended, by itself or not."""
        if self.finished is None:
            if task.cancelled():
                self.finish("cancelled")
            else:
                self.finish("error", task.exception())


class Tracer:
    """Where a run, or one branch of a `parallel`, is in its trace. `top` is the step under way."""

    __slots__ = ("last", "top", "trace")

    def __init__(self, trace: Trace, last: Mapping[str, Any] | None = None, top: Step | None = None) -> None:
        self.trace = trace
        self.last: Mapping[str, Any] = {} if last is None else last
        """The variables at the last step that was noted."""
        self.top = top

    def branch(self) -> Tracer:
        """A tracer for one branch of a `parallel`."""
        return Tracer(self.trace, self.last, self.top)

    def begin(self, path: str, variables: Mapping[str, Any]) -> None:
        """Note what the run begins with, as a first step."""
        now = dict(variables)
        self.trace.steps[path] = [Step(path, self.trace.started, self.last, now, None, False)]
        self.last = now

    def open(self, path: str, variables: Mapping[str, Any], most: int = ACTIONS_KEPT) -> Step:
        """Begin a step that sees these variables."""
        trace = self.trace
        now = dict(variables)
        self.top = step = Step(path, trace.now(), self.last, now, self.top)
        self.last = now
        steps = trace.steps
        if path in steps:
            trace.again(step, most)
        else:
            steps[path] = [step]
        return step

    def close(self, step: Step, variables: Mapping[str, Any] | None = None) -> None:
        """End a step; `variables` are what it left when it may have changed them."""
        if variables is not None:
            self.last = step.after = dict(variables)
        self.top = step.outer
        step.outer = None
        step.under_way = False


TRACER: ContextVar[Tracer | None] = ContextVar("automation_tracer", default=None)
"""The tracer of the run that the present code is part of."""


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """The variables that are not what they were."""
    return {
        name: value
        for name, value in after.items()
        if (was := before.get(name, _ABSENT)) is not value and not _same(was, value)
    }


_ABSENT: Final = object()


def _same(one: Any, other: Any) -> bool:
    try:
        return bool(one == other)
    except Exception:
        # A value nested too deep to be compared, or one that cannot be.
        return False
