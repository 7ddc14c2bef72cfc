"""A store that forgets everything when the test ends."""

from __future__ import annotations


class MemoryStore:
    """Implements `marge.core.ports.Store` in a dict; give it to a second hub to play a restart."""

    def __init__(self) -> None:
        self.collections: dict[str, dict[str, bytes]] = {}
        self.flushes = 0

    def load(self, collection: str) -> dict[str, bytes]:
        """See `Store.load`; in the order of the keys, as the database gives them."""
        return dict(sorted(self.collections.get(collection, {}).items()))

    async def read(self, collection: str) -> dict[str, bytes]:
        """See `Store.read`."""
        return self.load(collection)

    def put(self, collection: str, key: str, value: bytes) -> None:
        """See `Store.put`."""
        self.collections.setdefault(collection, {})[key] = value

    def delete(self, collection: str, key: str) -> None:
        """See `Store.delete`."""
        self.collections.get(collection, {}).pop(key, None)

    def commit(self) -> None:
        """See `Store.commit`."""

    async def flush(self) -> None:
        """See `Store.flush`."""
        self.flushes += 1
