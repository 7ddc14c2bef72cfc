"""Labels: list, create, change, delete."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, Struct, UnsetType

from marge.api.websocket.named import registry_commands


class Create(Struct, forbid_unknown_fields=True, frozen=True):
    """A new label."""

    name: str
    color: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET


class Update(Struct, forbid_unknown_fields=True, frozen=True):
    """What to change of a label."""

    label_id: str
    name: str | UnsetType = UNSET
    color: str | UnsetType | None = UNSET
    description: str | UnsetType | None = UNSET
    icon: str | UnsetType | None = UNSET


class Delete(Struct, forbid_unknown_fields=True, frozen=True):
    """The label to forget."""

    label_id: str


COMMANDS: Final = registry_commands("label", lambda api: api.registries.labels, Create, Update, Delete)
