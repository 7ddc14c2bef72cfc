"""Areas: the rooms and gardens of the house."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, TypedDict, Unpack

from marge.core.hub import Hub
from marge.registries.base import Index
from marge.registries.named import NamedEntry, NamedRegistry

AREA_REGISTRY_UPDATED: Final = "area_registry_updated"


class AreaEntry(NamedEntry, frozen=True, kw_only=True):
    """One area."""

    aliases: frozenset[str] = frozenset()
    floor_id: str | None = None
    icon: str | None = None
    labels: frozenset[str] = frozenset()
    picture: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The area as `config/area_registry/list` shows it."""
        return {
            "aliases": sorted(self.aliases),
            "area_id": self.id,
            "floor_id": self.floor_id,
            "icon": self.icon,
            "labels": sorted(self.labels),
            "name": self.name,
            "picture": self.picture,
            "created_at": self.created_at,
            "modified_at": self.modified_at,
        }


class AreaFields(TypedDict, total=False):
    """What may be given to an area beside its name."""

    aliases: Iterable[str]
    floor_id: str | None
    icon: str | None
    labels: Iterable[str]
    picture: str | None


class AreaChanges(AreaFields, total=False):
    """What may be changed of an area."""

    name: str


class AreaRegistry(NamedRegistry[AreaEntry]):
    """All areas; fires `area_registry_updated`."""

    COLLECTION = "area_registry"
    ENTRY = AreaEntry
    KIND = "area"
    EVENT = AREA_REGISTRY_UPDATED

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._floors = Index()
        self._labels = Index()

    def create(self, name: str, **fields: Unpack[AreaFields]) -> AreaEntry:
        """Add an area; raises Refused when the name is taken or empty."""
        return self._create(name, **_sets(fields))

    def get_or_create(self, name: str) -> AreaEntry:
        """The area with this name, added when there is none."""
        return self.by_name(name) or self.create(name)

    def update(self, area_id: str, **changes: Unpack[AreaChanges]) -> AreaEntry:
        """Change an area; raises NotFound, and Refused when the new name is taken or empty."""
        return self._update(area_id, _sets(changes))

    def for_floor(self, floor_id: str) -> list[AreaEntry]:
        """The areas of a floor."""
        return [self._entries[key] for key in self._floors.get(floor_id)]

    def for_label(self, label_id: str) -> list[AreaEntry]:
        """The areas that have a label."""
        return [self._entries[key] for key in self._labels.get(label_id)]

    def _added(self, entry: AreaEntry) -> None:
        super()._added(entry)
        self._floors.add(entry.floor_id, entry.id)
        for label in entry.labels:
            self._labels.add(label, entry.id)

    def _removed(self, entry: AreaEntry) -> None:
        super()._removed(entry)
        self._floors.discard(entry.floor_id, entry.id)
        for label in entry.labels:
            self._labels.discard(label, entry.id)


def _sets(fields: AreaFields) -> dict[str, Any]:
    found: dict[str, Any] = dict(fields)
    for key in ("aliases", "labels"):
        if key in found:
            found[key] = frozenset(found[key])
    return found
