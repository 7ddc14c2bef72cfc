"""The entity registry: who is who among entities, by entity id, unique id, device, area, label."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, Final, Unpack

from marge.core.errors import InvalidEntityId, NotFound, Refused
from marge.core.hub import Hub
from marge.registries.base import Index, Registry
from marge.registries.config_entry import ConfigEntries
from marge.registries.device import DeviceRegistry
from marge.registries.entity_entry import (
    DisabledBy,
    EntityChanges,
    EntityEntry,
    EntityInfo,
    HiddenBy,
    RemovedEntity,
)
from marge.registries.entity_ids import EntityIds
from marge.registries.removed import Removed
from marge.util import jsonx
from marge.util.schema import is_entity_id

ENTITY_REGISTRY_UPDATED: Final = "entity_registry_updated"

# What a removed entity brings back with it.
_KEPT: Final = tuple(
    field for field in RemovedEntity.__struct_fields__ if field not in ("entity_id", "created_at", "modified_at")
)


class EntityRegistry(Registry[EntityEntry]):
    """All registered entities, kept under their registry id; fires `entity_registry_updated`."""

    COLLECTION = "entity_registry"
    ENTRY = EntityEntry
    KEY = "id"
    SHARED = (
        "platform",
        "config_entry_id",
        "device_id",
        "area_id",
        "capabilities",
        "categories",
        "options",
        "original_device_class",
        "original_icon",
        "original_name",
        "translation_key",
        "unit_of_measurement",
    )

    def __init__(self, hub: Hub, devices: DeviceRegistry, entries: ConfigEntries) -> None:
        super().__init__(hub)
        self._devices = devices
        self._config_entries = entries
        self._by_entity_id: dict[str, EntityEntry] = {}
        self._unique: dict[tuple[str, str], dict[str, EntityEntry]] = {}
        self._of_device = Index()
        self._of_area = Index()
        self._of_label = Index()
        self._of_config_entry = Index()
        self._removed_entities = Removed(hub, "removed_entities", RemovedEntity)
        self._ids = EntityIds(self._by_entity_id, hub.states)

    # ── look-ups ──

    def get(self, key: str) -> EntityEntry | None:
        """The entry with this entity id or registry id, or None."""
        return self._by_entity_id.get(key) or self._entries.get(key)

    def __contains__(self, entity_id: object) -> bool:
        return entity_id in self._by_entity_id

    def get_entity_id(self, domain: str, platform: str, unique_id: str) -> str | None:
        """The entity id that a unique id has, or None."""
        entry = self._unique.get((domain, platform), {}).get(unique_id)
        return None if entry is None else entry.entity_id

    def resolve(self, entity_id_or_id: str) -> str | None:
        """The entity id meant by an entity id (registered or not) or a registry id; None when it is neither."""
        if (entry := self.get(entity_id_or_id)) is not None:
            return entry.entity_id
        return entity_id_or_id if is_entity_id(entity_id_or_id) else None

    def for_device(self, device_id: str, *, include_disabled: bool = False) -> list[EntityEntry]:
        """The entities of a device."""
        entries = [self._entries[key] for key in self._of_device.get(device_id)]
        return entries if include_disabled else [entry for entry in entries if entry.disabled_by is None]

    def for_area(self, area_id: str) -> list[EntityEntry]:
        """The entities that are in an area themselves, not through their device."""
        return [self._entries[key] for key in self._of_area.get(area_id)]

    def for_label(self, label_id: str) -> list[EntityEntry]:
        """The entities that have a label themselves."""
        return [self._entries[key] for key in self._of_label.get(label_id)]

    def for_category(self, scope: str, category_id: str) -> list[EntityEntry]:
        """The entities of a category."""
        return [entry for entry in self._entries.values() if entry.categories.get(scope) == category_id]

    def for_config_entry(self, config_entry_id: str) -> list[EntityEntry]:
        """The entities of a config entry."""
        return [self._entries[key] for key in self._of_config_entry.get(config_entry_id)]

    def for_platform(self, domain: str, platform: str) -> list[EntityEntry]:
        """The entities of a domain that an integration registered."""
        return list(self._unique.get((domain, platform), {}).values())

    def list_for_display(self) -> dict[str, Any]:
        """What `config/entity_registry/list_for_display` answers: every entity that is not disabled."""
        return {
            "entity_categories": {"0": "config", "1": "diagnostic"},
            "entities": [entry.as_display_dict() for entry in self._entries.values() if entry.disabled_by is None],
        }

    # ── changes ──

    def generate_entity_id(self, domain: str, suggested_object_id: str, known_object_ids: Container[str] = ()) -> str:
        """A free entity id for a name: its slug, with `_2`, `_3`, … when registered, known or in the state machine."""
        return self._ids.generate(domain, suggested_object_id, known_object_ids)

    def get_or_create(
        self,
        domain: str,
        platform: str,
        unique_id: str,
        *,
        suggested_object_id: str | None = None,
        known_object_ids: Container[str] = (),
        disabled_by: DisabledBy | None = None,
        hidden_by: HiddenBy | None = None,
        options: Mapping[str, Mapping[str, Any]] | None = None,
        **info: Unpack[EntityInfo],
    ) -> EntityEntry:
        """The entry of a unique id, updated with `info`; registered when it is new.

        The arguments before `info` count for a new entry only. One removed within 30 days gets its ids and all that
        the user had set back. Raises NotFound for an unknown device or config entry.
        """
        entry = self._unique.get((domain, platform), {}).get(unique_id)
        if entry is not None:
            return self._change(entry, dict(info))
        self._check_references(info)
        key = _removed_key(domain, platform, unique_id)
        removed = self._removed_entities.get(key)
        kept: dict[str, Any]
        if removed is not None:
            kept = {field: getattr(removed, field) for field in _KEPT}
            if kept["disabled_by"] in ("device", "config_entry"):
                kept["disabled_by"] = disabled_by
            created_at = removed.created_at
            entity_id = removed.entity_id
            if not self._ids.is_free(entity_id, known_object_ids):
                entity_id = self._ids.generate(domain, entity_id.partition(".")[2], known_object_ids)
        else:
            config_entry = self._config_entries.get(info.get("config_entry_id") or "")
            if disabled_by is None and config_entry is not None and config_entry.pref_disable_new_entities:
                disabled_by = "integration"
            kept = {
                "id": self._hub.hex_id(),
                "platform": platform,
                "unique_id": unique_id,
                "disabled_by": disabled_by,
                "hidden_by": hidden_by,
            }
            if options:
                kept["options"] = options
            created_at = self._hub.clock.now()
            entity_id = self._ids.generate(domain, suggested_object_id or f"{platform}_{unique_id}", known_object_ids)
        now = self._hub.clock.now()
        entry = EntityEntry(entity_id=entity_id, created_at=created_at, modified_at=now, **kept, **info)
        entry = self._put(entry)
        self._removed_entities.pop(key)
        self._fire({"action": "create", "entity_id": entity_id})
        return entry

    def update(
        self,
        entity_id: str,
        *,
        new_entity_id: str | None = None,
        new_unique_id: str | None = None,
        **changes: Unpack[EntityChanges],
    ) -> EntityEntry:
        """Change an entry and return the new one.

        Raises NotFound, InvalidEntityId, and Refused for an id that is taken or of another domain.
        """
        old = self._needed(entity_id)
        wanted: dict[str, Any] = dict(changes)
        for field in ("aliases", "labels"):
            if field in wanted:
                wanted[field] = frozenset(wanted[field])
        if new_entity_id is not None and new_entity_id != old.entity_id:
            self._check_new_entity_id(old, new_entity_id)
            wanted["entity_id"] = new_entity_id
        if new_unique_id is not None and new_unique_id != old.unique_id:
            if owner := self.get_entity_id(old.domain, old.platform, new_unique_id):
                raise Refused(f"The unique id {new_unique_id} of {old.platform} belongs to {owner}")
            wanted["unique_id"] = new_unique_id
        return self._change(old, wanted)

    def update_options(self, entity_id: str, domain: str, options: Mapping[str, Any] | None) -> EntityEntry:
        """Replace the options that `domain` keeps for an entity; None removes them. Raises NotFound."""
        old = self._needed(entity_id)
        kept: dict[str, Mapping[str, Any]] = {key: value for key, value in old.options.items() if key != domain}
        if options is not None:
            kept[domain] = dict(options)
        return self._change(old, {"options": kept})

    def remove(self, entity_id: str) -> None:
        """Forget an entity; its ids and what the user set are remembered for 30 days. Raises NotFound."""
        entry = self._needed(entity_id)
        self._drop(entry.id)
        self._ids.freed()
        kept: dict[str, Any] = {field: getattr(entry, field) for field in _KEPT}
        self._removed_entities.add(
            _removed_key(entry.domain, entry.platform, entry.unique_id),
            RemovedEntity(
                entity_id=entry.entity_id, created_at=entry.created_at, modified_at=self._hub.clock.now(), **kept
            ),
        )
        self._fire({"action": "remove", "entity_id": entry.entity_id})

    def clear_area(self, area_id: str) -> None:
        """Take all entities out of an area that is no more."""
        for entry in self.for_area(area_id):
            self.update(entry.entity_id, area_id=None)
        self._removed_entities.amend(lambda entry: {"area_id": None} if entry.area_id == area_id else {})

    def clear_label(self, label_id: str) -> None:
        """Take a label that is no more from all entities."""
        for entry in self.for_label(label_id):
            self.update(entry.entity_id, labels=entry.labels - {label_id})
        self._removed_entities.amend(
            lambda entry: {"labels": entry.labels - {label_id}} if label_id in entry.labels else {}
        )

    def clear_category(self, scope: str, category_id: str) -> None:
        """Take all entities out of a category that is no more."""
        for entry in self.for_category(scope, category_id):
            self.update(entry.entity_id, categories=_without(entry.categories, scope))
        self._removed_entities.amend(
            lambda entry: (
                {"categories": _without(entry.categories, scope)} if entry.categories.get(scope) == category_id else {}
            )
        )

    def _conflict(self, entry: EntityEntry) -> str | None:
        if entry.entity_id in self._by_entity_id:
            return f"another entry has the entity id {entry.entity_id}"
        if self.get_entity_id(entry.domain, entry.platform, entry.unique_id):
            return f"another entry has the unique id {entry.unique_id} of {entry.platform}"
        return None

    def load(self) -> None:
        """Read all entries back, and those that were removed."""
        super().load()
        self._removed_entities.load()

    def _change(self, old: EntityEntry, changes: dict[str, Any]) -> EntityEntry:
        entry, before = self._changed(old, changes)
        if "capabilities" in before and _same_json(old.capabilities, entry.capabilities):
            changes = {field: value for field, value in changes.items() if field != "capabilities"}
            entry, before = self._changed(old, changes)
        if not before:
            return old
        self._check_references({field: changes[field] for field in before})
        entry = self._put(entry)
        data: dict[str, Any] = {"action": "update", "entity_id": entry.entity_id, "changes": before}
        if entry.entity_id != old.entity_id:
            self._ids.freed()
            data["old_entity_id"] = old.entity_id
        self._fire(data)
        return entry

    def _check_references(self, info: Mapping[str, Any]) -> None:
        device_id = info.get("device_id")
        if device_id is not None and device_id not in self._devices:
            raise NotFound("Device", device_id)
        config_entry_id = info.get("config_entry_id")
        if config_entry_id is not None and config_entry_id not in self._config_entries:
            raise NotFound("Config entry", config_entry_id)

    def _check_new_entity_id(self, old: EntityEntry, new: str) -> None:
        if not is_entity_id(new):
            raise InvalidEntityId(new)
        if new.partition(".")[0] != old.domain:
            raise Refused(f"{old.entity_id} must stay in the domain {old.domain}")
        if not self._ids.is_free(new, ()):
            raise Refused(f"The entity id {new} is taken")

    def _needed(self, entity_id: str) -> EntityEntry:
        entry = self.get(entity_id)
        if entry is None:
            raise NotFound("Entity", entity_id)
        return entry

    def _fire(self, data: dict[str, Any]) -> None:
        self._hub.bus.fire(ENTITY_REGISTRY_UPDATED, data)

    def _added(self, entry: EntityEntry) -> None:
        key = entry.id
        self._by_entity_id[entry.entity_id] = entry
        self._unique.setdefault((entry.domain, entry.platform), {})[entry.unique_id] = entry
        self._of_device.add(entry.device_id, key)
        self._of_area.add(entry.area_id, key)
        self._of_config_entry.add(entry.config_entry_id, key)
        for label in entry.labels:
            self._of_label.add(label, key)

    def _removed(self, entry: EntityEntry) -> None:
        key = entry.id
        del self._by_entity_id[entry.entity_id]
        of_platform = self._unique[entry.domain, entry.platform]
        del of_platform[entry.unique_id]
        if not of_platform:
            del self._unique[entry.domain, entry.platform]
        self._of_device.discard(entry.device_id, key)
        self._of_area.discard(entry.area_id, key)
        self._of_config_entry.discard(entry.config_entry_id, key)
        for label in entry.labels:
            self._of_label.discard(label, key)


def _removed_key(domain: str, platform: str, unique_id: str) -> str:
    return f"{domain}/{platform}/{unique_id}"


def _without(categories: Mapping[str, str], scope: str) -> dict[str, str]:
    return {each: category_id for each, category_id in categories.items() if each != scope}


def _same_json(one: Any, other: Any) -> bool:
    """Whether both are the same once written: a tuple is a list, an enumeration's member its value."""
    return jsonx.dumps_safe(one) == jsonx.dumps_safe(other)
