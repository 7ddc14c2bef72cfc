"""The front door: automations, scripts and scenes of one hub, from its configuration."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from marge.automation.actions import parse_actions
from marge.automation.automations import AUTOMATION_RELOADED, Automations
from marge.automation.conditions import parse_condition
from marge.automation.conversation.agent import Conversation
from marge.automation.devices import Section
from marge.automation.kept_runs import KeptRuns
from marge.automation.outcome import outcome
from marge.automation.ports import Detach, House, PlainTimers, TriggerHost, View
from marge.automation.scenes import SCENE_RELOADED, Scenes
from marge.automation.script import Script
from marge.automation.scripts import Scripts
from marge.automation.traces import Traces
from marge.automation.triggers import Start, attach_all, parse_triggers
from marge.config import HouseConfig
from marge.core.context import Context
from marge.core.errors import OperationFailed, Refused
from marge.core.events import HOMEASSISTANT_STARTED, HOMEASSISTANT_STOP, Event, Remove
from marge.core.services import ServiceCall
from marge.entities import EntityIndex
from marge.registries.entity_host import EntityHost

Reread = Callable[[], Awaitable[HouseConfig]]
"""Reads the configuration again, off the loop."""


SHUTDOWN_SECONDS: Final = 1.0
"""What runs that a `shutdown` trigger started may take."""

_LOGGER = logging.getLogger("marge.automation")


class Engine:
    """Loads everything with `start`; triggers are watched from the event `homeassistant_started` on."""

    def __init__(self, house: House, place: EntityHost, index: EntityIndex, reread: Reread) -> None:
        self.house = house
        self.runs = KeptRuns(house)
        self.traces = Traces(house.hub, lambda: self.automations.keys() | self.scripts.keys())
        self.automations = Automations(house, place, index, self.runs, self.traces)
        self.scripts = Scripts(house, place, index, self.runs, self.traces)
        self.scenes = Scenes(house, place, index)
        self.conversation = Conversation(house)
        self._index = index
        self._reread = reread
        self._removes: list[Remove] = []
        self._reloading = asyncio.Lock()
        self._checking: asyncio.Task[None] | None = None

    def start(self, config: HouseConfig) -> None:
        """Register the services and add all entities; what is wrong in the configuration is logged and left out."""
        self.runs.load()
        self.conversation.setup()
        self.scenes.setup(self._reload_scenes)
        self.scenes.load(config.items("scene"))
        self.scripts.setup(self._reload_scripts)
        self.scripts.load(config.mapping("script"))
        self.automations.setup(self._reload_automations)
        self.automations.load(config.items("automation"))
        bus = self.house.hub.bus
        self._removes = [
            bus.listen_once(HOMEASSISTANT_STARTED, self._on_started),
            bus.listen_once(HOMEASSISTANT_STOP, self._on_stop),
        ]

    def _on_started(self, event: Event) -> None:
        self.scripts.begin()
        self.automations.begin()
        self.runs.settle()
        self._checking = self.house.hub.tasks.create(self._check(), "check the templates of automations and scripts")

    async def _check(self) -> None:
        async with self._reloading:
            await self.automations.check()
            await self.scripts.check()

    def _on_stop(self, event: Event) -> None:
        # Listens before any `shutdown` trigger does: what those start goes on for a moment, and ends with the hub.
        self.runs.keep()
        for script in self._all_scripts():
            script.cancel()

    def _all_scripts(self) -> list[Script]:
        return [*self.automations.scripts(), *self.scripts.scripts()]

    async def stop(self) -> None:
        """End all runs and watch nothing; `for:` timers and traces stay in the store."""
        for remove in self._removes:
            remove()
        if self._checking is not None:
            self._checking.cancel()
        self.automations.stop()
        await asyncio.gather(*(script.finish(SHUTDOWN_SECONDS) for script in self._all_scripts() if script.running))
        try:
            await self.traces.save()
        except OperationFailed as error:
            _LOGGER.error("The traces of automations and scripts were not saved: %s", error)

    # ── for the API ──

    async def execute(
        self, sequence: Any, *, variables: Mapping[str, Any] | None = None, context: Context | None = None
    ) -> Any:
        """Run a sequence once and give what a `stop` in it answers; raises Invalid, and what makes a step fail."""
        script = Script(self.house, "Sequence", parse_actions(sequence))
        return await outcome(script.start(variables or {}, context or self.house.hub.new_context(), calling=False))

    def subscribe_trigger(self, config: Any, on_trigger: Start, variables: Mapping[str, Any] | None = None) -> Detach:
        """Call `on_trigger` with the variables and the context when one of the triggers fires, until it is ended.

        Raises Invalid for a mistake, Refused when none of them can be watched.
        """
        host = TriggerHost(self.house, "Subscription", PlainTimers(self.house.clock), variables or {})
        detach = attach_all(parse_triggers(config), host, on_trigger)
        if detach is None:
            raise Refused("none of the triggers can be watched: see the log")
        return detach

    def test_condition(self, config: Any, variables: Mapping[str, Any] | None = None) -> bool | None:
        """Whether a condition holds now, None for one that is not enabled; raises Invalid, ConditionFailed."""
        return parse_condition(config).check(View(self.house, variables or {}))

    def device_automations(self, section: Section, device_id: str) -> list[dict[str, Any]]:
        """The triggers, conditions or actions of a device; raises NotFound."""
        from marge.automation.devices.listing import of_device

        return of_device(self.house, section, device_id)

    def device_capabilities(self, section: Section, item: Mapping[str, Any]) -> dict[str, Any]:
        """What a device trigger, condition or action takes beside what says which one it is."""
        from marge.automation.devices.listing import capabilities

        return capabilities(self.house, section, item)

    def raw_config(self, entity_id: str) -> Any:
        """The configuration of an automation, script or scene as its file has it; None for what is none."""
        return getattr(self._index.get(entity_id), "raw_config", None)

    def with_blueprint(self, domain: str, path: str) -> list[str]:
        """The automations or scripts, as `domain` has it, that are made from a blueprint."""
        return [
            each.entity_id
            for each in self._index.of_domain(domain).values()
            if getattr(each, "referenced_blueprint", None) == path
        ]

    def figures(self) -> dict[str, Any]:
        """The automations' part of the health document."""
        return self.automations.counts()

    async def _reload_automations(self, call: ServiceCall) -> None:
        async with self._reloading:
            config = await self._sound_config(self.automations.files)
            await self.automations.reload(config.items("automation"), call.data.id)
        self.house.hub.bus.fire(AUTOMATION_RELOADED, context=call.context)

    async def _reload_scripts(self, call: ServiceCall) -> None:
        async with self._reloading:
            config = await self._sound_config(self.scripts.files)
            await self.scripts.reload(config.mapping("script"))

    async def _reload_scenes(self, call: ServiceCall) -> None:
        async with self._reloading:
            config = await self._sound_config(self.scenes.files)
            self.scenes.reload(config.items("scene"))
        self.house.hub.bus.fire(SCENE_RELOADED, context=call.context)

    async def _sound_config(self, files: set[str]) -> HouseConfig:
        """The configuration as it is now; raises OperationFailed when one of `files` cannot be read.

        What such a file held would be taken for deleted.
        """
        config = await self._reread()
        for problem in config.problems:
            if problem.severity == "error" and not problem.item and (problem.fatal or problem.path in files):
                raise OperationFailed(f"Nothing is reloaded, because of a mistake: {problem}")
        for problem in config.problems:
            if problem.path in files:
                _LOGGER.warning("%s", problem)
        return config
