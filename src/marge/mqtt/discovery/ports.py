"""What discovered things need of the rest of the hub; `app.py` puts it together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from marge.core.hub import Hub
from marge.core.ports import Mqtt
from marge.entities.base import Entity
from marge.mqtt.discovery.message import MessageCache
from marge.registries import Registries
from marge.templates import Payload, TemplateEngine

Reader = Callable[[Payload], str]
"""Picks a value from a payload by a template; raises TemplateError."""

Writer = Callable[[Mapping[str, Any]], str]
"""Makes the payload of a command from the template's variables; raises TemplateError."""


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
    messages: MessageCache = field(default_factory=MessageCache)
    holders: dict[str, int] = field(default_factory=dict)
    """How many triggers and tags, which are no entities, hold each device."""
