"""The entity registry: list, look, change, remove; and where each live entity comes from."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import Refused
from marge.registries import EntityEntry
from marge.util.schema import EntityId, EntityIds, Strings


class EntityIdOnly(Struct, forbid_unknown_fields=True, frozen=True):
    """One entity."""

    entity_id: EntityId


class GetEntries(Struct, forbid_unknown_fields=True, frozen=True):
    """Several entities."""

    entity_ids: EntityIds


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What the user changes of an entity."""

    entity_id: EntityId
    aliases: Strings | UnsetType = UNSET
    area_id: str | UnsetType | None = UNSET
    categories: dict[str, str | None] | UnsetType = UNSET
    device_class: str | UnsetType | None = UNSET
    disabled_by: Literal["user"] | UnsetType | None = UNSET
    hidden_by: Literal["user"] | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET
    labels: Strings | UnsetType = UNSET
    name: str | UnsetType | None = UNSET
    new_entity_id: str | UnsetType = UNSET
    options_domain: str | UnsetType = UNSET
    options: dict[str, Any] | UnsetType | None = UNSET


def _entry(message: Message, entity_id: str) -> EntityEntry:
    entry = message.api.registries.entities.get(entity_id)
    if entry is None:
        raise WsError("not_found", "Entity not found")
    return entry


def list_all(message: Message) -> list[dict[str, Any]]:
    """Every registered entity."""
    return [entry.as_dict() for entry in message.api.registries.entities]


def list_for_display(message: Message) -> dict[str, Any]:
    """Every enabled entity in the short form that the frontend starts with."""
    return message.api.registries.entities.list_for_display()


def get(message: Message) -> dict[str, Any]:
    """One entity with everything."""
    return _entry(message, message.data.entity_id).as_extended_dict()


def get_entries(message: Message) -> dict[str, Any]:
    """Several entities with everything; None for one that is not registered."""
    registry = message.api.registries.entities
    return {
        entity_id: None if (entry := registry.get(entity_id)) is None else entry.as_extended_dict()
        for entity_id in message.data.entity_ids
    }


async def update(message: Message) -> dict[str, Any]:
    """Change an entity."""
    data: Update = message.data
    registry = message.api.registries.entities
    entry = _entry(message, data.entity_id)
    changes = given(data, "entity_id", "options_domain", "options", "categories")
    if data.disabled_by is None and entry.device_id is not None:
        device = message.api.registries.devices.get(entry.device_id)
        if device is not None and device.disabled_by is not None:
            raise WsError("invalid_info", "Device is disabled")
    if isinstance(data.categories, dict):
        merged = {**entry.categories, **data.categories}
        changes["categories"] = {scope: category for scope, category in merged.items() if category is not None}
    try:
        entry = registry.update(data.entity_id, **changes)
        if isinstance(data.options_domain, str):
            options = None if data.options is UNSET else data.options
            entry = registry.update_options(entry.entity_id, data.options_domain, options)
    except Refused as error:
        raise WsError("invalid_info", str(error)) from error
    await message.api.hub.store.flush()
    return {"entity_entry": entry.as_extended_dict()}


async def remove(message: Message) -> None:
    """Forget an entity."""
    _entry(message, message.data.entity_id)
    message.api.registries.entities.remove(message.data.entity_id)
    await message.api.hub.store.flush()


def source(message: Message) -> dict[str, Any]:
    """Where each live entity comes from."""
    return {entity.entity_id: {"domain": entity.platform} for entity in message.api.index}


COMMANDS: Final = (
    Command("config/entity_registry/list", list_all),
    Command("config/entity_registry/list_for_display", list_for_display),
    Command("config/entity_registry/get", get, EntityIdOnly),
    Command("config/entity_registry/get_entries", get_entries, GetEntries),
    Command("config/entity_registry/update", update, Update, Access.ADMIN),
    Command("config/entity_registry/remove", remove, EntityIdOnly, Access.ADMIN),
    Command("entity/source", source),
)
