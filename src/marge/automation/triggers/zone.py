"""Zone trigger: somebody or something with a position enters or leaves a zone."""

from __future__ import annotations

import logging
from typing import Final

from msgspec import Struct

from marge.automation.errors import ConditionFailed
from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.views import state_view
from marge.automation.words import EntityRefs
from marge.automation.zones import Passage, has_location, passes
from marge.core.events import Event, StateChanged
from marge.util.schema import EntityId

_LOGGER = logging.getLogger("marge.automation")

_WORDS: Final = {"enter": "entering", "leave": "leaving"}


class ZoneTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when one of the entities comes into `zone`, or goes out of it, by its latitude and longitude."""

    entity_id: EntityRefs
    zone: EntityId
    event: Passage = "enter"

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        engine = host.house.templates

        def on_change(event: Event) -> None:
            change: StateChanged = event.data
            old, new = change.old_state, change.new_state
            if (old is not None and not has_location(old)) or (new is not None and not has_location(new)):
                return
            zone = host.hub.states.get(self.zone)
            if zone is None:
                _LOGGER.warning("%s: zone trigger: there is no zone %s", host.name, self.zone)
                return
            try:
                if not passes(zone, old, new, self.event):
                    return
            except ConditionFailed as error:
                _LOGGER.warning("%s: zone trigger: %s", host.name, error)
                return
            name = zone.attributes.get("friendly_name", self.zone)
            fire(
                {
                    "entity_id": change.entity_id,
                    "from_state": state_view(engine, old),
                    "to_state": state_view(engine, new),
                    "zone": state_view(engine, zone),
                    "event": self.event,
                    "description": f"{change.entity_id} {_WORDS[self.event]} {name}",
                },
                None if new is None else new.context,
            )

        return host.hub.bus.listen_entities(host.house.entity_ids(self.entity_id), on_change)
