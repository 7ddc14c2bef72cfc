"""Action `sequence:`: actions grouped, as one."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.actions import Actions
from marge.automation.run import Run


class SequenceAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Takes the actions one after the other; a condition among them ends only these."""

    sequence: Actions

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        await run.take(self.sequence, "sequence")
