"""All entities by id, and the domains that are loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Final

from marge.core.errors import NotFound
from marge.core.hub import Hub
from marge.core.ports import TargetResolver
from marge.core.services import Service
from marge.entities.base import Entity
from marge.entities.descriptions import describer
from marge.entities.dispatch import Dispatcher
from marge.entities.domain import Domain, NoFields

# A domain's module is imported when its first entity comes: the value is "module:name of its Domain".
DOMAINS: Final[Mapping[str, str]] = {
    "alarm_control_panel": "marge.entities.alarm_control_panel:ALARM_CONTROL_PANEL",
    "binary_sensor": "marge.entities.binary_sensor:BINARY_SENSOR",
    "button": "marge.entities.button:BUTTON",
    "calendar": "marge.entities.calendar:CALENDAR",
    "camera": "marge.entities.camera:CAMERA",
    "climate": "marge.entities.climate:CLIMATE",
    "cover": "marge.entities.cover:COVER",
    "date": "marge.entities.date:DATE",
    "datetime": "marge.entities.datetime:DATETIME",
    "device_tracker": "marge.entities.device_tracker:DEVICE_TRACKER",
    "event": "marge.entities.event:EVENT",
    "fan": "marge.entities.fan:FAN",
    "humidifier": "marge.entities.humidifier:HUMIDIFIER",
    "image": "marge.entities.image:IMAGE",
    "lawn_mower": "marge.entities.lawn_mower:LAWN_MOWER",
    "light": "marge.entities.light:LIGHT",
    "lock": "marge.entities.lock:LOCK",
    "media_player": "marge.entities.media_player:MEDIA_PLAYER",
    "notify": "marge.entities.notify:NOTIFY",
    "number": "marge.entities.number:NUMBER",
    "remote": "marge.entities.remote:REMOTE",
    "scene": "marge.entities.scene:SCENE",
    "select": "marge.entities.select:SELECT",
    "sensor": "marge.entities.sensor:SENSOR",
    "siren": "marge.entities.siren:SIREN",
    "switch": "marge.entities.switch:SWITCH",
    "text": "marge.entities.text:TEXT",
    "time": "marge.entities.time:TIME",
    "todo": "marge.entities.todo:TODO",
    "tts": "marge.entities.tts:TTS",
    "update": "marge.entities.update:UPDATE",
    "vacuum": "marge.entities.vacuum:VACUUM",
    "valve": "marge.entities.valve:VALVE",
    "water_heater": "marge.entities.water_heater:WATER_HEATER",
    "weather": "marge.entities.weather:WEATHER",
}


def load_domain(name: str) -> Domain:
    """Import a domain; raises NotFound for a name that is no domain."""
    try:
        module, _, attribute = DOMAINS[name].partition(":")
    except KeyError:
        raise NotFound("domain", name) from None
    domain = getattr(import_module(module), attribute)
    assert isinstance(domain, Domain)
    return domain


class EntityIndex:
    """Finds entities by id and by domain, and sets a domain's services up with its first entity."""

    def __init__(self, hub: Hub, resolver: TargetResolver) -> None:
        self._hub = hub
        self._entities: dict[str, Entity] = {}
        self._domains: dict[str, dict[str, Entity]] = {}
        self._dispatcher = Dispatcher(self, resolver)

    def get(self, entity_id: str) -> Entity | None:
        """Return the entity that backs `entity_id`, or None."""
        return self._entities.get(entity_id)

    def __len__(self) -> int:
        return len(self._entities)

    def __iter__(self) -> Iterator[Entity]:
        return iter(list(self._entities.values()))

    def of_domain(self, domain: str) -> dict[str, Entity]:
        """The entities of a domain by id; not to be changed."""
        return self._domains.get(domain, {})

    def add(self, entity: Entity) -> None:
        """Take an entity in; its domain's services are there from now on."""
        self.setup(entity.domain)
        self._entities[entity.entity_id] = entity
        self._domains[entity.domain][entity.entity_id] = entity

    def remove(self, entity_id: str) -> None:
        """Let an entity go; nothing happens when it is not there."""
        entity = self._entities.pop(entity_id, None)
        if entity is not None:
            self._domains[entity.domain].pop(entity_id, None)

    def setup(self, name: str) -> None:
        """Register a domain's services and list its component, once."""
        if name not in self._domains:
            self._domains[name] = {}
            if name in DOMAINS:
                self.register(load_domain(name))
            self._hub.load_component(name)

    def register(self, domain: Domain) -> None:
        """Register the services of a domain that is not in the table (helpers, automations)."""
        self._domains.setdefault(domain.name, {})
        for service in domain.services:
            self._hub.services.register(
                Service(
                    domain.name,
                    service.name,
                    self._dispatcher.handler(domain.name, service),
                    service.schema or NoFields,
                    takes_target=True,
                    supports_response=service.supports_response,
                    describe=describer(domain.name, service.name),
                )
            )
