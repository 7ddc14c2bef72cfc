"""Zone condition: entities are in a zone."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.automation.zones import is_in
from marge.util.schema import EntityIds


class ZoneCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds when every entity is in at least one of the zones, by its latitude and longitude."""

    entity_id: EntityIds
    zone: EntityIds
    event: Literal["enter", "leave"] | None = None
    """Of a trigger that was copied here; without meaning, as in Home Assistant."""

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        failed: list[str] = []
        holds = True
        for entity_id in self.entity_id:
            found = False
            for zone_id in self.zone:
                try:
                    found = _is_in(view, zone_id, entity_id) or found
                except ConditionFailed as error:
                    failed.append(str(error))
            holds = holds and found
        if failed and not holds:
            raise ConditionFailed("; ".join(failed))
        return holds


def _is_in(view: View, zone_id: str, entity_id: str) -> bool:
    zone, state = view.hub.states.get(zone_id), view.hub.states.get(entity_id)
    for each, found in ((zone_id, zone), (entity_id, state)):
        if found is None:
            raise ConditionFailed(f"there is no entity {each}")
    assert zone is not None
    assert state is not None
    return is_in(zone, state)
