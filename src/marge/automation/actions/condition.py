"""A condition as an action: ends the sequence that it is in when it is not met."""

from __future__ import annotations

from dataclasses import dataclass

from marge.automation.conditions import ConfiguredCondition
from marge.automation.errors import ConditionNotMet
from marge.automation.run import Run


@dataclass(frozen=True, slots=True)
class ConditionAction:
    """Goes on only while the condition holds; one that cannot be told counts as not met."""

    condition: ConfiguredCondition

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing(self.condition.kind)
        if not run.holds((self.condition,), "condition"):
            raise ConditionNotMet
