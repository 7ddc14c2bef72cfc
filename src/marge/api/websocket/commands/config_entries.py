"""Config entries: the integrations that are set up, and changes of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, Literal

from msgspec import UNSET, Struct, UnsetType

from marge.api.errors import WsError
from marge.api.manifests import integration_type
from marge.api.routing import Access
from marge.api.websocket.command import UNANSWERED, Command, Message, given
from marge.core.errors import NotFound
from marge.registries import ConfigEntry
from marge.util.schema import Flag, Strings


class Get(Struct, forbid_unknown_fields=True, frozen=True):
    """Which entries: of these types of integration, of this one."""

    type_filter: Strings | None = None
    domain: str | None = None


class Subscribe(Struct, forbid_unknown_fields=True, frozen=True):
    """Of which types of integration."""

    type_filter: Strings | None = None


class EntryId(Struct, forbid_unknown_fields=True, frozen=True):
    """One entry."""

    entry_id: str


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of an entry."""

    entry_id: str
    title: str | UnsetType = UNSET
    pref_disable_new_entities: Flag | UnsetType = UNSET
    pref_disable_polling: Flag | UnsetType = UNSET


class Disable(Struct, forbid_unknown_fields=True, frozen=True):
    """Whether the user has switched the entry off."""

    entry_id: str
    disabled_by: Literal["user"] | None


def _wanted(entries: Iterable[ConfigEntry], types: list[str] | None) -> list[ConfigEntry]:
    return [entry for entry in entries if not types or integration_type(entry.domain) in types]


def _missing() -> WsError:
    return WsError("not_found", "Config entry not found")


def get(message: Message) -> list[dict[str, Any]]:
    """The entries that match."""
    data: Get = message.data
    entries = message.api.registries.entries
    found = list(entries) if data.domain is None else entries.for_domain(data.domain)
    return [entries.as_dict(entry) for entry in _wanted(found, data.type_filter)]


def get_single(message: Message) -> dict[str, Any]:
    """One entry."""
    entries = message.api.registries.entries
    entry = entries.get(message.data.entry_id)
    if entry is None:
        raise _missing()
    return {"config_entry": entries.as_dict(entry)}


def subscribe(message: Message) -> Any:
    """All entries now, and each change."""
    types: list[str] | None = message.data.type_filter
    entries = message.api.registries.entries

    def changed(action: str, entry: ConfigEntry) -> None:
        if _wanted([entry], types):
            message.event([{"type": action, "entry": entries.as_dict(entry)}])

    message.subscribe(entries.listen(changed))
    message.result()
    message.event([{"type": None, "entry": entries.as_dict(entry)} for entry in _wanted(entries, types)])
    return UNANSWERED


async def update(message: Message) -> dict[str, Any]:
    """Change an entry."""
    entries = message.api.registries.entries
    try:
        entry = entries.update(message.data.entry_id, **given(message.data, "entry_id"))
    except NotFound:
        raise _missing() from None
    await message.api.hub.store.flush()
    return {"config_entry": entries.as_dict(entry), "require_restart": False}


async def disable(message: Message) -> dict[str, Any]:
    """Switch the devices and entities of an entry off or on."""
    try:
        message.api.registries.entries.update(message.data.entry_id, disabled_by=message.data.disabled_by)
    except NotFound:
        raise _missing() from None
    await message.api.hub.store.flush()
    return {"require_restart": False}


COMMANDS: Final = (
    Command("config_entries/get", get, Get),
    Command("config_entries/get_single", get_single, EntryId, Access.ADMIN),
    Command("config_entries/subscribe", subscribe, Subscribe),
    Command("config_entries/update", update, Update, Access.ADMIN),
    Command("config_entries/disable", disable, Disable, Access.ADMIN),
)
