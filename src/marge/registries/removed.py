"""What was removed and may come back: kept for 30 days, so that it returns as the user had left it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, Generic, TypeVar

import msgspec

from marge.core.hub import Hub
from marge.registries.base import Entry, read_rows
from marge.util import jsonx

KEEP_SECONDS: Final = 30 * 86400
KEEP_AT_MOST: Final = 20_000

R = TypeVar("R", bound=Entry)


class Removed(Generic[R]):
    """Removed entries in the order of their removal (`modified_at`), the oldest forgotten first."""

    def __init__(self, hub: Hub, collection: str, kind: type[R], keep_at_most: int = KEEP_AT_MOST) -> None:
        self._hub = hub
        self._collection = collection
        self._kind = kind
        self._keep_at_most = keep_at_most
        self._entries: dict[str, R] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def load(self) -> Iterable[tuple[str, R]]:
        """Read the rows back and return those that are kept, oldest first."""
        rows = sorted(read_rows(self._hub, self._collection, self._kind), key=lambda row: row[1].modified_at)
        self._entries = dict(rows)
        self.expire()
        return list(self._entries.items())

    def add(self, key: str, entry: R) -> list[R]:
        """Keep an entry that was removed now; returns those that are forgotten instead."""
        self._entries.pop(key, None)
        self._entries[key] = entry
        self._hub.store.put(self._collection, key, jsonx.encode(entry))
        return self.expire()

    def expire(self) -> list[R]:
        """Forget what is too old or too much, and return it."""
        oldest_kept = self._hub.clock.now() - KEEP_SECONDS
        forgotten = []
        while self._entries:
            key = next(iter(self._entries))
            entry = self._entries[key]
            if entry.modified_at >= oldest_kept and len(self._entries) <= self._keep_at_most:
                break
            del self._entries[key]
            self._hub.store.delete(self._collection, key)
            forgotten.append(entry)
        return forgotten

    def get(self, key: str) -> R | None:
        """What was removed under `key`, if it is still kept."""
        entry = self._entries.get(key)
        return None if entry is None or entry.modified_at < self._hub.clock.now() - KEEP_SECONDS else entry

    def amend(self, changes: Callable[[R], dict[str, Any]]) -> None:
        """Change what `changes` returns for each entry."""
        for key, entry in self._entries.items():
            if wanted := changes(entry):
                amended = msgspec.structs.replace(entry, **wanted)
                self._entries[key] = amended
                self._hub.store.put(self._collection, key, jsonx.encode(amended))

    def pop(self, key: str) -> None:
        """Forget one: it has come back."""
        if self._entries.pop(key, None) is not None:
            self._hub.store.delete(self._collection, key)
