"""The front door: automations, scripts and scenes of one hub, from its configuration."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from marge.automation.automations import AUTOMATION_RELOADED, Automations
from marge.automation.ports import House
from marge.automation.scenes import SCENE_RELOADED, Scenes
from marge.automation.script import Script
from marge.automation.scripts import Scripts
from marge.config import HouseConfig
from marge.core.events import HOMEASSISTANT_STARTED, HOMEASSISTANT_STOP, Event, Remove
from marge.core.services import ServiceCall
from marge.entities import EntityIndex
from marge.registries.entity_host import EntityHost

Reread = Callable[[], Awaitable[HouseConfig]]
"""Reads the configuration again, off the loop."""


SHUTDOWN_SECONDS: Final = 1.0
"""What runs that a `shutdown` trigger started may take."""


class Engine:
    """Loads everything with `start`; triggers are watched from the event `homeassistant_started` on."""

    def __init__(self, house: House, place: EntityHost, index: EntityIndex, reread: Reread) -> None:
        self.house = house
        self.automations = Automations(house, place, index)
        self.scripts = Scripts(house, place, index)
        self.scenes = Scenes(house, place, index)
        self._reread = reread
        self._removes: list[Remove] = []

    def start(self, config: HouseConfig) -> None:
        """Register the services and add all entities; what is wrong in the configuration is logged and left out."""
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
        self.automations.begin()

    def _on_stop(self, event: Event) -> None:
        # Listens before any `shutdown` trigger does: what those start goes on for a moment.
        for script in self._all_scripts():
            script.cancel()

    def _all_scripts(self) -> list[Script]:
        return [*self.automations.scripts(), *self.scripts.scripts()]

    async def stop(self) -> None:
        """End all runs and watch nothing; `for:` timers stay in the store."""
        for remove in self._removes:
            remove()
        self.automations.stop()
        await asyncio.gather(*(script.finish(SHUTDOWN_SECONDS) for script in self._all_scripts() if script.running))

    def figures(self) -> dict[str, Any]:
        """The automations' part of the health document."""
        return self.automations.counts()

    async def _reload_automations(self, call: ServiceCall) -> None:
        config = await self._reread()
        await self.automations.reload(config.items("automation"), call.data.id)
        self.house.hub.bus.fire(AUTOMATION_RELOADED, context=call.context)

    async def _reload_scripts(self, call: ServiceCall) -> None:
        config = await self._reread()
        await self.scripts.reload(config.mapping("script"))

    async def _reload_scenes(self, call: ServiceCall) -> None:
        config = await self._reread()
        self.scenes.reload(config.items("scene"))
        self.house.hub.bus.fire(SCENE_RELOADED, context=call.context)
