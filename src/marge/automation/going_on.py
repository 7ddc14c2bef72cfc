"""Taking up a sequence in its midst, where a run waited when the hub stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from marge.automation.places import Path, parts

if TYPE_CHECKING:
    from marge.automation.actions import Step
    from marge.automation.paused import Pause
    from marge.automation.run import Run

First = Callable[["Run"], Awaitable[None]]


@runtime_checkable
class Waiting(Protocol):
    """An action that a run can wait in."""

    def go_on(self, run: Run, pause: Pause) -> Awaitable[None]:
        """Wait for what is left of `pause`; raises as `Action.run` does."""


class Inner(NamedTuple):
    """A sequence in an action: how many parts of a path led to it, and what the trace says of which one it is."""

    steps: Sequence[Step]
    taken: int
    choice: str | int | None = None


@runtime_checkable
class Holding(Protocol):
    """An action with sequences of its own, each taken at most once in a run."""

    def inside(self, path: Path) -> Inner:
        """The sequence that `path` leads into; raises LookupError."""


def find(steps: Sequence[Step], path: str, pause: Pause) -> tuple[int, First]:
    """The place in `steps` that `path` leads to, and how that step is gone on with; raises ValueError."""
    try:
        return _find(steps, parts(path), pause)
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"there is no place {path!r} in it") from error


def _find(steps: Sequence[Step], path: Path, pause: Pause) -> tuple[int, First]:
    place, rest = path[0], path[1:]
    if not isinstance(place, int):
        raise LookupError(place)
    action = steps[place].action
    if not rest:
        if not isinstance(action, Waiting):
            raise LookupError(place)
        return place, lambda run: action.go_on(run, pause)
    if not isinstance(action, Holding):
        raise LookupError(place)
    inner = action.inside(rest)
    begin, first = _find(inner.steps, rest[inner.taken :], pause)

    async def go_on(run: Run) -> None:
        if inner.choice is not None:
            run.note(choice=inner.choice)
        await run.take(inner.steps, *rest[: inner.taken], begin=begin, first=first)

    return place, go_on
