"""Actions and triggers of template entities, by the automations' means; implements `marge.helpers.ports.Actions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from marge.automation.ports import House
from marge.config import Place
from marge.core.context import Context
from marge.helpers.ports import RunActions
from marge.util.schema import Invalid

if TYPE_CHECKING:
    from marge.helpers.ports import Watch


class HouseActions:
    """Makes scripts of sequences; the automations' modules are imported with the first one."""

    def __init__(self, house: House) -> None:
        self._house = house

    def compile(self, name: str, sequence: Any) -> RunActions:
        """See `Actions.compile`."""
        from marge.automation.actions import parse_actions
        from marge.automation.outcome import outcome
        from marge.automation.script import Script
        from marge.automation.template_check import first_problem

        steps = parse_actions(sequence)
        problem = first_problem({"actions": sequence}, self._house.templates, Place("", 0))
        if problem is not None:
            raise Invalid(problem.message)
        script = Script(self._house, name, steps)

        async def run(variables: Mapping[str, Any], context: Context | None) -> None:
            await outcome(script.start(variables, context or self._house.hub.new_context()))

        return run

    def triggers(self, name: str, block: Mapping[str, Any]) -> Watch:
        """See `Actions.triggers`."""
        from marge.app.triggered import Triggered

        return Triggered(self._house, name, block).watch
