"""Groups that are an entity of their members' domain: `platform: group` under `light:`, `switch:`, `cover:` and so on.

What is asked of such a group is asked of its members, by the same service.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.events import Event, Remove
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.base import Entity
from marge.util.schema import EntityIds, Flag, Text, convert, word

NOTHING_KNOWN: Final = frozenset({UNKNOWN, UNAVAILABLE})


def _members(value: Any) -> list[str]:
    members = list(dict.fromkeys(convert([] if value is None else value, EntityIds)))
    if not members:
        raise ValueError("expected at least one entity id")
    return members


if TYPE_CHECKING:
    Members = list[str]
else:
    Members = word("Members", _members)


class GroupItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What all kinds have."""

    DOMAINS: ClassVar[tuple[str, ...]] = ()
    """The domains of members, if others than that of the group may be."""

    platform: Text
    entities: Members
    name: Text | UnsetType = UNSET
    unique_id: Text | UnsetType = UNSET


class SwitchedItem(GroupItem, frozen=True, kw_only=True):
    """An item of a kind that is on or off; with `all` every member must be on."""

    all: Flag = False


class BinarySensorItem(SwitchedItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`."""

    device_class: Text | UnsetType = UNSET


class MemberGroup(Entity):
    """Follows its members; a kind works out what their states come to."""

    platform = "group"
    ITEM: ClassVar[type[GroupItem]] = GroupItem
    NAME: ClassVar[str] = ""
    """What it is called without a name."""

    item: GroupItem

    _remove: Remove | None = None

    def configure(self, item: GroupItem) -> None:
        """Take over the item, before the entity is added."""
        self.item = item
        self.name = self.NAME if item.name is UNSET else item.name
        self.unique_id = None if item.unique_id is UNSET else item.unique_id
        self.extra_attributes = {"entity_id": item.entities}
        self.available = False

    def added(self) -> None:
        """See `Entity.added`."""
        self._remove = self.hub.bus.listen_entities(self.item.entities, self._member_changed)
        self._look()

    def removed(self) -> None:
        """See `Entity.removed`."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def work_out(self, states: list[State]) -> None:
        """Set what the members' states come to."""
        raise NotImplementedError

    async def forward(self, service: str, members: Iterable[str] | None = None, **data: Any) -> None:
        """Ask the members, or some of them, for the same."""
        named = list(self.item.entities if members is None else members)
        if named:
            await self.hub.services.call(self.domain, service, data, target={"entity_id": named}, context=self._context)

    def able_members(self, bits: int) -> list[str]:
        """The members that have one of these features now."""
        get = self.hub.states.get
        states = [state for entity_id in self.item.entities if (state := get(entity_id)) is not None]
        return [state.entity_id for state in able(states, bits)]

    def _look(self) -> None:
        get = self.hub.states.get
        states = [state for entity_id in self.item.entities if (state := get(entity_id)) is not None]
        self.available = any(state.state != UNAVAILABLE for state in states)
        self.work_out(states)

    def _member_changed(self, event: Event) -> None:
        self._look()
        self.set_context(event.context)
        self.write_state()


def on_state(item: GroupItem, states: list[State]) -> bool | None:
    """Whether a group of things that are on or off is on; None when its members do not know."""
    need: Callable[[Iterable[bool]], bool] = all if isinstance(item, SwitchedItem) and item.all else any
    if not need(state.state not in NOTHING_KNOWN for state in states):
        return None
    return need(state.state == "on" for state in states)


def able(states: list[State], bits: int) -> list[State]:
    """The states of those that have one of these features."""
    return [state for state in states if int(state.attributes.get("supported_features") or 0) & bits]


def values(states: Iterable[State], key: str) -> list[Any]:
    """The values of an attribute where there are any."""
    return [value for state in states if (value := state.attributes.get(key)) is not None]


def reduced(states: Iterable[State], key: str, reduce: Callable[[list[Any]], Any], default: Any = None) -> Any:
    """One value for all: the only one, what `reduce` makes of several, or the default."""
    found = values(states, key)
    return default if not found else found[0] if len(found) == 1 else reduce(found)


def mean_int(found: list[Any]) -> int:
    """The mean, without its fraction."""
    return int(sum(found) / len(found))


def mean_columns(found: list[Any]) -> tuple[float, ...]:
    """The mean of each part of several colours."""
    return tuple(sum(column) / len(column) for column in zip(*found, strict=False))


def most_common(found: list[Any]) -> Any:
    """The value that is there most often; None for none."""
    return Counter(found).most_common(1)[0][0] if found else None


GROUPS: Final[Mapping[str, str]] = {
    "binary_sensor": "simple_groups:BinarySensorGroup",
    "button": "simple_groups:ButtonGroup",
    "cover": "cover_group:CoverGroup",
    "event": "event_group:EventGroup",
    "fan": "fan_group:FanGroup",
    "light": "light_group:LightGroup",
    "lock": "simple_groups:LockGroup",
    "media_player": "media_player_group:MediaPlayerGroup",
    "notify": "simple_groups:NotifyGroup",
    "sensor": "sensor_group:SensorGroup",
    "switch": "simple_groups:SwitchGroup",
}
"""Domain → module and class of its groups."""
