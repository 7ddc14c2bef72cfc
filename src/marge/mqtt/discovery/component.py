"""The components that can be discovered, one module each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, Protocol

import msgspec

from marge.mqtt.discovery.devices import drop_empty_device
from marge.mqtt.discovery.entity import MqttEntity
from marge.mqtt.discovery.ports import MqttPlatform
from marge.util.schema import convert


class Item(Protocol):
    """One discovered thing while it lives."""

    def update(self, config: dict[str, Any]) -> None:
        """Take over a new payload; raises Invalid or TemplateError and stays as it was."""

    def remove(self, *, forget: bool) -> None:
        """End it; with `forget` its registry entries go too."""


@dataclass(frozen=True, slots=True)
class Component:
    """A discoverable component: its name and how a payload becomes a living item.

    `create` raises Invalid or TemplateError for a payload that it refuses.
    """

    name: str
    create: Callable[[MqttPlatform, dict[str, Any]], Item]


# A component's module is imported when the first of its kind is discovered: "module:name of its Component".
COMPONENTS: Final[Mapping[str, str]] = {
    "sensor": "marge.mqtt.discovery.sensor:COMPONENT",
    "switch": "marge.mqtt.discovery.switch:COMPONENT",
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


def entity_component(
    name: str,
    config_type: type[msgspec.Struct],
    entity_type: type[MqttEntity],
) -> Component:
    """The component of an entity with one schema."""
    return selecting_component(name, lambda _payload: (config_type, entity_type))


def selecting_component(
    name: str, select: Callable[[dict[str, Any]], tuple[type[msgspec.Struct], type[MqttEntity]]]
) -> Component:
    """The component of an entity whose schema depends on the payload."""

    def create(mqtt: MqttPlatform, payload: dict[str, Any]) -> Item:
        return EntityItem(mqtt, payload, select)

    return Component(name, create)


class EntityItem:
    """A discovered entity."""

    def __init__(
        self,
        mqtt: MqttPlatform,
        payload: dict[str, Any],
        select: Callable[[dict[str, Any]], tuple[type[msgspec.Struct], type[MqttEntity]]],
    ) -> None:
        self._mqtt = mqtt
        self._select = select
        config_type, entity_type = select(payload)
        self.entity = entity_type(mqtt, convert(payload, config_type))
        mqtt.place.add(self.entity)

    def update(self, config: dict[str, Any]) -> None:
        """See `Item.update`; another schema or unique id makes another entity."""
        config_type, entity_type = self._select(config)
        parsed = convert(config, config_type)
        if type(self.entity) is entity_type and getattr(parsed, "unique_id", None) == self.entity.unique_id:
            self.entity.reconfigure(parsed)  # type: ignore[arg-type]  # every config type of an entity extends EntityConfig
            self._mqtt.place.refresh(self.entity)
            return
        replacement = entity_type(self._mqtt, parsed)
        self.remove(forget=True)
        self.entity = replacement
        self._mqtt.place.add(replacement)

    def remove(self, *, forget: bool) -> None:
        """See `Item.remove`."""
        device_id = self.entity.device_id
        self._mqtt.place.remove(self.entity, forget=forget)
        if forget and device_id is not None:
            drop_empty_device(self._mqtt, device_id)
