"""zone: places with a radius. A zone's state is how many persons are in it; trackers find theirs with `find`."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Final

from marge.config.nodes import NodeDict, NodeList
from marge.core.events import CORE_CONFIG_UPDATED, Event, Remove
from marge.core.state import State
from marge.entities.domain import Domain
from marge.helpers.collection import HelperCollection
from marge.helpers.kind import HelperConfig, HelperEntity, Kind
from marge.helpers.ports import House
from marge.helpers.words import Latitude, Longitude, Name, Real
from marge.util.geo import distance_m
from marge.util.schema import Flag

_LOGGER = logging.getLogger("marge.helpers")

HOME: Final = "zone.home"


class ZoneConfig(HelperConfig, frozen=True, kw_only=True):
    """An item: degrees, and the radius in metres. Nothing is in a `passive` zone as far as trackers go."""

    name: Name
    latitude: Latitude
    longitude: Longitude
    radius: Real = 100.0
    passive: Flag = False


class Zone(HelperEntity):
    """A place, and who is there."""

    domain = "zone"
    config: ZoneConfig

    def __init__(self) -> None:
        self.persons: set[str] = set()

    @property
    def state(self) -> str:
        """How many persons are there."""
        return str(len(self.persons))

    def attributes(self) -> dict[str, Any]:
        """Where it is and who is there."""
        config = self.config
        return {
            "latitude": config.latitude,
            "longitude": config.longitude,
            "radius": config.radius,
            "passive": config.passive,
            "persons": sorted(self.persons),
            "editable": self.editable,
        }

    def holds(self, state: str) -> bool:
        """Whether a person of that state is here."""
        return state.casefold() == str(self.config.name).casefold() or (state == "home" and self.entity_id == HOME)

    def person_is(self, person: str, state: str | None) -> None:
        """Take in the state of a person, None for one that is gone."""
        before = len(self.persons)
        if state is not None and self.holds(state):
            self.persons.add(person)
        else:
            self.persons.discard(person)
        if len(self.persons) != before:
            self.write_state()


class ZoneCollection(HelperCollection):
    """The zones; those of the files have no ids, and home is one that is always there."""

    def __init__(self, house: House, kind: Kind) -> None:
        super().__init__(house, kind)
        self._home: Zone | None = None
        self._persons: dict[str, str] = {}
        self._removes: list[Remove] = []

    def start_home(self) -> None:
        """Add the zone of the house, unless a file has one of that name."""
        hub = self.house.hub
        if self.house.index.get(HOME) is not None:
            return
        home = self._home = Zone()
        home.platform = "zone"
        home.entity_id = HOME
        home.configure(self._home_config())
        self.house.place.add(home)
        self._removes.append(hub.bus.listen(CORE_CONFIG_UPDATED, self._core_config_updated))

    def stop(self) -> None:
        """Stop following the configuration of the hub."""
        for remove in self._removes:
            remove()
        self._removes.clear()

    def yaml_items(self, section: NodeDict | NodeList) -> Iterable[tuple[str, HelperConfig]]:
        """See `HelperCollection.yaml_items`; a zone is told from others by its name and how often that came before."""
        if not isinstance(section, NodeList):
            return
        seen: dict[str, int] = {}
        for index, content in enumerate(section):
            if (
                config := self.read_yaml(f"zone '{content.get('name', index + 1)}'", section, (index,), content)
            ) is not None:
                name = str(config.name)
                seen[name] = seen.get(name, 0) + 1
                yield f"{name}\n{seen[name]}", config

    def make(self, item_id: str, config: HelperConfig, editable: bool) -> HelperEntity:
        """See `HelperCollection.make`."""
        entity = super().make(item_id, config, editable)
        assert isinstance(entity, Zone)
        if not editable:
            entity.entity_id = ""
            entity.unique_id = None
        entity.persons = {person for person, state in self._persons.items() if entity.holds(state)}
        return entity

    def person_is(self, person: str, state: str | None) -> None:
        """Count a person where it is; None for one that is gone."""
        if state is None:
            self._persons.pop(person, None)
        else:
            self._persons[person] = state
        for zone in self.house.index.of_domain("zone").values():
            if isinstance(zone, Zone):
                zone.person_is(person, state)

    def find(self, latitude: float, longitude: float, accuracy: float) -> str | None:
        """The zone of a position: `home`, its name, or None; implements `entities.device_tracker.ZoneLookup`."""
        zone = self.active(latitude, longitude, accuracy)
        if zone is None:
            return None
        return "home" if zone.entity_id == HOME else zone.name

    def active(self, latitude: float, longitude: float, accuracy: float = 0.0) -> State | None:
        """The state of the nearest zone within reach, the smaller one of two as near; passive ones do not count."""
        best: tuple[float, float, State] | None = None
        states = self.house.hub.states
        for entity_id in sorted(self.house.index.of_domain("zone")):
            state = states.get(entity_id)
            if state is None or state.attributes.get("passive", True):
                continue
            radius = state.attributes["radius"]
            away = distance_m(latitude, longitude, state.attributes["latitude"], state.attributes["longitude"])
            if away is not None and away - radius < accuracy and (best is None or (away, radius) < best[:2]):
                best = (away, radius, state)
        return None if best is None else best[2]

    def _home_config(self) -> ZoneConfig:
        config = self.house.hub.config
        return ZoneConfig(
            name=config.name or "Home",
            latitude=config.latitude,
            longitude=config.longitude,
            radius=config.radius,
            icon="mdi:home",
        )

    def _core_config_updated(self, _event: Event) -> None:
        assert self._home is not None
        self._home.reconfigure(self._home_config())
        self._home.description_changed()
        self._home.write_state()


def in_zone(zone: State, latitude: float, longitude: float, accuracy: float = 0.0) -> bool:
    """Whether a position is in a zone."""
    attributes = zone.attributes
    if "latitude" not in attributes or "longitude" not in attributes or "radius" not in attributes:
        return False
    away = distance_m(latitude, longitude, attributes["latitude"], attributes["longitude"])
    return away is not None and away - accuracy < float(attributes["radius"])


KIND: Final = Kind(Domain("zone", Zone), Zone, ZoneConfig, merges=True)
"""Collections of this kind are `ZoneCollection`."""
