"""The components that can be discovered, one module each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol

from msgspec import Struct

from marge.mqtt.discovery.config import EntityConfig, read_config
from marge.mqtt.discovery.devices import drop_empty_device
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.ports import MqttPlatform


class Item(Protocol):
    """One discovered thing while it lives."""

    def update(self, config: dict[str, Any]) -> None:
        """Take over a new payload; raises Invalid or TemplateError and stays as it was."""

    def remove(self, *, forget: bool) -> None:
        """End it; with `forget` its registry entries go too."""


@dataclass(frozen=True, slots=True)
class Component:
    """A discoverable component: its name and how a payload becomes a living item.

    `create` raises Invalid or TemplateError for a payload that it refuses; `schema` tells the keys of a payload.
    """

    name: str
    create: Callable[[MqttPlatform, dict[str, Any]], Item]
    schema: Callable[[dict[str, Any]], type[Struct]]


# A component's module is imported when the first of its kind is discovered: "module:name of its Component".
COMPONENTS: Final[Mapping[str, str]] = {
    "alarm_control_panel": "marge.mqtt.discovery.alarm_control_panel:COMPONENT",
    "binary_sensor": "marge.mqtt.discovery.binary_sensor:COMPONENT",
    "button": "marge.mqtt.discovery.button:COMPONENT",
    "camera": "marge.mqtt.discovery.camera:COMPONENT",
    "climate": "marge.mqtt.discovery.climate:COMPONENT",
    "cover": "marge.mqtt.discovery.cover:COMPONENT",
    "device_automation": "marge.mqtt.discovery.device_automation:COMPONENT",
    "device_tracker": "marge.mqtt.discovery.device_tracker:COMPONENT",
    "event": "marge.mqtt.discovery.event:COMPONENT",
    "fan": "marge.mqtt.discovery.fan:COMPONENT",
    "humidifier": "marge.mqtt.discovery.humidifier:COMPONENT",
    "image": "marge.mqtt.discovery.image:COMPONENT",
    "lawn_mower": "marge.mqtt.discovery.lawn_mower:COMPONENT",
    "light": "marge.mqtt.discovery.light:COMPONENT",
    "lock": "marge.mqtt.discovery.lock:COMPONENT",
    "notify": "marge.mqtt.discovery.notify:COMPONENT",
    "number": "marge.mqtt.discovery.number:COMPONENT",
    "scene": "marge.mqtt.discovery.scene:COMPONENT",
    "select": "marge.mqtt.discovery.select:COMPONENT",
    "sensor": "marge.mqtt.discovery.sensor:COMPONENT",
    "siren": "marge.mqtt.discovery.siren:COMPONENT",
    "switch": "marge.mqtt.discovery.switch:COMPONENT",
    "tag": "marge.mqtt.discovery.tag:COMPONENT",
    "text": "marge.mqtt.discovery.text:COMPONENT",
    "update": "marge.mqtt.discovery.update:COMPONENT",
    "vacuum": "marge.mqtt.discovery.vacuum:COMPONENT",
    "valve": "marge.mqtt.discovery.valve:COMPONENT",
    "water_heater": "marge.mqtt.discovery.water_heater:COMPONENT",
}


def load_component(name: str) -> Component | None:
    """Import a component; None for a name that is none."""
    path = COMPONENTS.get(name)
    if path is None:
        return None
    module, _, attribute = path.partition(":")
    component = getattr(import_module(module), attribute)
    assert isinstance(component, Component)
    return component


Select = Callable[[dict[str, Any]], tuple[type[EntityConfig], type[MqttEntity]]]
"""Says which schema and which entity a payload is for; raises Invalid."""


def entity_component(name: str, config_type: type[EntityConfig], entity_type: type[MqttEntity]) -> Component:
    """The component of an entity with one schema."""
    return selecting_component(name, lambda _payload: (config_type, entity_type))


def selecting_component(name: str, select: Select) -> Component:
    """The component of an entity whose schema depends on the payload."""

    def create(mqtt: MqttPlatform, payload: dict[str, Any]) -> Item:
        config_type, entity_type = select(payload)
        return EntityItem(entity_type(mqtt, read_config(mqtt.shared, payload, config_type)), select)

    return Component(name, create, lambda payload: select(payload)[0])


class EntityItem:
    """A discovered entity; one that has no place, as another has its unique id, asks again at each update."""

    __slots__ = ("_placed", "_select", "entity")

    def __init__(self, entity: MqttEntity, select: Select) -> None:
        self.entity = entity
        self._select = select
        self._placed = entity.mqtt.place.add(entity)

    def update(self, payload: dict[str, Any]) -> None:
        """See `Item.update`; another schema or unique id makes another entity."""
        entity = self.entity
        mqtt = entity.mqtt
        config_type, entity_type = self._select(payload)
        config = read_config(mqtt.shared, payload, config_type)
        if type(entity) is entity_type and config.unique_id == entity.unique_id:
            if config == entity.config and self._placed:
                return
            device_id = entity.device_id
            entity.reconfigure(config)
            if not self._placed:
                self._placed = mqtt.place.add(entity)
                return
            mqtt.place.refresh(entity)
            if device_id is not None and entity.device_id != device_id:
                drop_empty_device(mqtt, device_id)
            return
        replacement = entity_type(mqtt, config)
        self.remove(forget=True)
        self.entity = replacement
        self._placed = mqtt.place.add(replacement)

    def remove(self, *, forget: bool) -> None:
        """See `Item.remove`."""
        mqtt = self.entity.mqtt
        device_id = self.entity.device_id
        mqtt.place.remove(self.entity, forget=forget)
        if forget and device_id is not None:
            drop_empty_device(mqtt, device_id)
