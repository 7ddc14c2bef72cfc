"""A switch shown as something else: what is asked of it is asked of the switch."""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from marge.core.state import UNAVAILABLE, State
from marge.helpers.derived.following import DerivedEntity
from marge.helpers.derived.platforms import DerivedItem
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.util.schema import EntityId, Text


class SwitchAsItem(DerivedItem, frozen=True, kw_only=True):
    """What all of them have; without a name it is called like the switch."""

    entity_id: EntityId
    name: Text | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Ask for a switch."""
        if not self.entity_id.startswith("switch."):
            raise ValueError(f"'entity_id' must be a switch, not {self.entity_id}")


class SwitchWrapper(DerivedEntity):
    """Follows its switch; unavailable while that is."""

    item: SwitchAsItem
    inverted = False

    def configure(self, house: House, platform: str, item: SwitchAsItem) -> None:
        """Take over the item, before the entity is added."""
        self.item = item
        self.platform = platform
        self.unique_id = given(item.unique_id)
        self.inverted = getattr(item, "invert", False)
        self.name = given(item.name) or _name(house, item.entity_id)
        if (entry := house.registries.entities.get(item.entity_id)) is not None:
            self.entity_category = entry.entity_category

    def added(self) -> None:
        """See `Entity.added`."""
        self.follow([self.item.entity_id], self._changed)
        self._look(self.hub.states.get(self.item.entity_id))

    def switched(self, on: bool) -> None:
        """Take over that the switch is on, or off; given by the kind."""
        raise NotImplementedError

    async def turn(self, on: bool) -> None:
        """Switch the switch."""
        target = {"entity_id": [self.item.entity_id]}
        service = "turn_on" if on else "turn_off"
        await self.hub.services.call("switch", service, {}, target=target, context=self._context)

    def _changed(self, old: State | None, new: State | None) -> None:
        self._look(new)
        self.write_state()

    def _look(self, state: State | None) -> None:
        name = None if state is None or given(self.item.name) else state.attributes.get("friendly_name")
        if isinstance(name, str) and name != self.name:
            self.name = name
            self.description_changed()
        self.available = state is not None and state.state != UNAVAILABLE
        if state is not None and self.available:
            self.switched((state.state == "on") != self.inverted)


def _name(house: House, entity_id: str) -> str:
    """What the switch is called: as it shows itself, as it is registered, or by its id."""
    state = house.hub.states.get(entity_id)
    if state is not None:
        return state.name
    entry = house.registries.entities.get(entity_id)
    if entry is not None and entry.name is not None:
        return entry.name
    names = [] if entry is None else [entry.original_name]
    if entry is not None and entry.has_entity_name and entry.device_id is not None:
        device = house.registries.devices.get(entry.device_id)
        names.insert(0, None if device is None else device.display_name)
    return " ".join(name for name in names if name) or entity_id.partition(".")[2].replace("_", " ")
