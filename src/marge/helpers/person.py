"""person: where somebody is, as their device trackers tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.config.nodes import NodeDict, NodeList
from marge.core.errors import InvalidConfig
from marge.core.events import HOMEASSISTANT_START, Event, Remove
from marge.core.lifecycle import RunState
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.domain import Domain
from marge.helpers.collection import HelperCollection, Item
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.helpers.ports import House
from marge.helpers.words import Name
from marge.registries import ENTITY_REGISTRY_UPDATED, References
from marge.util.schema import EntityIds, Invalid, Text

USER_REMOVED: Final = "user_removed"


class PersonConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; `user_id` is the account of the person."""

    name: Name
    user_id: Text | UnsetType | None = UNSET
    device_trackers: EntityIds = []
    picture: Text | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        """Refuse entities that are no device trackers."""
        for entity_id in self.device_trackers:
            if not entity_id.startswith("device_tracker."):
                raise ValueError(
                    f"Entity ID '{entity_id}' belongs to domain '{entity_id.partition('.')[0]}', "
                    "expected 'device_tracker'"
                )


class Person(HelperEntity):
    """Follows its trackers: one that is no GPS and at home wins, then the newest GPS, then the newest away."""

    domain = "person"
    config: PersonConfig
    collection: PersonCollection

    where: str | None = None
    source: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    gps_accuracy: float | None = None

    _remove: Remove | None = None
    _told_as = ""

    def configure(self, config: HelperConfig) -> None:
        """See `HelperEntity.configure`."""
        super().configure(config)
        self.entity_picture = given(self.config.picture)

    def reconfigure(self, config: HelperConfig) -> None:
        """See `HelperEntity.reconfigure`."""
        self.configure(config)
        if self.is_added:
            self._follow()

    def added(self) -> None:
        """See `Entity.added`; trackers may come back later than their person."""
        if self.last_state is not None and self.last_state.state not in (UNKNOWN, UNAVAILABLE):
            self._take(self.last_state)
        if self.hub.lifecycle.state == RunState.RUNNING:
            self._follow()
        else:
            self._remove = self.hub.bus.listen(HOMEASSISTANT_START, self._hub_started)

    def removed(self) -> None:
        """See `Entity.removed`."""
        self._unfollow()
        self.collection.moved(self._told_as, None)
        self._told_as = ""

    @property
    def state(self) -> str | None:
        """`home`, `not_home`, the name of a zone, or None."""
        return self.where

    def attributes(self) -> dict[str, Any]:
        """Who it is, and the position with its source."""
        attributes: dict[str, Any] = {
            "editable": self.editable,
            "id": self.unique_id,
            "device_trackers": self.config.device_trackers,
        }
        for name in ("latitude", "longitude", "gps_accuracy", "source"):
            if (value := getattr(self, name)) is not None:
                attributes[name] = value
        if (user_id := given(self.config.user_id)) is not None:
            attributes["user_id"] = user_id
        return attributes

    def write_state(self) -> None:
        """See `Entity.write_state`; the zones count who is there."""
        super().write_state()
        if not self.is_added:
            return
        if self._told_as not in ("", self.entity_id):
            self.collection.moved(self._told_as, None)
        self._told_as = self.entity_id
        self.collection.moved(self.entity_id, self.where)

    def _hub_started(self, _event: Event) -> None:
        self._follow()
        self.write_state()

    def _unfollow(self) -> None:
        if self._remove is not None:
            self._remove()
            self._remove = None

    def _follow(self) -> None:
        self._unfollow()
        trackers = self.config.device_trackers
        if trackers:
            self._remove = self.hub.bus.listen_entities(trackers, self._tracker_changed)
        self._update()

    def _tracker_changed(self, event: Event) -> None:
        self._update()
        self.set_context(event.context)
        self.write_state()

    def _update(self) -> None:
        at_home: State | None = None
        gps: State | None = None
        away: State | None = None
        for entity_id in self.config.device_trackers:
            state = self.hub.states.get(entity_id)
            if state is None or state.state in (UNKNOWN, UNAVAILABLE):
                continue
            if state.attributes.get("source_type") == "gps":
                gps = _newer(gps, state)
            elif state.state == "home":
                at_home = _newer(at_home, state)
            elif state.state == "not_home":
                away = _newer(away, state)
        latest = at_home or gps or away
        if latest is not None:
            self._take(latest)
        else:
            self.where = self.source = self.latitude = self.longitude = self.gps_accuracy = None

    def _take(self, state: State) -> None:
        self.where = state.state
        self.source = state.entity_id
        self.latitude = state.attributes.get("latitude")
        self.longitude = state.attributes.get("longitude")
        self.gps_accuracy = state.attributes.get("gps_accuracy")


def _newer(before: State | None, state: State) -> State:
    return state if before is None or state.last_updated > before.last_updated else before


class PersonCollection(HelperCollection):
    """The persons; an account belongs to one of them at most."""

    def __init__(self, house: House, kind: Kind) -> None:
        super().__init__(house, kind)
        bus = house.hub.bus
        self._removes = [
            bus.listen(USER_REMOVED, self._user_removed),
            bus.listen(ENTITY_REGISTRY_UPDATED, self._registry_updated),
        ]
        house.registries.search.add_source("person", self.references)

    def stop(self) -> None:
        """See `HelperCollection.stop`."""
        for remove in self._removes:
            remove()

    def references(self) -> dict[str, References]:
        """The trackers of each person, by its entity id."""
        persons = (each for each in self.entities.values() if isinstance(each, Person))
        return {each.entity_id: References(entity=frozenset(each.config.device_trackers)) for each in persons}

    def moved(self, person: str, state: str | None) -> None:
        """Let the zones count a person."""
        if person and self.house.moved is not None:
            self.house.moved(person, state)

    def yaml_items(self, section: NodeDict | NodeList) -> Iterable[tuple[str, HelperConfig]]:
        """See `HelperCollection.yaml_items`; the id is in the item."""
        if not isinstance(section, NodeList):
            return
        for index, content in enumerate(section):
            called = f"person '{content.get('id', content.get('name', index + 1))}'"
            place = section.place_of(index)
            rest = {key: value for key, value in content.items() if key != "id"}
            item_id = content.get("id")
            if not isinstance(item_id, (str, int)) or isinstance(item_id, bool) or item_id == "":
                self.report(called, InvalidConfig("key 'id' is missing", place.file, place.line))
                continue
            config = self.read_yaml(called, section, (index,), rest)
            if not isinstance(config, PersonConfig):
                continue
            if (user_id := given(config.user_id)) is not None and not self._is_user(user_id):
                self.report(called, InvalidConfig(f"unknown user_id '{user_id}'", place.file, place.line))
                continue
            yield str(item_id), config

    def make(self, item_id: str, config: HelperConfig, editable: bool) -> HelperEntity:
        """See `HelperCollection.make`."""
        entity = super().make(item_id, config, editable)
        assert isinstance(entity, Person)
        entity.entity_id = ""
        entity.collection = self
        return entity

    def check(self, item_id: str | None, config: HelperConfig) -> None:
        """See `HelperCollection.check`: the account exists and is nobody else's."""
        assert isinstance(config, PersonConfig)
        user_id = given(config.user_id)
        before = None if item_id is None else self.stored[item_id]
        if user_id is None or (isinstance(before, PersonConfig) and before.user_id == user_id):
            return
        if not self._is_user(user_id):
            raise Invalid("User does not exist")
        for other in (*self.stored.values(), *self.yaml.values()):
            if isinstance(other, PersonConfig) and other.user_id == user_id:
                raise Invalid("User already taken")

    async def create_for(self, user_id: str, name: str) -> Item:
        """Make the person of an account; raises Invalid when there is one."""
        return await self.create({"name": name, "user_id": user_id, "device_trackers": []})

    def _is_user(self, user_id: str) -> bool:
        users = self.house.hub.services.users
        return users is None or users.is_admin(user_id) is not None

    def _user_removed(self, event: Event) -> None:
        user_id = event.data["user_id"]
        for item_id, config in list(self.stored.items()):
            if isinstance(config, PersonConfig) and config.user_id == user_id:
                self.replace(item_id, msgspec.structs.replace(config, user_id=None))

    def _registry_updated(self, event: Event) -> None:
        entity_id = event.data["entity_id"]
        if event.data["action"] != "remove" or not entity_id.startswith("device_tracker."):
            return
        for item_id, config in list(self.stored.items()):
            if isinstance(config, PersonConfig) and entity_id in config.device_trackers:
                left = [each for each in config.device_trackers if each != entity_id]
                self.replace(item_id, msgspec.structs.replace(config, device_trackers=left))


KIND: Final = Kind(Domain("person", Person), Person, PersonConfig, merges=True)
