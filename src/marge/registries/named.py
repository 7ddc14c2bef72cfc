"""Registries of things that people name: areas, floors, labels. The id is the slug of the first name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from marge.core.errors import NotFound, Refused
from marge.core.hub import Hub
from marge.registries.base import Entry, Registry
from marge.util.slug import slugify, unique


class NamedEntry(Entry, frozen=True, kw_only=True):
    """An entry with a name; `id` never changes."""

    id: str
    name: str


N = TypeVar("N", bound=NamedEntry)


def normalized(name: str) -> str:
    """`name` as it is compared: without case and spaces."""
    return name.casefold().replace(" ", "")


class NamedRegistry(Registry[N]):
    """Entries whose names differ by more than case and spaces; each change fires `EVENT` with action and id."""

    KEY = "id"
    KIND: str
    """What people call such a thing: `area`; its id in events is `area_id`."""
    EVENT: str

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._names: dict[str, str] = {}

    def by_name(self, name: str) -> N | None:
        """The entry with this name, whatever its case and spaces."""
        key = self._names.get(normalized(name))
        return None if key is None else self._entries[key]

    def delete(self, id: str) -> None:
        """Forget an entry and what refers to it. Raises NotFound."""
        self._needed(id)
        self._drop(id)
        self._fire("remove", id)

    def _create(self, name: str, **fields: Any) -> N:
        self._check_name(name, None)
        now = self._hub.clock.now()
        entry = self.ENTRY(
            id=unique(slugify(name), self._entries), name=name, created_at=now, modified_at=now, **fields
        )
        entry = self._put(entry)
        self._fire("create", entry.id)
        return entry

    def _update(self, id: str, changes: Mapping[str, Any]) -> N:
        old = self._needed(id)
        entry, before = self._changed(old, changes)
        if "name" in before:
            self._check_name(entry.name, id)
        if before:
            entry = self._put(entry)
            self._fire("update", id)
        return entry

    def _needed(self, id: str) -> N:
        entry = self._entries.get(id)
        if entry is None:
            raise NotFound(self.KIND.capitalize(), id)
        return entry

    def _check_name(self, name: str, own_id: str | None) -> None:
        key = normalized(name)
        if not key:
            raise Refused(f"The {self.KIND} needs a name")
        owner = self._names.get(key)
        if owner is not None and owner != own_id:
            article = "an" if self.KIND[0] in "aeiou" else "a"
            raise Refused(f"There is {article} {self.KIND} called {self._entries[owner].name} already")

    def _fire(self, action: str, id: str) -> None:
        self._hub.bus.fire(self.EVENT, {"action": action, f"{self.KIND}_id": id})

    def _conflict(self, entry: N) -> str | None:
        return f"another one is called {entry.name}" if normalized(entry.name) in self._names else None

    def _added(self, entry: N) -> None:
        self._names[normalized(entry.name)] = entry.id

    def _removed(self, entry: N) -> None:
        self._names.pop(normalized(entry.name), None)
