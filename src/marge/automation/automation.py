"""The entity of an automation: on or off, watching its triggers, starting runs of its actions."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.conditions import all_hold
from marge.automation.errors import ConditionFailed
from marge.automation.outcome import Outcome, outcome
from marge.automation.ports import Detach, TriggerHost, View
from marge.automation.script import Script
from marge.automation.settings import AutomationConfig
from marge.automation.shown_runs import last_triggered, shown_runs
from marge.automation.traces import Tracer
from marge.automation.triggers import attach_all
from marge.config import Place
from marge.config.blueprints.instance import blueprint_of, inputs_of
from marge.core.context import Context
from marge.core.errors import MargeError, TemplateError
from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.entities import Domain, Entity, EntityService
from marge.entities.toggle import ToggleEntity
from marge.templates import OWNER
from marge.util.schema import Flag, Invalid

if TYPE_CHECKING:
    from marge.automation.automations import Automations

_LOGGER = logging.getLogger("marge.automation")

AUTOMATION_TRIGGERED: Final = "automation_triggered"


class TurnOff(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `automation.turn_off`."""

    stop_actions: Flag = True


class TriggerNow(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `automation.trigger`."""

    variables: dict[str, Any] = {}
    skip_condition: Flag = True


class AutomationEntity(ToggleEntity):
    """An automation; it watches its triggers while it is on and the hub runs."""

    domain = "automation"
    platform = "automation"

    def __init__(
        self, owner: Automations, config: AutomationConfig, name: str, raw: Mapping[str, Any], where: Place
    ) -> None:
        self._owner = owner
        self.where = where
        self.config = config
        self.raw_config = raw
        self.blueprint_inputs = inputs_of(raw)
        self.referenced_blueprint = blueprint_of(raw)
        self.name = name
        self.unique_id = config.id
        self.is_on = False
        self.script = Script(
            owner.house,
            name,
            config.actions,
            mode=config.mode,
            maximum=config.max,
            exceeded=config.max_exceeded,
            on_change=self.write_state,
            runs=owner.runs,
            owner=self,
            path="action",
        )
        self._detach: Detach | None = None
        self._starting_run = False

    def capabilities(self) -> dict[str, Any] | None:
        """The id under which the user interface edits it."""
        return None if self.unique_id is None else {"id": self.unique_id}

    def attributes(self) -> dict[str, Any]:
        """See `Entity.attributes`."""
        return shown_runs(self.script)

    def added(self) -> None:
        """On or off as in the last run, unless the configuration says so."""
        last = self.last_state
        on = True
        if last is not None:
            if last.state not in (UNAVAILABLE, UNKNOWN):
                on = last.state == "on"
            self.script.last_triggered = last_triggered(last)
        if self.config.initial_state is not None:
            on = self.config.initial_state
        if on:
            self.enable()

    def removed(self) -> None:
        """See `Entity.removed`."""
        self.disable()
        self.script.cancel()

    # ── on and off ──

    def enable(self) -> None:
        """Be on, and watch the triggers as soon as the hub runs."""
        if not self.is_on:
            self.is_on = True
            if self._owner.running:
                self.watch(starting=False)

    def disable(self) -> None:
        """Be off, and watch nothing; runs go on."""
        self.is_on = False
        self.unwatch()

    def unwatch(self) -> None:
        """Take the triggers off."""
        if self._detach is not None:
            self._detach()
            self._detach = None

    def watch(self, *, starting: bool) -> None:
        """Attach the triggers; `starting` as in `TriggerHost`."""
        if self._detach is not None:
            return
        house = self._owner.house
        variables: dict[str, Any] = {"this": self._this()}
        if self.config.trigger_variables is not None:
            try:
                variables = self.config.trigger_variables.under(house.templates, variables)
            except TemplateError as error:
                _LOGGER.error("%s: the trigger variables cannot be rendered: %s", self.name, error)
                return
        host = TriggerHost(house, str(self.name), self._owner.timers, variables, starting, self.key)
        self._detach = attach_all(self.config.triggers, host, self._on_trigger)

    @property
    def key(self) -> str:
        """What its timers are known by over a restart."""
        return self.unique_id or self.entity_id

    @property
    def run_key(self) -> str:
        """See `paused.Owner`."""
        return f"automation/{self.key}"

    @property
    def run_source(self) -> Any:
        """See `paused.Owner`."""
        return self.raw_config

    # ── runs ──

    def _on_trigger(self, variables: dict[str, Any], context: Context | None = None) -> asyncio.Task[Outcome] | None:
        if not self.is_on:
            return None
        if self._starting_run:
            # What starting a run leads to (its event, its state) triggers it again: that has its own turn.
            asyncio.get_running_loop().call_soon(self._on_trigger, variables, context)
            return None
        return self.start(variables, context)

    def start(
        self,
        variables: Mapping[str, Any],
        context: Context | None,
        *,
        skip_condition: bool = False,
        called: bool = False,
    ) -> asyncio.Task[Outcome] | None:
        """Start a run if the conditions are met and the mode lets it; None when not.

        `called`: an action asked for it, and its trace is to name the run.
        """
        self._starting_run = True
        owner = OWNER.set(str(self.name))
        try:
            return self._start(variables, context, skip_condition, called)
        finally:
            OWNER.reset(owner)
            self._starting_run = False

    def _start(
        self, variables: Mapping[str, Any], context: Context | None, skip_condition: bool, called: bool
    ) -> asyncio.Task[Outcome] | None:
        house = self._owner.house
        run_context = house.hub.new_context(parent=context)
        tracer = self._tracer(run_context, called)
        values: dict[str, Any] = {"this": self._this(), **variables}
        for block in (self.config.trigger_variables, self.config.variables):
            if block is not None:
                try:
                    values = block.under(house.templates, values)
                except TemplateError as error:
                    _LOGGER.error("%s: the variables cannot be rendered: %s", self.name, error)
                    if tracer is not None:
                        tracer.trace.finish(None, error)
                    return None
        trigger = values.get("trigger")
        source = _source(trigger)
        if tracer is not None:
            _note_trigger(tracer, trigger, values)
        if not skip_condition and not self._conditions_hold(View(house, values, tracer, "condition")):
            if tracer is not None:
                tracer.trace.finish("failed_conditions")
            return None
        data = {"name": self.name, "entity_id": self.entity_id}
        if source is not None:
            data["source"] = source

        self.set_context(run_context)

        def on_started() -> None:
            self._owner.figures.note(house.clock.now())
            _LOGGER.info("%s: triggered by %s", self.name, source or "hand")
            house.hub.bus.fire(AUTOMATION_TRIGGERED, data, context=run_context)

        return self.script.start(values, run_context, on_started=on_started, calling=False, tracer=tracer)

    def tracer(self, context: Context, variables: dict[str, Any]) -> Tracer | None:
        """See `paused.Owner`."""
        tracer = self._tracer(context, called=False)
        if tracer is not None:
            _note_trigger(tracer, variables.get("trigger"), variables)
        return tracer

    def _tracer(self, context: Context, called: bool) -> Tracer | None:
        """What notes a run; None for an automation without an id, by which its traces could be asked for."""
        if self.unique_id is None:
            return None
        trace = self._owner.traces.begin(
            "automation",
            self.unique_id,
            context,
            keep=self.config.trace.stored_traces,
            config=self.raw_config,
            blueprint_inputs=self.blueprint_inputs,
            called=called,
        )
        return None if trace is None else Tracer(trace)

    def _conditions_hold(self, view: View) -> bool:
        if not self.config.conditions:
            return True
        try:
            return all_hold(self.config.conditions, view)
        except ConditionFailed as error:
            _LOGGER.warning("%s: the conditions cannot be told and count as not met: %s", self.name, error)
            return False

    def _this(self) -> dict[str, Any] | None:
        state = self._owner.house.hub.states.get(self.entity_id)
        return None if state is None else state.as_dict()

    # ── services ──

    async def turn_on(self) -> None:
        """Switch on."""
        self.enable()
        self.write_state()

    async def turn_off(self) -> None:
        """Switch off and end all runs."""
        await self.switch_off(TurnOff())

    async def switch_off(self, data: TurnOff) -> None:
        """Switch off; end all runs too unless told otherwise."""
        self.disable()
        if data.stop_actions:
            await self.script.stop()
        self.write_state()

    async def trigger_now(self, data: TriggerNow) -> None:
        """Start a run by hand, and wait for it."""
        variables = {**data.variables, "trigger": {"platform": None}}
        task = self.start(variables, self._context, skip_condition=data.skip_condition, called=True)
        try:
            await outcome(task)
        except (MargeError, Invalid):
            # It is in the log, and no failure of the service.
            return


def _source(trigger: Any) -> Any:
    return trigger.get("description") if isinstance(trigger, Mapping) else None


def _note_trigger(tracer: Tracer, trigger: Any, variables: Mapping[str, Any]) -> None:
    tracer.trace.trigger = _source(trigger)
    known = isinstance(trigger, Mapping) and "idx" in trigger
    tracer.begin(f"trigger/{trigger['idx']}" if known else "trigger", variables)


AUTOMATION: Final = Domain(
    "automation",
    Entity,
    (
        EntityService("turn_on", "turn_on"),
        EntityService("turn_off", "switch_off", TurnOff),
        EntityService("toggle", "toggle"),
        EntityService("trigger", "trigger_now", TriggerNow),
    ),
)
