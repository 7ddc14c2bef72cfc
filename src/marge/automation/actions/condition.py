"""A condition as an action: ends the sequence that it is in when it is not met."""

from __future__ import annotations

from dataclasses import dataclass

from marge.automation.conditions import ConfiguredCondition
from marge.automation.errors import ConditionFailed, ConditionNotMet
from marge.automation.run import Run


@dataclass(frozen=True, slots=True)
class ConditionAction:
    """Goes on only while the condition holds; one that cannot be told counts as not met."""

    condition: ConfiguredCondition

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing(self.condition.kind)
        try:
            met = self.condition.holds(run.view)
        except ConditionFailed as error:
            run.untold("condition", error)
            met = False
        run.also_note(result=met)
        if met is False:
            raise ConditionNotMet
