"""Areas: list, create, change, delete."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.websocket.named import registry_commands
from marge.util.schema import Strings


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new area."""

    name: str
    aliases: Strings | UnsetType = UNSET
    floor_id: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET
    labels: Strings | UnsetType = UNSET
    picture: str | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of an area."""

    area_id: str
    name: str | UnsetType = UNSET
    aliases: Strings | UnsetType = UNSET
    floor_id: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET
    labels: Strings | UnsetType = UNSET
    picture: str | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The area to forget."""

    area_id: str


COMMANDS: Final = registry_commands("area", lambda api: api.registries.areas, Create, Update, Delete, "success")
