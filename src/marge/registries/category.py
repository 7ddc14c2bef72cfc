"""Categories: the folders that a page of the user interface (its scope: automation, scene, …) sorts entities into."""

from __future__ import annotations

from typing import Any, Final, TypedDict, Unpack

from marge.core.errors import NotFound, Refused
from marge.registries.base import Entry, Registry

CATEGORY_REGISTRY_UPDATED: Final = "category_registry_updated"


class CategoryEntry(Entry, frozen=True, kw_only=True):
    """One category of one scope; `id` is a ULID."""

    id: str
    scope: str
    name: str
    icon: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The category as `config/category_registry/list` shows it."""
        return {
            "category_id": self.id,
            "created_at": self.created_at,
            "icon": self.icon,
            "modified_at": self.modified_at,
            "name": self.name,
        }


class CategoryChanges(TypedDict, total=False):
    """What may be changed of a category."""

    name: str
    icon: str | None


class CategoryRegistry(Registry[CategoryEntry]):
    """All categories; fires `category_registry_updated`."""

    COLLECTION = "category_registry"
    ENTRY = CategoryEntry
    KEY = "id"

    def of_scope(self, scope: str) -> list[CategoryEntry]:
        """The categories of a scope."""
        return [entry for entry in self._entries.values() if entry.scope == scope]

    def create(self, scope: str, name: str, icon: str | None = None) -> CategoryEntry:
        """Add a category; raises Refused when the scope has one of that name, in whatever case."""
        self._check_name(scope, name, None)
        now = self._hub.clock.now()
        entry = CategoryEntry(id=self._hub.ulid(), scope=scope, name=name, icon=icon, created_at=now, modified_at=now)
        entry = self._put(entry)
        self._fire("create", entry)
        return entry

    def update(self, scope: str, category_id: str, **changes: Unpack[CategoryChanges]) -> CategoryEntry:
        """Change a category; raises NotFound, and Refused when the new name is taken."""
        entry, before = self._changed(self._needed(scope, category_id), changes)
        if "name" in before:
            self._check_name(scope, entry.name, category_id)
        if before:
            entry = self._put(entry)
            self._fire("update", entry)
        return entry

    def delete(self, scope: str, category_id: str) -> None:
        """Forget a category; the entities in it are in none then. Raises NotFound."""
        entry = self._needed(scope, category_id)
        self._drop(category_id)
        self._fire("remove", entry)

    def _needed(self, scope: str, category_id: str) -> CategoryEntry:
        entry = self._entries.get(category_id)
        if entry is None or entry.scope != scope:
            raise NotFound("Category", category_id)
        return entry

    def _check_name(self, scope: str, name: str, own_id: str | None) -> None:
        folded = name.casefold()
        if any(entry.name.casefold() == folded and entry.id != own_id for entry in self.of_scope(scope)):
            raise Refused(f"There is a category called {name} in {scope} already")

    def _fire(self, action: str, entry: CategoryEntry) -> None:
        data = {"action": action, "scope": entry.scope, "category_id": entry.id}
        self._hub.bus.fire(CATEGORY_REGISTRY_UPDATED, data)
