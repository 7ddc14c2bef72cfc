"""Geolocation trigger: something that a source reports (an earthquake, a fire) appears in a zone, or goes from it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.errors import ConditionFailed
from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.views import state_view
from marge.automation.words import entity_of
from marge.automation.zones import Passage, passes
from marge.core.events import STATE_CHANGED, Event, StateChanged
from marge.core.state import State
from marge.util.schema import Text, word

_LOGGER = logging.getLogger("marge.automation")

_PREFIX = "geo_location."


def _zone(value: Any) -> str:
    if (zone := entity_of(value, ("zone",))) is None:
        raise ValueError(f"expected a zone such as 'zone.home', got {value!r}")
    return zone


if TYPE_CHECKING:
    ZoneId = str
else:
    ZoneId = word("ZoneId", _zone)


class GeoLocationTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when a geo_location entity whose attribute `source` is `source` (in lower case) enters or leaves `zone`."""

    source: Text
    zone: ZoneId
    event: Passage = "enter"

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        engine = host.house.templates
        source = self.source.lower()

        def is_from_source(state: State | None) -> bool:
            return state is not None and state.attributes.get("source") == source

        def on_change(event: Event) -> None:
            change: StateChanged = event.data
            if not change.entity_id.startswith(_PREFIX):
                return
            old, new = change.old_state, change.new_state
            if not is_from_source(old) and not is_from_source(new):
                return
            zone = host.hub.states.get(self.zone)
            if zone is None:
                _LOGGER.warning("%s: geo_location trigger: there is no zone %s", host.name, self.zone)
                return
            try:
                if not passes(zone, old, new, self.event):
                    return
            except ConditionFailed as error:
                _LOGGER.warning("%s: geo_location trigger: %s", host.name, error)
                return
            fire(
                {
                    "source": source,
                    "entity_id": change.entity_id,
                    "from_state": state_view(engine, old),
                    "to_state": state_view(engine, new),
                    "zone": state_view(engine, zone),
                    "event": self.event,
                    "description": f"geo_location - {source}",
                },
                event.context,
            )

        return host.hub.bus.listen(STATE_CHANGED, on_change)
