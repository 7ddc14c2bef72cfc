"""The entity of a script: on while it runs; each script is a service of its own name too."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.automation.outcome import Outcome, outcome
from marge.automation.script import Script
from marge.automation.settings import ScriptConfig
from marge.automation.shown_runs import last_triggered, shown_runs
from marge.automation.traces import Tracer
from marge.config import Place
from marge.config.blueprints.instance import blueprint_of, inputs_of
from marge.core.context import Context
from marge.core.errors import TemplateError
from marge.core.services import Response, Service, ServiceCall, SupportsResponse
from marge.entities import Entity

if TYPE_CHECKING:
    from marge.automation.scripts import Scripts

SCRIPT_STARTED: Final = "script_started"


class ScriptEntity(Entity):
    """A script."""

    domain = "script"
    platform = "script"

    def __init__(self, owner: Scripts, key: str, config: ScriptConfig, raw: Mapping[str, Any], where: Place) -> None:
        self._owner = owner
        self.where = where
        self.config = config
        self.raw_config = raw
        self.blueprint_inputs = inputs_of(raw)
        self.referenced_blueprint = blueprint_of(raw)
        self.key = key
        self.unique_id = key
        self.suggested_object_id = key
        self.name = config.alias or key
        self.icon = config.icon
        self.script = Script(
            owner.house,
            self.name,
            config.sequence,
            mode=config.mode,
            maximum=config.max,
            exceeded=config.max_exceeded,
            on_change=self.write_state,
            runs=owner.runs,
            owner=self,
        )

    @property
    def run_key(self) -> str:
        """See `paused.Owner`."""
        return f"script/{self.key}"

    @property
    def run_source(self) -> Any:
        """See `paused.Owner`."""
        return self.raw_config

    @property
    def state(self) -> str | None:
        """`on` while a run is under way."""
        return "on" if self.script.running else "off"

    def attributes(self) -> dict[str, Any]:
        """See `Entity.attributes`."""
        attributes = shown_runs(self.script)
        if self.script.last_action is not None:
            attributes["last_action"] = self.script.last_action
        return attributes

    def added(self) -> None:
        """Take over when it last ran, and offer the service."""
        if self.last_state is not None and (last := last_triggered(self.last_state)) is not None:
            self.script.last_triggered = last
        self.hub.services.register(
            Service(
                "script",
                self.key,
                self._on_call,
                supports_response=SupportsResponse.OPTIONAL,
                describe=self._describe,
            )
        )

    def removed(self) -> None:
        """See `Entity.removed`."""
        self.script.cancel()
        self.hub.services.remove("script", self.key)

    def start(self, variables: Mapping[str, Any], context: Context, *, calling: bool) -> asyncio.Task[Outcome] | None:
        """Start a run if the mode lets it; `calling` as in `Script.start`. Raises TemplateError."""
        hub = self.hub
        self.set_context(context)
        hub.bus.fire(SCRIPT_STARTED, {"name": self.name, "entity_id": self.entity_id}, context=context)
        tracer = self._tracer(context, called=True)
        state = hub.states.get(self.entity_id)
        values: dict[str, Any] = {"this": None if state is None else state.as_dict(), **variables}
        if self.config.variables is not None:
            try:
                values = self.config.variables.under(self._owner.house.templates, values)
            except TemplateError as error:
                problem = TemplateError(f"the variables of script {self.key} cannot be rendered: {error}")
                if tracer is not None:
                    tracer.trace.finish("error", problem)
                raise problem from error
        return self.script.start(values, context, calling=calling, tracer=tracer)

    def tracer(self, context: Context, variables: dict[str, Any]) -> Tracer | None:
        """See `paused.Owner`."""
        return self._tracer(context, called=False)

    def _tracer(self, context: Context, called: bool) -> Tracer | None:
        trace = self._owner.traces.begin(
            "script",
            self.key,
            context,
            keep=self.config.trace.stored_traces,
            config=self.raw_config,
            blueprint_inputs=self.blueprint_inputs,
            called=called,
        )
        return None if trace is None else Tracer(trace)

    async def _on_call(self, call: ServiceCall) -> Response:
        response = await outcome(self.start(call.service_data, call.context, calling=True))
        if not call.return_response:
            return None
        return response if isinstance(response, dict) else {}

    def _describe(self) -> dict[str, Any]:
        fields = {
            name: {key: value for key, value in msgspec.structs.asdict(field).items() if value not in (None, False)}
            for name, field in self.config.fields.items()
        }
        return {"name": self.friendly_name, "description": self.config.description, "fields": fields}
