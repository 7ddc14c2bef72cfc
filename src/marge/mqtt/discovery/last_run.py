"""How an entity was in the last run: what it takes back of that, and what is shown until it is told better."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from marge.core.state import UNKNOWN, State
from marge.mqtt.discovery.kept import take_back

if TYPE_CHECKING:
    from marge.mqtt.discovery.entity import MqttEntity

# Attributes that JSON attributes may not set: they say what the entity is.
RESERVED_ATTRIBUTES: Final = frozenset(
    {
        "assumed_state",
        "available",
        "device_class",
        "device_info",
        "entity_category",
        "entity_picture",
        "entity_registry_enabled_default",
        "extra_state_attributes",
        "force_update",
        "friendly_name",
        "icon",
        "should_poll",
        "state",
        "supported_features",
        "unique_id",
        "unit_of_measurement",
    }
)


class LastRun:
    """The last state of an entity that was just added; gives the entity back what it kept and the JSON attributes."""

    __slots__ = ("_json", "_own", "_state")

    def __init__(self, entity: MqttEntity, state: State) -> None:
        take_back(entity, state)
        self._state = state
        self._own: dict[str, Any] = entity.show("attributes") or {}
        """The domain's attributes before anything was told."""
        self._json: frozenset[str] = frozenset()
        """The attributes that came by JSON: nothing else accounts for them."""
        if entity.config.json_attributes_topic is not None:
            own = {*RESERVED_ATTRIBUTES, *entity.reserved_attributes, *entity.overrides.attributes, *self._own}
            self._json = frozenset(state.attributes).difference(own, entity.show("capabilities") or ())
        if self._json:
            entity.extra_attributes = {key: value for key, value in state.attributes.items() if key in self._json}

    def write(self, entity: MqttEntity) -> bool:
        """Show the last state with the id, name, icon and so on of now, and with the attributes that were told since.

        False when there is none, or it was in another unit.
        """
        last, states = self._state, entity.hub.states
        present = {**(entity.show("capabilities") or {}), **entity.common}
        if last.state == UNKNOWN or last.attributes.get("unit_of_measurement") != present.get("unit_of_measurement"):
            return False
        attributes = {
            key: value
            for key, value in last.attributes.items()
            if key not in RESERVED_ATTRIBUTES and key not in self._json
        }
        own = entity.show("attributes") or {}
        attributes.update({key: value for key, value in own.items() if value != self._own.get(key)})
        attributes.update({**(entity.extra_attributes or {}), **present})
        before = states.get(entity.entity_id)
        if before is not None and before.state == last.state:
            states.set(entity.entity_id, last.state, attributes)
            return True
        if last.attributes == attributes:
            attributes = last.attributes
        times = last.last_changed, last.last_updated, last.last_reported
        states.restore(State(entity.entity_id, last.state, attributes, *times, last.context))
        return True
