"""Floors: the storeys that areas lie on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypedDict, Unpack

from marge.registries.named import NamedEntry, NamedRegistry

FLOOR_REGISTRY_UPDATED: Final = "floor_registry_updated"


class FloorEntry(NamedEntry, frozen=True, kw_only=True):
    """One floor; `level` is 0 for the ground floor, negative below it."""

    aliases: frozenset[str] = frozenset()
    icon: str | None = None
    level: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """The floor as `config/floor_registry/list` shows it."""
        return {
            "aliases": sorted(self.aliases),
            "created_at": self.created_at,
            "floor_id": self.id,
            "icon": self.icon,
            "level": self.level,
            "name": self.name,
            "modified_at": self.modified_at,
        }


class FloorFields(TypedDict, total=False):
    """What may be given to a floor beside its name."""

    aliases: Iterable[str]
    icon: str | None
    level: int | None


class FloorChanges(FloorFields, total=False):
    """What may be changed of a floor."""

    name: str


class FloorRegistry(NamedRegistry[FloorEntry]):
    """All floors; fires `floor_registry_updated`."""

    COLLECTION = "floor_registry"
    ENTRY = FloorEntry
    KIND = "floor"
    EVENT = FLOOR_REGISTRY_UPDATED

    def create(self, name: str, **fields: Unpack[FloorFields]) -> FloorEntry:
        """Add a floor; raises Refused when the name is taken or empty."""
        return self._create(name, **_sets(fields))

    def update(self, floor_id: str, **changes: Unpack[FloorChanges]) -> FloorEntry:
        """Change a floor; raises NotFound, and Refused when the new name is taken or empty."""
        return self._update(floor_id, _sets(changes))


def _sets(fields: FloorFields) -> dict[str, Any]:
    found: dict[str, Any] = dict(fields)
    if "aliases" in found:
        found["aliases"] = frozenset(found["aliases"])
    return found
