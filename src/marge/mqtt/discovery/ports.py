"""What discovered things need of the rest of the hub; `app.py` puts it together."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from marge.core.hub import Hub
from marge.core.ports import Mqtt
from marge.entities.base import Entity
from marge.entities.device_tracker import ZoneLookup, no_zones
from marge.mqtt.discovery.device_triggers import DeviceTriggers
from marge.mqtt.discovery.message import MessageCache
from marge.mqtt.discovery.sharing import Shared
from marge.registries import Registries
from marge.templates import TemplateEngine

if TYPE_CHECKING:
    from marge.mqtt.discovery.availability import AvailabilityGroup


class EntityPlace(Protocol):
    """Gives entities their place in the house (the entity host of the registries)."""

    def add(self, entity: Entity) -> bool:
        """Register and show an entity; False when it is refused (the reason is logged)."""

    def remove(self, entity: Entity, *, forget: bool = False) -> None:
        """Take an entity away, and with `forget` its registry entry."""

    def refresh(self, entity: Entity) -> None:
        """Take over a changed description: name, device, category, icon."""


@dataclass(slots=True)
class MqttPlatform:
    """What every discovered thing works with."""

    hub: Hub
    link: Mqtt
    place: EntityPlace
    registries: Registries
    templates: TemplateEngine
    config_entry_id: str
    zone_lookup: ZoneLookup = no_zones
    """Where trackers are that tell their position."""
    messages: MessageCache = field(default_factory=MessageCache)
    holders: dict[str, int] = field(default_factory=dict)
    """How many triggers and tags, which are no entities, hold each device."""
    groups: dict[object, AvailabilityGroup] = field(default_factory=dict)
    """The entities by the availability topics that they follow."""
    triggers: DeviceTriggers = field(init=False)
    shared: Shared = field(init=False)

    def __post_init__(self) -> None:
        self.triggers = DeviceTriggers(self.link)
        self.shared = Shared(self.templates)
