"""Action `sequence:`: actions grouped, as one."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.actions import Actions
from marge.automation.going_on import Inner
from marge.automation.places import Path
from marge.automation.run import Run


class SequenceAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Takes the actions one after the other; a condition among them ends only these."""

    sequence: Actions

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        await run.take(self.sequence, "sequence")

    def inside(self, path: Path) -> Inner:
        """See `going_on.Holding`."""
        return Inner(self.sequence, 1)
