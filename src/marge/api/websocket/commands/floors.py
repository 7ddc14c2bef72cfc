"""Floors: list, create, change, delete."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.websocket.named import registry_commands
from marge.util.schema import Strings


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new floor."""

    name: str
    aliases: Strings | UnsetType = UNSET
    icon: str | UnsetType | None = UNSET
    level: int | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a floor."""

    floor_id: str
    name: str | UnsetType = UNSET
    aliases: Strings | UnsetType = UNSET
    icon: str | UnsetType | None = UNSET
    level: int | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The floor to forget."""

    floor_id: str


COMMANDS: Final = registry_commands("floor", lambda api: api.registries.floors, Create, Update, Delete)
