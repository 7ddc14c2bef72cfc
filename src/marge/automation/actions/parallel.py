"""Action `parallel:`: several sequences at once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.actions import Common, Step, parse_actions
from marge.automation.run import Run
from marge.automation.traces import TRACER
from marge.util.schema import Flag, Invalid, Text, convert, word


class Branch(Struct, frozen=True):
    """One of the sequences."""

    steps: tuple[Step, ...]


class _Sequence(Struct, frozen=True, forbid_unknown_fields=True):
    """A branch in its long form."""

    sequence: Any
    alias: Text | None = None
    enabled: Any = True
    continue_on_error: Flag = False


def _branches(value: Any) -> list[Branch]:
    branches: list[Branch] = []
    for place, item in enumerate(value if isinstance(value, list) else [value]):
        try:
            branches.append(_branch(item))
        except Invalid as error:
            raise Invalid(error.message, (place, *error.path), error.hint) from None
    return branches


def _branch(item: Any) -> Branch:
    if isinstance(item, Mapping) and "sequence" in item:
        convert(item, _Sequence)
        convert({key: item[key] for key in Common.__struct_fields__ if key in item}, Common)
        try:
            return Branch(parse_actions(item["sequence"]))
        except Invalid as error:
            raise Invalid(error.message, ("sequence", *error.path), error.hint) from None
    return Branch(parse_actions(item))


if TYPE_CHECKING:
    Branches = list[Branch]
else:
    Branches = word("Branches", _branches)


class ParallelAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Takes all sequences at once and goes on when the last has ended; the first failure is the failure of all."""

    parallel: Branches

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        tasks = [
            asyncio.ensure_future(_take(run.branch(), branch, place)) for place, branch in enumerate(self.parallel)
        ]
        try:
            results = await asyncio.gather(*tasks, return_exceptions=True)
        finally:
            for task in tasks:
                task.cancel()
        for result in results:
            if isinstance(result, BaseException):
                raise result


async def _take(run: Run, branch: Branch, place: int) -> None:
    TRACER.set(run.tracer)
    await run.take(branch.steps, "parallel", place, "sequence")
