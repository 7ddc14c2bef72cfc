"""Gives entities their place: an id, a registry entry, a device; then follows what the user changes about them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.core.errors import MargeError, Refused
from marge.core.events import Event
from marge.core.hub import Hub
from marge.core.ports import StateRestorer
from marge.entities.base import DeviceInfo, Entity, Overrides
from marge.entities.index import EntityIndex
from marge.registries.device import DEVICE_REGISTRY_UPDATED
from marge.registries.device_entry import DeviceEntry
from marge.registries.entity import ENTITY_REGISTRY_UPDATED
from marge.registries.entity_entry import EntityChanges, EntityEntry
from marge.registries.unbacked import Unbacked
from marge.util.schema import Invalid, is_entity_id

if TYPE_CHECKING:
    from marge.registries import Registries

_LOGGER = logging.getLogger("marge.registries.entity_host")

Customize = Callable[[str], dict[str, Any]]
"""The attributes that the configuration's `customize` gives an entity id."""


class EntityHost:
    """Platforms hand their entities to `add` and take them back with `remove`.

    An entity with a unique id is registered; the user may then rename, hide, disable or remove it while it lives.
    Renamed, it stays the same object with another `entity_id`. Disabled, it is `removed()` and kept aside without a
    state, and `added()` again once it is enabled. Removed from the registry, it is `removed()` and let go.
    """

    def __init__(
        self,
        hub: Hub,
        registries: Registries,
        index: EntityIndex,
        *,
        restorer: StateRestorer | None = None,
        customize: Customize | None = None,
    ) -> None:
        self.unbacked = Unbacked(hub, registries)
        self._hub = hub
        self._registries = registries
        self._index = index
        self._restorer = restorer
        self._customize = customize
        self._disabled: dict[str, Entity] = {}
        registries.search.platform_of = self._platform_of
        hub.bus.listen(ENTITY_REGISTRY_UPDATED, self._entity_registry_updated)
        hub.bus.listen(DEVICE_REGISTRY_UPDATED, self._device_registry_updated)

    def add(self, entity: Entity) -> bool:
        """Take an entity in and write its first state.

        False, with a line in the log, when it is refused: its unique id or entity id is in use, or its description is
        wrong. True for one that is disabled, which is kept aside.
        """
        entity.hub = self._hub
        try:
            entry = None if entity.unique_id is None else self._register(entity, entity.unique_id)
            entity_id = self._claim(entity) if entry is None else entry.entity_id
        except (MargeError, Invalid) as error:
            _LOGGER.error("%s is not added: %s", _describe(entity), error)
            return False
        except Exception:
            _LOGGER.exception("%s is not added: it cannot describe itself", _describe(entity))
            return False
        if entry is not None and entry.disabled_by is not None:
            entity.entity_id = entity_id
            self._disabled[entity_id] = entity
            _LOGGER.debug("%s is disabled by %s", entity_id, entry.disabled_by)
            return True
        return self._bring_in(entity, entity_id, entry)

    def remove(self, entity: Entity, *, forget: bool = False) -> None:
        """Let an entity go; a registered one stays visible as unavailable, unless its registration is to be forgotten.

        Nothing happens when it is not there.
        """
        entity_id = entity.entity_id
        if self._disabled.get(entity_id) is entity:
            del self._disabled[entity_id]
        elif self._index.get(entity_id) is entity:
            self._take_out(entity)
        else:
            return
        entry = None if entity.unique_id is None else self._registries.entities.get(entity_id)
        if entry is None or forget or entry.disabled_by is not None:
            self._hub.states.remove(entity_id)
        else:
            self.unbacked.write(entry)
        if entry is not None and forget:
            self._registries.entities.remove(entity_id)

    def refresh(self, entity: Entity) -> None:
        """Tell the registries that an entity's name, device, class, features or the like changed, and show it.

        What is wrong with the new description is logged; the registries keep the old one then. Nothing happens for an
        entity that is not there.
        """
        if entity not in (self._index.get(entity.entity_id), self._disabled.get(entity.entity_id)):
            return
        entry = None
        if entity.unique_id is not None:
            try:
                entry = self._update_entry(entity, entity.unique_id)
            except (MargeError, Invalid) as error:
                _LOGGER.error("The new description of %s is not kept: %s", entity.entity_id, error)
                entry = self._registries.entities.get(entity.entity_id)
            except Exception:
                _LOGGER.exception("%s cannot describe itself: the registry keeps what it knows", entity.entity_id)
                entry = self._registries.entities.get(entity.entity_id)
        if entity.is_added:
            entity.set_overrides(self._overrides(entity, entity.entity_id, entry))
            self._show(entity)

    # ── registering ──

    def _platform_of(self, entity_id: str) -> str | None:
        entity = self._index.get(entity_id)
        return None if entity is None else entity.platform

    def _register(self, entity: Entity, unique_id: str) -> EntityEntry:
        known = self._registries.entities.get_entity_id(entity.domain, entity.platform, unique_id)
        if known is not None and (known in self._disabled or self._index.get(known) is not None):
            raise Refused(f"{known} has this unique id already; each entity of a platform needs one of its own")
        return self._update_entry(entity, unique_id)

    def _update_entry(self, entity: Entity, unique_id: str) -> EntityEntry:
        entities = self._registries.entities
        device = self._device(entity)
        entry = entities.get_or_create(
            entity.domain,
            entity.platform,
            unique_id,
            suggested_object_id=_object_id(entity, device),
            disabled_by=None if entity.enabled_by_default else "integration",
            hidden_by=None if entity.visible_by_default else "integration",
            capabilities=entity.capabilities(),
            config_entry_id=entity.config_entry_id,
            device_id=None if device is None else device.id,
            entity_category=entity.entity_category,  # type: ignore[arg-type]  # the registry checks the word
            has_entity_name=entity.has_entity_name,
            original_device_class=entity.device_class,
            original_icon=entity.icon,
            original_name=entity.name,
            supported_features=entity.supported_features,
            translation_key=entity.translation_key,
        )
        if device is not None and device.disabled_by is not None and entry.disabled_by is None:
            return entities.update(entry.entity_id, disabled_by="device")
        return entry

    def _device(self, entity: Entity) -> DeviceEntry | None:
        info = entity.device
        if info is None or entity.config_entry_id is None:
            return None
        return self._registries.devices.get_or_create(entity.config_entry_id, **_given(info))

    def _claim(self, entity: Entity) -> str:
        """An id for an entity without a unique id: the one it asks for, or a free one for its name."""
        wanted = entity.entity_id
        if not wanted or wanted in self._registries.entities:
            name = wanted.partition(".")[2] or entity.suggested_object_id or entity.name or ""
            return self._registries.entities.generate_entity_id(entity.domain, name)
        if not is_entity_id(wanted) or not wanted.startswith(f"{entity.domain}."):
            raise Refused(f"{wanted} is no entity id of the domain {entity.domain}")
        if self._index.get(wanted) is not None:
            raise Refused(f"there is another entity {wanted}")
        return wanted

    # ── in and out ──

    def _bring_in(self, entity: Entity, entity_id: str, entry: EntityEntry | None) -> bool:
        if self._restorer is not None:
            entity.last_state = self._restorer.last_state(entity_id)
        try:
            entity.attach(self._hub, entity_id, self._overrides(entity, entity_id, entry))
            self._keep_shown(entity)
            self._index.add(entity)
            entity.added()
            entity.write_state()
        except Exception:
            _LOGGER.exception("%s failed while it was added and is left out", entity_id)
            self._take_out(entity)
            if entry is None:
                self._hub.states.remove(entity_id)
            else:
                self.unbacked.write(entry)
            return False
        return True

    def _take_out(self, entity: Entity) -> None:
        self._index.remove(entity.entity_id)
        try:
            entity.removed()
        except Exception:
            _LOGGER.exception("%s failed while it was removed", entity.entity_id)
        entity.detach()

    def _show(self, entity: Entity) -> None:
        """Write the state of an entity whose overrides or description changed."""
        try:
            self._keep_shown(entity)
            entity.write_state()
        except Exception:
            _LOGGER.exception("%s failed to write its state", entity.entity_id)

    def _keep_shown(self, entity: Entity) -> None:
        """Tell the registry the unit that is shown and what the entity suggests; both depend on its overrides."""
        entry = None if entity.unique_id is None else self._registries.entities.get(entity.entity_id)
        if entry is None:
            return
        unit, suggested = entity.registry_unit(), entity.registry_options()
        changes: EntityChanges = {}
        if unit != entry.unit_of_measurement:
            changes["unit_of_measurement"] = unit
        options = entry.options.get(entity.domain, {})
        # Nothing is suggested for most: None counts only where something was suggested before.
        suggested = {key: value for key, value in suggested.items() if value is not None or key in options}
        if suggested and (merged := {**options, **suggested}) != options:
            changes["options"] = {**entry.options, entity.domain: merged}
        if changes:
            entry = self._registries.entities.update(entry.entity_id, **changes)
            entity.set_overrides(self._overrides(entity, entity.entity_id, entry))

    def _overrides(self, entity: Entity, entity_id: str, entry: EntityEntry | None) -> Overrides:
        attributes = self._customize(entity_id) if self._customize is not None else {}
        if entry is None:
            return Overrides(attributes=attributes) if attributes else _NO_OVERRIDES
        device = None if entry.device_id is None else self._registries.devices.get(entry.device_id)
        options = entry.options.get(entity.domain, {})
        return Overrides(
            name=entry.name,
            icon=entry.icon,
            device_class=entry.device_class,
            device_name=None if device is None else device.display_name,
            options=options,
            attributes=attributes,
        )

    # ── what the user does ──

    def _entity_registry_updated(self, event: Event) -> None:
        data = event.data
        entity_id: str = data["entity_id"]
        if data["action"] == "remove":
            self._disabled.pop(entity_id, None)
            if (entity := self._index.get(entity_id)) is not None:
                self._take_out(entity)
                self._hub.states.remove(entity_id)
        elif data["action"] == "update":
            entry = self._registries.entities.get(entity_id)
            if entry is not None:
                self._entry_updated(data.get("old_entity_id", entity_id), entry)

    def _entry_updated(self, old_entity_id: str, entry: EntityEntry) -> None:
        entity_id = entry.entity_id
        if (aside := self._disabled.pop(old_entity_id, None)) is not None:
            aside.entity_id = entity_id
            if entry.disabled_by is None:
                self._bring_in(aside, entity_id, entry)
            else:
                self._disabled[entity_id] = aside
            return
        entity = self._index.get(old_entity_id)
        if entity is None:
            return
        if entry.disabled_by is not None:
            self._take_out(entity)
            self._hub.states.remove(old_entity_id)
            entity.entity_id = entity_id
            self._disabled[entity_id] = entity
            return
        overrides = self._overrides(entity, entity_id, entry)
        if old_entity_id != entity_id:
            self._index.remove(old_entity_id)
            self._hub.states.remove(old_entity_id)
            entity.attach(self._hub, entity_id, overrides)
            self._index.add(entity)
        elif overrides == entity.overrides:
            return
        else:
            entity.set_overrides(overrides)
        self._show(entity)

    def _device_registry_updated(self, event: Event) -> None:
        changes = event.data.get("changes", {})
        if "name" in changes or "name_by_user" in changes:
            for entry in self._registries.entities.for_device(event.data["device_id"]):
                if entry.has_entity_name:
                    self._entry_updated(entry.entity_id, entry)


_NO_OVERRIDES: Final = Overrides()


def _describe(entity: Entity) -> str:
    """Words for the log that lead to the entity: platform, domain, and what it is called."""
    named = entity.entity_id or entity.name or entity.suggested_object_id or "an entity"
    unique = "" if entity.unique_id is None else f" (unique id {entity.unique_id})"
    return f"{entity.platform or 'Marge'} {entity.domain} {named}{unique}"


def _object_id(entity: Entity, device: DeviceEntry | None) -> str | None:
    """What the entity id is made of: what the platform asks for, or the device's name and the entity's own."""
    if entity.entity_id:
        return entity.entity_id.partition(".")[2]
    if entity.suggested_object_id:
        return entity.suggested_object_id
    if device is not None and entity.has_entity_name:
        return " ".join(part for part in (device.display_name, entity.name) if part) or None
    return entity.name


def _given(info: DeviceInfo) -> dict[str, Any]:
    return {field: value for field, value in msgspec.structs.asdict(info).items() if value is not None}
