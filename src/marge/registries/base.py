"""What every registry is made of: frozen entries in a dict, a row of the store for each, an event for every change."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar

import msgspec
from msgspec.structs import force_setattr

from marge.core.hub import Hub
from marge.util import jsonx
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.registries")


class Entry(msgspec.Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True, tag_field="v", tag=1):
    """One row. Times are Unix seconds; `v` in its JSON is the format: a new format is a new tag beside the old one."""

    created_at: float = 0.0
    modified_at: float = 0.0


E = TypeVar("E", bound=Entry)

MAX_SHARED: Final = 20_000
"""How many values are remembered for sharing, so that ever new ones do not pile up."""


class Index:
    """Finds the keys of entries by a value that several of them may share; keys keep the order they came in."""

    __slots__ = ("_keys",)

    def __init__(self) -> None:
        self._keys: dict[str, dict[str, None]] = {}

    def add(self, value: str | None, key: str) -> None:
        """Let `value` lead to `key`; None leads nowhere."""
        if value is not None:
            keys = self._keys.get(value)
            if keys is None:
                self._keys[value] = {key: None}
            else:
                keys[key] = None

    def discard(self, value: str | None, key: str) -> None:
        """Undo `add`."""
        if value is not None and (keys := self._keys.get(value)) is not None:
            keys.pop(key, None)
            if not keys:
                del self._keys[value]

    def get(self, value: str) -> list[str]:
        """The keys that `value` leads to; a list of its own, so that entries may change while it is walked."""
        return list(self._keys.get(value, ()))

    def __contains__(self, value: object) -> bool:
        return value in self._keys

    def __len__(self) -> int:
        return len(self._keys)


class Registry(Generic[E]):
    """Entries by their key. Subclasses index them in `_added` and `_removed` and fire their event.

    A change is queued in the store at once; who answers for it awaits `store.flush()` before saying that it is done.
    """

    COLLECTION: str
    """Where the rows are kept in the store."""
    ENTRY: type[E]
    KEY: str
    """The field of an entry that is its key."""
    SHARED: tuple[str, ...] = ()
    """Fields whose values many entries have in common: kept once, they take half of the memory."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._entries: dict[str, E] = {}
        self._decode = msgspec.json.Decoder(self.ENTRY).decode
        self._shared: dict[Any, Any] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[E]:
        """Walk over a snapshot of all entries: they may change meanwhile."""
        return iter(list(self._entries.values()))

    def get(self, key: str) -> E | None:
        """The entry with this id, or None."""
        return self._entries.get(key)

    def load(self) -> None:
        """Read all rows back, oldest first; one that cannot be read is logged, kept in the store and left out."""
        rows: list[E] = []
        for _, entry in read_rows(self._hub, self.COLLECTION, self.ENTRY):
            self._share(entry)
            rows.append(entry)
        rows.sort(key=attrgetter("created_at"))
        for entry in rows:
            key = getattr(entry, self.KEY)
            if (conflict := self._conflict(entry)) is not None:
                _LOGGER.error("Row %s of %s is left out: %s", key, self.COLLECTION, conflict)
                continue
            self._entries[key] = entry
            self._added(entry)

    def _conflict(self, entry: E) -> str | None:
        """Why a row cannot be beside those already read; None when it can."""
        return None

    def _put(self, entry: E) -> E:
        """Add an entry or replace the one with its key, and return it as it is kept.

        Raises `util.schema.Invalid` for one that could not be read back.
        """
        row, entry = self._through_row(entry)
        self._share(entry)
        key: str = getattr(entry, self.KEY)
        old = self._entries.get(key)
        if old is not None:
            self._removed(old)
        self._entries[key] = entry
        self._added(entry)
        self._hub.store.put(self.COLLECTION, key, row)
        return entry

    def _through_row(self, entry: E) -> tuple[bytes, E]:
        # What is kept is what a restart would read: no value of a wrong kind is found only then, and no list or mapping
        # that somebody else still changes is in it.
        try:
            row = jsonx.encode(entry)
            return row, self._decode(row)
        except (TypeError, ValueError, RecursionError) as error:
            raise Invalid(f"cannot be kept: {error}", name=self.COLLECTION) from error

    def _share(self, entry: E) -> None:
        """Let a new entry, which nobody has seen yet, use the values that others use."""
        shared = self._shared
        if len(shared) > MAX_SHARED:
            shared.clear()
        for field in self.SHARED:
            value = getattr(entry, field)
            if value is not None:
                key = value if type(value) is not dict else jsonx.encode(value)
                known = shared.setdefault(key, value)
                if known is not value:
                    force_setattr(entry, field, known)

    def _drop(self, key: str) -> E:
        entry = self._entries.pop(key)
        self._removed(entry)
        self._hub.store.delete(self.COLLECTION, key)
        return entry

    def _added(self, entry: E) -> None:
        """Index an entry that is now there."""

    def _removed(self, entry: E) -> None:
        """Undo `_added`."""

    def _changed(self, old: E, changes: Mapping[str, Any]) -> tuple[E, dict[str, Any]]:
        """`old` with `changes`, and the old values of what really differs: empty when nothing does."""
        before = {field: value for field, new in changes.items() if (value := getattr(old, field)) != new}
        if not before:
            return old, before
        wanted = {field: changes[field] for field in before}
        wanted["modified_at"] = self._hub.clock.now()
        return msgspec.structs.replace(old, **wanted), before


def read_rows(hub: Hub, collection: str, kind: type[E]) -> Iterable[tuple[str, E]]:
    """The rows of a collection of the store that can be read; the others are logged."""
    decode = msgspec.json.Decoder(kind).decode
    for key, value in hub.store.load(collection).items():
        try:
            yield key, decode(value)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            _LOGGER.error("Row %s of %s cannot be read and is left out: %s", key, collection, error)
