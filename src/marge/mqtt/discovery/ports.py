"""What discovered things need of the rest of the hub; `app.py` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from marge.core.hub import Hub
from marge.core.ports import Mqtt
from marge.entities.base import Entity
from marge.mqtt.discovery.message import Message, MessageCache

if TYPE_CHECKING:
    from marge.entities.base import DeviceInfo

Reader = Callable[[Message, str], str]
"""Gets from a message, and its text, the value that a template picks; raises TemplateError."""

Writer = Callable[[Mapping[str, Any]], str]
"""Makes the payload of a command from the template's variables; raises TemplateError."""


class TemplateCompiler(Protocol):
    """Compiles the templates of discovery payloads."""

    def reader(self, template: str, entity: Entity) -> Reader:
        """A value template: sees `value`, `value_json`, `entity_id`, `name`, `this`; raises TemplateError."""

    def writer(self, template: str, entity: Entity) -> Writer:
        """A command template; raises TemplateError."""


class EntityPlace(Protocol):
    """Gives entities their place in the house (the entity host of the registries)."""

    def add(self, entity: Entity) -> bool:
        """Register and show an entity; False when it is refused (the reason is logged)."""

    def remove(self, entity: Entity) -> None:
        """Take an entity's state away; its registry entry stays."""

    def forget(self, entity: Entity) -> None:
        """Take an entity and its registry entry away, and its device when nothing is left of it."""

    def refresh(self, entity: Entity) -> None:
        """Take over a changed description: name, device, category, icon."""

    def device_id(self, device: DeviceInfo) -> str | None:
        """Register a device without an entity, or find it; None when it is disabled."""


@dataclass(slots=True)
class MqttPlatform:
    """What every discovered thing works with."""

    hub: Hub
    link: Mqtt
    place: EntityPlace
    templates: TemplateCompiler
    config_entry_id: str | None = None
    messages: MessageCache = field(default_factory=MessageCache)
