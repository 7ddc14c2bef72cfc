"""The front door: automations, scripts and scenes of one hub, from its configuration."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from marge.automation.automations import AUTOMATION_RELOADED, Automations
from marge.automation.ports import House
from marge.config import HouseConfig
from marge.core.events import HOMEASSISTANT_STARTED, Event, Remove
from marge.core.services import ServiceCall
from marge.entities import EntityIndex
from marge.registries.entity_host import EntityHost

Reread = Callable[[], Awaitable[HouseConfig]]
"""Reads the configuration again, off the loop."""


class Engine:
    """Loads everything with `start`; triggers are watched from the event `homeassistant_started` on."""

    def __init__(self, house: House, place: EntityHost, index: EntityIndex, reread: Reread) -> None:
        self.house = house
        self.automations = Automations(house, place, index)
        self._reread = reread
        self._remove: Remove | None = None

    def start(self, config: HouseConfig) -> None:
        """Register the services and add all entities; what is wrong in the configuration is logged and left out."""
        self.automations.setup(self._reload_automations)
        self.automations.load(config.items("automation"))
        self._remove = self.house.hub.bus.listen_once(HOMEASSISTANT_STARTED, self._on_started)

    def _on_started(self, event: Event) -> None:
        self._remove = None
        self.automations.begin()

    def stop(self) -> None:
        """End all runs and watch nothing; `for:` timers stay in the store."""
        if self._remove is not None:
            self._remove()
        self.automations.stop()

    def figures(self) -> dict[str, Any]:
        """The automations' part of the health document."""
        return self.automations.counts()

    async def _reload_automations(self, call: ServiceCall) -> None:
        config = await self._reread()
        await self.automations.reload(config.items("automation"), call.data.id)
        self.house.hub.bus.fire(AUTOMATION_RELOADED, context=call.context)
