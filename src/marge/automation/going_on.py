"""Taking up a sequence in its midst, where a run waited when the hub stopped."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from marge.automation.actions import Step
    from marge.automation.paused import Pause
    from marge.automation.run import Run

Path = tuple[str | int, ...]
First = Callable[["Run"], Awaitable[None]]


@runtime_checkable
class Waiting(Protocol):
    """An action that a run can wait in."""

    def go_on(self, run: Run, pause: Pause) -> Awaitable[None]:
        """Wait for what is left of `pause`; raises as `Action.run` does."""


@runtime_checkable
class Holding(Protocol):
    """An action with sequences of its own, each taken at most once in a run."""

    def inside(self, path: Path) -> tuple[Sequence[Step], int]:
        """The sequence that `path` leads into, and how many of its parts that took; raises LookupError."""


def find(steps: Sequence[Step], path: Path, pause: Pause) -> tuple[int, First]:
    """The place in `steps` that `path` leads to, and how that step is gone on with; raises ValueError."""
    try:
        return _find(steps, path, pause)
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
    inner, taken = action.inside(rest)
    begin, first = _find(inner, rest[taken:], pause)
    return place, lambda run: run.take(inner, *rest[:taken], begin=begin, first=first)
