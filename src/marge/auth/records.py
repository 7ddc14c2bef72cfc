"""Keeps Structs in a collection of the store, by id."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Generic, TypeVar

import msgspec

from marge.core.ports import Store

_LOGGER = logging.getLogger("marge.auth.records")

T = TypeVar("T", bound=msgspec.Struct)


class Records(Generic[T]):
    """What a collection holds, in memory and in the store."""

    def __init__(self, store: Store, collection: str, kind: type[T]) -> None:
        self._store = store
        self._collection = collection
        self._items: dict[str, T] = {}
        for key, value in store.load(collection).items():
            try:
                self._items[key] = msgspec.json.decode(value, type=kind)
            except msgspec.DecodeError as error:
                _LOGGER.error("Skipping %s in %s, which cannot be read: %s", key, collection, error)

    def get(self, key: str) -> T | None:
        """The record called `key`."""
        return self._items.get(key)

    def all(self) -> Iterable[T]:
        """All records, in the order in which they were made."""
        return self._items.values()

    def put(self, key: str, item: T) -> None:
        """Keep `item` as `key`; durable after the store's next flush."""
        self._items[key] = item
        self._store.put(self._collection, key, msgspec.json.encode(item))

    def delete(self, key: str) -> T | None:
        """Forget `key` and return what it was."""
        item = self._items.pop(key, None)
        if item is not None:
            self._store.delete(self._collection, key)
        return item

    def __len__(self) -> int:
        return len(self._items)
