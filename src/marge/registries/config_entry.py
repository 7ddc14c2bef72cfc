"""Config entries: the integrations that are set up, which entities and devices belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypedDict, Unpack

from marge.core.errors import NotFound
from marge.core.hub import Hub
from marge.registries.base import Entry, Index, Registry

ConfigEntryState = Literal[
    "loaded", "setup_error", "migration_error", "setup_retry", "not_loaded", "failed_unload", "setup_in_progress"
]
Action = Literal["added", "updated", "removed"]
Listener = Callable[[Action, "ConfigEntry"], None]


class ConfigEntry(Entry, frozen=True, kw_only=True):
    """One set-up integration; `id` is a ULID. What it is doing is in `ConfigEntries.status`."""

    id: str
    domain: str
    title: str
    source: str = "user"
    disabled_by: Literal["user"] | None = None
    pref_disable_new_entities: bool = False
    pref_disable_polling: bool = False


class Status(TypedDict, total=False):
    """What an entry is doing in this run of the hub."""

    state: ConfigEntryState
    reason: str | None
    supports_options: bool
    supports_remove_device: bool
    supports_unload: bool
    supports_reconfigure: bool


class ConfigEntryChanges(TypedDict, total=False):
    """What may be changed of a config entry."""

    title: str
    disabled_by: Literal["user"] | None
    pref_disable_new_entities: bool
    pref_disable_polling: bool


class ConfigEntries(Registry[ConfigEntry]):
    """All config entries; tells its listeners of each change, as Home Assistant fires no event for them."""

    COLLECTION = "config_entries"
    ENTRY = ConfigEntry
    KEY = "id"

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub)
        self._domains = Index()
        self._status: dict[str, Status] = {}
        self._listeners: list[Listener] = []

    def create(self, domain: str, title: str, source: str = "user") -> ConfigEntry:
        """Add an entry."""
        now = self._hub.clock.now()
        entry = ConfigEntry(
            id=self._hub.ulid(), domain=domain, title=title, source=source, created_at=now, modified_at=now
        )
        entry = self._put(entry)
        self._tell("added", entry)
        return entry

    def ensure(self, domain: str, title: str, source: str = "system") -> ConfigEntry:
        """The first entry of `domain`, added when there is none; its id is the same in every run."""
        for entry in self.for_domain(domain):
            return entry
        return self.create(domain, title, source)

    def update(self, entry_id: str, **changes: Unpack[ConfigEntryChanges]) -> ConfigEntry:
        """Change an entry; raises NotFound. Disabling it disables its devices and entities."""
        entry, before = self._changed(self._needed(entry_id), changes)
        if before:
            entry = self._put(entry)
            self._tell("updated", entry)
        return entry

    def remove(self, entry_id: str) -> None:
        """Forget an entry, its devices and its entities. Raises NotFound."""
        entry = self._needed(entry_id)
        self._drop(entry_id)
        self._status.pop(entry_id, None)
        self._tell("removed", entry)

    def for_domain(self, domain: str) -> list[ConfigEntry]:
        """The entries of an integration."""
        return [self._entries[key] for key in self._domains.get(domain)]

    def status(self, entry_id: str) -> Status:
        """What the entry is doing; `not_loaded` until somebody says otherwise."""
        return self._status.get(entry_id) or Status(
            state="not_loaded",
            reason=None,
            supports_options=False,
            supports_remove_device=False,
            supports_unload=False,
            supports_reconfigure=False,
        )

    def set_status(self, entry_id: str, **changes: Unpack[Status]) -> None:
        """Say what an entry is doing now; raises NotFound."""
        entry = self._needed(entry_id)
        before = self.status(entry_id)
        after: Status = {**before, **changes}
        if after != before:
            self._status[entry_id] = after
            self._tell("updated", entry)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(action, entry)` at each change; returns what ends it."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def as_dict(self, entry: ConfigEntry) -> dict[str, Any]:
        """An entry as `config_entries/get` shows it."""
        return {
            "created_at": entry.created_at,
            "entry_id": entry.id,
            "domain": entry.domain,
            "modified_at": entry.modified_at,
            "title": entry.title,
            "source": entry.source,
            **self.status(entry.id),
            "pref_disable_new_entities": entry.pref_disable_new_entities,
            "pref_disable_polling": entry.pref_disable_polling,
            "disabled_by": entry.disabled_by,
            "error_reason_translation_key": None,
            "error_reason_translation_placeholders": None,
        }

    def _needed(self, entry_id: str) -> ConfigEntry:
        entry = self._entries.get(entry_id)
        if entry is None:
            raise NotFound("Config entry", entry_id)
        return entry

    def _tell(self, action: Action, entry: ConfigEntry) -> None:
        for listener in list(self._listeners):
            listener(action, entry)

    def _added(self, entry: ConfigEntry) -> None:
        self._domains.add(entry.domain, entry.id)

    def _removed(self, entry: ConfigEntry) -> None:
        self._domains.discard(entry.domain, entry.id)
