"""Action `if:`: one sequence or another."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from marge.automation.actions import Actions, Step
from marge.automation.conditions import Conditions
from marge.automation.going_on import Path
from marge.automation.run import Run


class IfAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Takes `then` when all conditions hold, `else` when not or when that cannot be told."""

    if_: Conditions = field(name="if")
    then: Actions
    else_: Actions | None = field(default=None, name="else")

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        if run.holds(self.if_, "if"):
            await run.take(self.then, "then")
        elif self.else_ is not None:
            await run.take(self.else_, "else")

    def inside(self, path: Path) -> tuple[Sequence[Step], int]:
        """See `going_on.Holding`."""
        return (self.then if path[0] == "then" else self.else_ or ()), 1
