"""The device registry: list, change, take from an integration."""

from __future__ import annotations

from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.routing import Access
from marge.api.websocket.command import Command, Message, given
from marge.core.errors import NotFound
from marge.util.schema import Strings


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What the user changes of a device."""

    device_id: str
    area_id: str | UnsetType | None = UNSET
    disabled_by: Literal["user"] | UnsetType | None = UNSET
    labels: Strings | UnsetType = UNSET
    name_by_user: str | UnsetType | None = UNSET


class RemoveConfigEntry(Struct, forbid_unknown_fields=True, frozen=True):
    """The device, and the integration to take it from."""

    device_id: str
    config_entry_id: str


def list_all(message: Message) -> list[dict[str, Any]]:
    """Every device."""
    return [device.as_dict() for device in message.api.registries.devices]


async def update(message: Message) -> dict[str, Any]:
    """Change a device."""
    data: Update = message.data
    try:
        device = message.api.registries.devices.update(data.device_id, **given(data, "device_id"))
    except NotFound as error:
        raise WsError("not_found", str(error)) from error
    await message.api.hub.store.flush()
    return device.as_dict()


async def remove_config_entry(message: Message) -> dict[str, Any] | None:
    """Take a device from an integration that allows it."""
    data: RemoveConfigEntry = message.data
    registries = message.api.registries
    device = registries.devices.get(data.device_id)
    entry = registries.entries.get(data.config_entry_id)
    if device is None:
        raise WsError("home_assistant_error", "Unknown device")
    if entry is None or data.config_entry_id not in device.config_entries:
        raise WsError("home_assistant_error", "Config entry not in device")
    if not registries.entries.status(entry.id).get("supports_remove_device"):
        raise WsError("home_assistant_error", "Config entry does not support device removal")
    left = registries.devices.remove_config_entry(data.device_id, data.config_entry_id)
    await message.api.hub.store.flush()
    return None if left is None else left.as_dict()


COMMANDS: Final = (
    Command("config/device_registry/list", list_all),
    Command("config/device_registry/update", update, Update, Access.ADMIN),
    Command("config/device_registry/remove_config_entry", remove_config_entry, RemoveConfigEntry, Access.ADMIN),
)
