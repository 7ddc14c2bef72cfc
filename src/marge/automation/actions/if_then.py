"""Action `if:`: one sequence or another."""

from __future__ import annotations

from msgspec import Struct, field

from marge.automation.actions import Actions
from marge.automation.conditions import Conditions
from marge.automation.going_on import Inner
from marge.automation.places import Path
from marge.automation.run import Run


class IfAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Takes `then` when all conditions hold, `else` when not or when that cannot be told."""

    if_: Conditions = field(name="if")
    then: Actions
    else_: Actions | None = field(default=None, name="else")

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        if run.holds(self.if_, "if", "if", "condition"):
            run.note(choice="then")
            await run.take(self.then, "then")
        elif self.else_ is not None:
            run.note(choice="else")
            await run.take(self.else_, "else")

    def inside(self, path: Path) -> Inner:
        """See `going_on.Holding`."""
        return Inner(self.then, 1, "then") if path[0] == "then" else Inner(self.else_ or (), 1, "else")
