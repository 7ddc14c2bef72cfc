"""Action `repeat:`: a sequence again and again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any, Final

from msgspec import Struct, field

from marge.automation.actions import Actions
from marge.automation.conditions import Conditions
from marge.automation.errors import Aborted
from marge.automation.run import Run
from marge.automation.words import AnyTemplated
from marge.core.errors import TemplateError

WARN_AFTER: Final = 5000
STOP_AFTER: Final = 10_000
"""A loop that depends on conditions is warned of, and then ended with the run, after so many rounds."""


class Repeat(Struct, frozen=True, forbid_unknown_fields=True):
    """What is repeated, and how long."""

    sequence: Actions
    count: AnyTemplated | None = None
    for_each: AnyTemplated | None = None
    while_: Conditions | None = field(default=None, name="while")
    until: Conditions | None = None

    def __post_init__(self) -> None:
        given = [each for each in (self.count, self.for_each, self.while_, self.until) if each is not None]
        if len(given) != 1:
            raise ValueError("needs exactly one of 'count', 'for_each', 'while' and 'until'")
        if self.count is not None and self.count.fixed:
            try:
                if isinstance(self.count.source, bool):
                    raise ValueError
                int(self.count.source)
            except (ValueError, TypeError, OverflowError):
                raise ValueError(f"'count': expected a number, got {self.count.source!r}") from None
        if self.for_each is not None and self.for_each.fixed and not isinstance(self.for_each.source, list):
            raise ValueError(f"'for_each': expected a list or a template of one, got {self.for_each.source!r}")


class RepeatAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Repeats a sequence; in it, `repeat` has index (from 1), first, and where known last and item."""

    repeat: Repeat

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        outer = run.variables
        run.variables = outer.inner()
        try:
            for _ in self._rounds(run):
                await run.take(self.repeat.sequence, "repeat", "sequence")
                # A loop without a wait leaves the rest of the hub its turns.
                await asyncio.sleep(0)
        finally:
            run.variables = outer

    def _rounds(self, run: Run) -> Iterator[None]:
        repeat = self.repeat
        if repeat.count is not None:
            return self._counted(run, _count(run, repeat.count))
        if repeat.for_each is not None:
            return self._listed(run, _items(run, repeat.for_each))
        return self._while(run) if repeat.while_ is not None else self._until(run)

    def _counted(self, run: Run, count: int) -> Iterator[None]:
        for index in range(1, count + 1):
            run.variables.define("repeat", {"first": index == 1, "index": index, "last": index == count})
            yield

    def _listed(self, run: Run, items: list[Any]) -> Iterator[None]:
        for index, item in enumerate(items, 1):
            values: dict[str, Any] = {"first": index == 1, "index": index, "last": index == len(items)}
            if item is not None:
                values["item"] = item
            run.variables.define("repeat", values)
            yield

    def _while(self, run: Run) -> Iterator[None]:
        conditions = self.repeat.while_
        assert conditions is not None
        index = 0
        while True:
            index += 1
            run.variables.define("repeat", {"first": index == 1, "index": index})
            if not run.holds(conditions, "while", "repeat", "while"):
                return
            _watch(run, "while", index - 1)
            yield

    def _until(self, run: Run) -> Iterator[None]:
        conditions = self.repeat.until
        assert conditions is not None
        index = 0
        while True:
            index += 1
            run.variables.define("repeat", {"first": index == 1, "index": index})
            yield
            if run.holds(conditions, "until", "repeat", "until") is not False:
                return
            _watch(run, "until", index)


def _watch(run: Run, kind: str, rounds: int) -> None:
    if rounds == WARN_AFTER:
        run.log(logging.WARNING, "repeat %s (%s) has gone round %d times", kind, run.where, rounds)
    elif rounds >= STOP_AFTER:
        run.log(logging.CRITICAL, "repeat %s (%s) is ended after %d rounds", kind, run.where, rounds)
        raise Aborted(f"repeat {kind} has gone round {rounds} times")


def _count(run: Run, count: AnyTemplated) -> int:
    try:
        return int(count.render(run.house.templates, run.values))
    except (TemplateError, ValueError, TypeError, OverflowError) as error:
        raise run.abort(f"'count' of repeat cannot be told: {error}") from error


def _items(run: Run, for_each: AnyTemplated) -> list[Any]:
    try:
        items = for_each.render(run.house.templates, run.values)
    except TemplateError as error:
        raise run.abort(f"'for_each' of repeat cannot be rendered: {error}") from error
    if not isinstance(items, list):
        raise run.abort(f"'for_each' of repeat has to be a list, got {items!r}")
    return items
