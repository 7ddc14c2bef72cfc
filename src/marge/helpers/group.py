"""group: old-style groups, whose state follows their members; they come from the files and from `group.set`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.config.nodes import NodeDict, NodeList
from marge.core.events import Event, Remove
from marge.core.services import Service, ServiceCall
from marge.core.state import State
from marge.entities.descriptions import describer
from marge.entities.domain import Domain
from marge.helpers.collection import HelperCollection
from marge.helpers.group_states import OFF_TO_ON, ON, ON_STATES, ON_TO_OFF, SINGLE_STATES, UNFOLLOWED, SingleState
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.helpers.ports import House
from marge.helpers.words import is_object_id
from marge.registries import References
from marge.util.schema import EntityIds, Flag, Text, convert, word

if TYPE_CHECKING:
    from marge.helpers.collection import Item

MAX_DEPTH: Final = 20
"""How many groups within groups are followed."""


def _members(value: Any) -> list[str]:
    return list(dict.fromkeys(convert([] if value is None else value, EntityIds)))


def _object_id(value: Any) -> str:
    if isinstance(value, str) and value and is_object_id(value):
        return value
    raise ValueError(f"invalid slug {value}")


if TYPE_CHECKING:
    Members = list[str]
    ObjectId = str
else:
    Members = word("Members", _members)
    ObjectId = word("ObjectId", _object_id)


class GroupConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; with `all` every member must be on."""

    entities: Members = []
    all: Flag = False


class SetGroup(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set`; of the three lists one at most."""

    object_id: ObjectId
    name: Text | UnsetType = UNSET
    icon: Text | UnsetType = UNSET
    all: Flag | UnsetType = UNSET
    entities: Members | UnsetType = UNSET
    add_entities: Members | UnsetType = UNSET
    remove_entities: Members | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse lists that contradict each other."""
        if sum(each is not UNSET for each in (self.entities, self.add_entities, self.remove_entities)) > 1:
            raise ValueError("two or more values in the same group of exclusion 'entities'")


class RemoveGroup(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `remove`."""

    object_id: ObjectId


class Group(HelperEntity):
    """Follows its members; `single` is what they call on and off, if all call it the same."""

    domain = "group"
    config: GroupConfig
    groups: GroupCollection

    order = 0
    by_service = False
    single: SingleState | None = None

    _value: str | None = None
    _remove: Remove | None = None

    def __init__(self) -> None:
        self._on: dict[str, bool] = {}
        self._assumed: dict[str, bool] = {}
        self._followed: list[str] = []
        self._knows = False

    def added(self) -> None:
        """See `Entity.added`."""
        self.follow()

    def removed(self) -> None:
        """See `Entity.removed`."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def reconfigure(self, config: HelperConfig) -> None:
        """See `HelperEntity.reconfigure`."""
        self.configure(config)
        if self.is_added:
            self.follow()

    @property
    def state(self) -> str | None:
        """On or off in the members' words, None when no member knows."""
        return self._value

    def attributes(self) -> dict[str, Any]:
        """The members and the place among the groups."""
        attributes: dict[str, Any] = {"entity_id": tuple(self.config.entities), "order": self.order}
        return {**attributes, "auto": True} if self.by_service else attributes

    def follow(self) -> None:
        """Look at the members and listen to them."""
        self.removed()
        followed = [each for each in self.config.entities if each.partition(".")[0] not in UNFOLLOWED]
        self.single = self._single_state()
        self._followed = followed
        self._look()
        if followed:
            self._remove = self.hub.bus.listen_entities(followed, self._member_changed)
        self._work_out()

    def _look(self) -> None:
        self._on, self._assumed, self._knows = {}, {}, False
        for entity_id in self._followed:
            if (state := self.hub.states.get(entity_id)) is not None:
                self._see(state)

    def _single_state(self) -> SingleState | None:
        found: set[SingleState] = set()
        for entity_id in self.config.entities:
            domain = entity_id.partition(".")[0]
            if domain != "group":
                found.add(SINGLE_STATES.get(domain, ON))
            elif (single := self.groups.single_state(entity_id)) is not None:
                found.add(single)
        return found.pop() if len(found) == 1 else None

    def _member_changed(self, event: Event) -> None:
        new = event.data.new_state
        if new is None:
            self._look()
        else:
            self._see(new)
        self._work_out(new)
        self.set_context(event.context)
        self.write_state()

    def _see(self, state: State) -> None:
        entity_id, domain = state.entity_id, state.domain
        self._assumed[entity_id] = bool(state.attributes.get("assumed_state"))
        on_states = ON_STATES.get(domain, ON_TO_OFF)
        self._on[entity_id] = state.state in on_states
        # Once a member has said something, one that has nothing to say counts as off.
        self._knows = self._knows or domain in ON_STATES or state.state in ON_TO_OFF or state.state in OFF_TO_ON

    def _work_out(self, changed: State | None = None) -> None:
        need = all if self.config.all else any
        # As in Home Assistant, the last member to change counts for itself even where all are needed.
        assumed = bool(self._assumed) and (
            need(self._assumed.values()) or (changed is not None and self._assumed[changed.entity_id])
        )
        if assumed != self.assumed_state:
            self.assumed_state = assumed
            self.description_changed()
        single = self.single or ON
        self._value = None if not self._knows else single.on if need(self._on.values()) else single.off


class GroupCollection(HelperCollection):
    """The groups of the files and of `group.set`; neither kind is stored."""

    def __init__(self, house: House, kind: Kind) -> None:
        super().__init__(house, kind)
        self._order = 0
        services = house.hub.services
        services.register(Service("group", "set", self._set, SetGroup, describe=describer("group", "set")))
        services.register(Service("group", "remove", self._take, RemoveGroup, describe=describer("group", "remove")))
        house.registries.targets.expand = self.expand
        house.registries.search.add_source("group", self.references)

    def references(self) -> dict[str, References]:
        """The members of each group, by its entity id."""
        groups = (each for each in self.entities.values() if isinstance(each, Group))
        return {each.entity_id: References(entity=frozenset(each.config.entities)) for each in groups}

    def expand(self, entity_id: str) -> list[str]:
        """The entities that a group stands for, through groups within it; any other entity stands for itself."""
        found: dict[str, None] = {}
        seen = {entity_id}
        self._expand(entity_id, found, seen, 0)
        return list(found)

    def single_state(self, entity_id: str) -> SingleState | None:
        """What all members of a group call on and off."""
        entity = self.house.index.get(entity_id)
        return entity.single if isinstance(entity, Group) else None

    def load(self) -> None:
        """See `HelperCollection.load`: there is nothing stored."""

    def items(self) -> list[Item]:
        """See `HelperCollection.items`: there is nothing stored."""
        return []

    def in_full(self, content: Any) -> Any:
        """See `HelperCollection.in_full`; a group may be written as its members alone."""
        return content if isinstance(content, dict) else {"entities": content}

    def load_yaml(self, section: NodeDict | NodeList) -> None:
        """See `HelperCollection.load_yaml`; groups of groups look again once all are there."""
        super().load_yaml(section)
        for entity in self.entities.values():
            if isinstance(entity, Group) and any(each.startswith("group.") for each in entity.config.entities):
                entity.follow()
                entity.write_state()

    def make(self, item_id: str, config: HelperConfig, editable: bool) -> HelperEntity:
        """See `HelperCollection.make`."""
        if config.name is UNSET:
            config = msgspec.structs.replace(config, name=item_id)
        entity = Group()
        entity.platform = "group"
        entity.entity_id = f"group.{item_id}"
        entity.hub = self.house.hub
        entity.groups = self
        entity.by_service = editable
        entity.order, self._order = self._order, self._order + 1
        entity.configure(config)
        return entity

    def _expand(self, entity_id: str, found: dict[str, None], seen: set[str], depth: int) -> None:
        state = self.house.hub.states.get(entity_id) if entity_id.startswith("group.") else None
        if state is None or depth > MAX_DEPTH:
            found[entity_id] = None
            return
        for member in state.attributes.get("entity_id", ()):
            if member not in seen:
                seen.add(member)
                self._expand(member, found, seen, depth + 1)

    def _set(self, call: ServiceCall) -> None:
        data: SetGroup = call.data
        entity = self.entities.get(data.object_id)
        if entity is None:
            members = given(data.entities) or given(data.add_entities) or []
            config = GroupConfig(
                name=data.object_id if data.name is UNSET else data.name,
                icon=data.icon,
                entities=members,
                all=given(data.all) or False,
            )
            self._add(data.object_id, config, editable=True)
            return
        known = entity.config
        assert isinstance(known, GroupConfig)
        members = known.entities
        if data.entities is not UNSET:
            members = data.entities
        elif data.add_entities is not UNSET:
            members = list(dict.fromkeys((*members, *data.add_entities)))
        elif data.remove_entities is not UNSET:
            members = [each for each in members if each not in data.remove_entities]
        changes = {name: value for name in ("name", "icon", "all") if (value := getattr(data, name)) is not UNSET}
        entity.reconfigure(msgspec.structs.replace(known, entities=members, **changes))
        entity.description_changed()
        entity.write_state()

    def _take(self, call: ServiceCall) -> None:
        data: RemoveGroup = call.data
        self._yaml.pop(data.object_id, None)
        self._remove(data.object_id)


KIND: Final = Kind(Domain("group", Group), Group, GroupConfig)
