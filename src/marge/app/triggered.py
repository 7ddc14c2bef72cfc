"""From triggers to template entities: conditions, variables and actions lie in between, as in an automation."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from marge.automation.actions import parse_actions
from marge.automation.conditions import all_hold, parse_conditions
from marge.automation.errors import ConditionFailed
from marge.automation.outcome import Outcome
from marge.automation.ports import House, PlainTimers, TriggerHost, View
from marge.automation.script import Script
from marge.automation.spelling import automation, path_as_written
from marge.automation.template_check import first_problem
from marge.automation.triggers import attach_all, parse_triggers
from marge.automation.variables import VariableBlock
from marge.config.nodes import Place, place_of
from marge.core.context import Context
from marge.core.errors import TemplateError
from marge.core.events import Remove
from marge.helpers.ports import OnTrigger
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.helpers")


class Triggered:
    """A block of triggers with what belongs to them; raises Invalid, and InvalidConfig for a wrong template."""

    def __init__(self, house: House, name: str, block: Mapping[str, Any]) -> None:
        spelled = automation(block)
        self._house = house
        self._name = name
        self._telling = False
        self._on_trigger: OnTrigger | None = None
        part = "triggers"
        try:
            self._triggers = parse_triggers(spelled.get(part))
            part = "conditions"
            self._conditions = parse_conditions(spelled.get(part))
            part = "variables"
            variables = spelled.get(part) or {}
            if not isinstance(variables, Mapping):
                raise Invalid(f"expected a mapping of names and values, got {variables!r}")
            self._variables = VariableBlock(variables)
            part = "actions"
            steps = parse_actions(spelled[part]) if part in spelled else None
        except Invalid as invalid:
            path = path_as_written(block, (part, *invalid.path))
            raise Invalid(invalid.message, path, invalid.hint) from None
        if (problem := first_problem(block, house.templates, place_of(block, Place("", 0)))) is not None:
            raise problem
        self._script = None if steps is None else Script(house, name, steps)

    def watch(self, on_trigger: OnTrigger, starting: bool) -> Remove:
        """Implements `marge.helpers.ports.Watch`."""
        self._on_trigger = on_trigger
        host = TriggerHost(self._house, self._name, PlainTimers(self._house.clock), starting=starting)
        detach = attach_all(self._triggers, host, self._triggered)

        def remove() -> None:
            self._on_trigger = None
            if detach is not None:
                detach()
            if self._script is not None:
                self._script.cancel()

        return remove

    def _triggered(self, variables: dict[str, Any], context: Context | None) -> None:
        if self._on_trigger is None:
            return
        if self._telling:
            # What the entities show triggers them again: that has its own turn.
            asyncio.get_running_loop().call_soon(self._triggered, variables, context)
            return
        house = self._house
        try:
            values = self._variables.under(house.templates, variables)
            if not all_hold(self._conditions, View(house, values)):
                return
        except TemplateError as error:
            _LOGGER.error("%s: the variables cannot be rendered: %s", self._name, error)
        except ConditionFailed as error:
            _LOGGER.warning("%s: the conditions cannot be told and count as not met: %s", self._name, error)
        else:
            if self._script is None:
                self._tell(values, context)
            else:
                house.hub.tasks.create(self._act(self._script, values, context), self._name)

    async def _act(self, script: Script, values: dict[str, Any], context: Context | None) -> None:
        task = script.start(values, self._house.hub.new_context(parent=context))
        if task is None:
            self._tell(values, context)
            return
        await asyncio.wait([task])
        result = Outcome() if task.cancelled() else task.result()
        if result.error is not None:
            _LOGGER.error("%s: the actions failed, and the entities stay as they are: %s", self._name, result.error)
        elif not task.cancelled():
            self._tell(values if result.variables is None else result.variables, context)

    def _tell(self, values: Mapping[str, Any], context: Context | None) -> None:
        if self._on_trigger is None:
            return
        self._telling = True
        try:
            self._on_trigger(values, context)
        finally:
            self._telling = False
