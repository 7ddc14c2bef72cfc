"""Commands that are about one entity: their schema, and the entity of the wanted kind."""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.websocket.command import Message
from marge.entities.base import Entity
from marge.util.schema import EntityId, Invalid

E = TypeVar("E", bound=Entity)


class EntityIdOnly(Struct, forbid_unknown_fields=True, frozen=True):
    """One entity."""

    entity_id: EntityId


def entity_of(message: Message, entity_id: str, kind: type[E]) -> E | None:
    """The entity if it is there and of `kind`."""
    entity = message.api.index.get(entity_id)
    return entity if isinstance(entity, kind) else None


def needed(message: Message, entity_id: str, kind: type[E]) -> E:
    """The entity; raises WsError `not_found`."""
    entity = entity_of(message, entity_id, kind)
    if entity is None:
        raise WsError("not_found", "Entity not found")
    return entity


def must_be_of_domain(entity_id: str, domain: str) -> None:
    """Raise Invalid for an entity of another domain."""
    if entity_id.partition(".")[0] != domain:
        raise Invalid(f"Entity ID '{entity_id}' does not belong to domain '{domain}'", ("entity_id",))
