"""What follows when the house's own configuration changes while the hub runs."""

from __future__ import annotations

from typing import Final

from marge.config.house import HouseConfig
from marge.core.events import CORE_CONFIG_UPDATED, Event
from marge.core.hub import Hub
from marge.entities import EntityIndex
from marge.registries.entity_host import EntityHost

_WITH_UNITS: Final = ("sensor", "number", "weather", "climate", "water_heater")


class HouseChanges:
    """Shows entities anew: in other units, with other customizations."""

    def __init__(self, hub: Hub, index: EntityIndex, place: EntityHost) -> None:
        self._index = index
        self._place = place
        hub.bus.listen(CORE_CONFIG_UPDATED, self._config_changed)

    def _config_changed(self, event: Event) -> None:
        if "unit_system" in event.data:
            for domain in _WITH_UNITS:
                for entity in list(self._index.of_domain(domain).values()):
                    entity.description_changed()
                    self._place.refresh(entity)

    def customized(self, before: HouseConfig, after: HouseConfig) -> None:
        """Show the entities for which `customize` says other things than before."""
        for entity in self._index:
            entity_id = entity.entity_id
            if before.customize.attributes(entity_id) != after.customize.attributes(entity_id):
                self._place.refresh(entity)
