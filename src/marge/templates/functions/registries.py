"""Areas, floors, labels, devices, entities, integrations and repairs."""

from __future__ import annotations

from typing import Any

from marge.core.errors import TemplateError
from marge.templates.bounds import text_of
from marge.templates.functions.base import GLOBAL, TEST, Export, Scope
from marge.templates.ports import CONFIG_ENTRY_ATTRIBUTES, DEVICE_ATTRIBUTES, Area, Device


def areas(scope: Scope) -> list[str]:
    """The ids of all areas."""
    return [area.id for area in scope.lookup().areas()]


def _area_of(scope: Scope, value: Any) -> str | None:
    """The area id of an entity (its own, else its device's) or of a device."""
    registries = scope.lookup()
    if not isinstance(value, str):
        return None
    if "." in value and (entity := registries.entity(value)) is not None:
        if entity.area_id:
            return entity.area_id
        if entity.device_id and (device := registries.device(entity.device_id)) is not None:
            return device.area_id
    device = registries.device(value)
    return None if device is None else device.area_id


def area_id(scope: Scope, lookup_value: Any) -> str | None:
    """The id of an area by its name, or of the area of a device or entity."""
    if (area := scope.lookup().area_by_name(text_of(lookup_value))) is not None:
        return area.id
    return _area_of(scope, lookup_value)


def area_name(scope: Scope, lookup_value: Any) -> str | None:
    """The name of an area by its id, or of the area of a device or entity."""
    area = _area(scope, lookup_value) or _area(scope, _area_of(scope, lookup_value))
    return None if area is None else area.name


def _area(scope: Scope, value: Any) -> Area | None:
    return scope.lookup().area(value) if isinstance(value, str) else None


def _area_id_or_name(scope: Scope, value: Any) -> str | None:
    return value if area_name(scope, value) is not None else area_id(scope, value)


def area_entities(scope: Scope, area_id_or_name: Any) -> list[str]:
    """Ids of the entities in an area: its own, then those of its devices that are in no area of their own."""
    found = _area_id_or_name(scope, area_id_or_name)
    if found is None:
        return []
    registries = scope.lookup()
    entity_ids = [entity.entity_id for entity in registries.entities_in_area(found)]
    for device in registries.devices_in_area(found):
        entity_ids += [
            entity.entity_id for entity in registries.entities_of_device(device.id) if entity.area_id is None
        ]
    return entity_ids


def area_devices(scope: Scope, area_id_or_name: Any) -> list[str]:
    """Ids of the devices in an area."""
    found = _area_id_or_name(scope, area_id_or_name)
    return [] if found is None else [device.id for device in scope.lookup().devices_in_area(found)]


def floors(scope: Scope) -> list[str]:
    """The ids of all floors."""
    return [floor.floor_id for floor in scope.lookup().floors()]


def floor_id(scope: Scope, lookup_value: Any) -> str | None:
    """The id of a floor by its name, or of the floor of an area, device or entity."""
    if (floor := scope.lookup().floor_by_name(text_of(lookup_value))) is not None:
        return floor.floor_id
    area = _area(scope, area_id(scope, lookup_value))
    return None if area is None else area.floor_id


def floor_name(scope: Scope, lookup_value: Any) -> str | None:
    """The name of a floor by its id, or of the floor of an area, device or entity."""
    registries = scope.lookup()
    floor = registries.floor(lookup_value) if isinstance(lookup_value, str) else None
    if floor is None:
        area = _area(scope, area_id(scope, lookup_value))
        floor = registries.floor(area.floor_id) if area is not None and area.floor_id else None
    return None if floor is None else floor.name


def floor_areas(scope: Scope, floor_id_or_name: Any) -> list[str]:
    """Ids of the areas on a floor."""
    found = floor_id_or_name if floor_name(scope, floor_id_or_name) is not None else floor_id(scope, floor_id_or_name)
    return [] if found is None else [area.id for area in scope.lookup().areas() if area.floor_id == found]


def floor_entities(scope: Scope, floor_id_or_name: Any) -> list[str]:
    """Ids of the entities on a floor."""
    return [entity_id for area in floor_areas(scope, floor_id_or_name) for entity_id in area_entities(scope, area)]


def labels(scope: Scope, lookup_value: Any = None) -> list[str]:
    """The ids of all labels, or of those of an entity, device or area."""
    registries = scope.lookup()
    if lookup_value is None:
        return [label.label_id for label in registries.labels()]
    value = text_of(lookup_value)
    if "." in value and (entity := registries.entity(value)) is not None:
        return list(entity.labels)
    if (device := registries.device(value)) is not None:
        return list(device.labels)
    if (area := registries.area(value)) is not None:
        return list(area.labels)
    return []


def label_id(scope: Scope, lookup_value: Any) -> str | None:
    """The id of a label by its name."""
    label = scope.lookup().label_by_name(text_of(lookup_value))
    return None if label is None else label.label_id


def label_name(scope: Scope, lookup_value: Any) -> str | None:
    """The name of a label by its id."""
    label = scope.lookup().label(lookup_value) if isinstance(lookup_value, str) else None
    return None if label is None else label.name


def _label(scope: Scope, value: Any) -> str | None:
    return value if label_name(scope, value) is not None else label_id(scope, value)


def label_areas(scope: Scope, label_id_or_name: Any) -> list[str]:
    """Ids of the areas that carry a label."""
    label = _label(scope, label_id_or_name)
    return [] if label is None else [area.id for area in scope.lookup().areas() if label in area.labels]


def label_devices(scope: Scope, label_id_or_name: Any) -> list[str]:
    """Ids of the devices that carry a label."""
    label = _label(scope, label_id_or_name)
    return [] if label is None else [device.id for device in scope.lookup().devices() if label in device.labels]


def label_entities(scope: Scope, label_id_or_name: Any) -> list[str]:
    """Ids of the entities that carry a label."""
    label = _label(scope, label_id_or_name)
    return [] if label is None else [entity.entity_id for entity in scope.lookup().entities() if label in entity.labels]


def device_id(scope: Scope, entity_id_or_device_name: Any) -> str | None:
    """The id of the device of an entity, or of the first device with this name."""
    registries = scope.lookup()
    name = text_of(entity_id_or_device_name)
    if (entity := registries.entity(name)) is not None:
        return entity.device_id
    return next((device.id for device in registries.devices() if (device.name_by_user or device.name) == name), None)


def device_entities(scope: Scope, device_id: str) -> list[str]:
    """Ids of the entities of a device."""
    return [entity.entity_id for entity in scope.lookup().entities_of_device(device_id)]


def device_attr(scope: Scope, device_or_entity_id: Any, attr_name: str) -> Any:
    """An attribute of a device, given its id or the id of one of its entities."""
    if not isinstance(device_or_entity_id, str):
        raise TemplateError("Must provide a device or entity ID")
    device: Device | None = None
    if "." in device_or_entity_id:
        if (found := device_id(scope, device_or_entity_id)) is not None:
            device = scope.lookup().device(found)
    else:
        device = scope.lookup().device(device_or_entity_id)
    if device is None or attr_name not in DEVICE_ATTRIBUTES:
        return None
    return getattr(device, attr_name, None)


def is_device_attr(scope: Scope, device_or_entity_id: Any, attr_name: str, attr_value: Any) -> bool:
    """Whether an attribute of a device has this value."""
    return bool(device_attr(scope, device_or_entity_id, attr_name) == attr_value)


def is_hidden_entity(scope: Scope, entity_id: str) -> bool:
    """Whether an entity is hidden."""
    entity = scope.lookup().entity(entity_id)
    return entity is not None and entity.hidden


def integration_entities(scope: Scope, entry_name: str) -> list[str]:
    """Ids of the entities of a config entry by its title, or else of an integration by its domain."""
    if not entry_name:
        return []
    registries = scope.lookup()
    entries = {entry.entry_id for entry in registries.config_entries() if entry.title == entry_name}
    found = [entity.entity_id for entity in registries.entities() if entity.config_entry_id in entries]
    return found or list(registries.entities_from(entry_name))


def config_entry_id(scope: Scope, entity_id: str) -> str | None:
    """The id of the config entry that an entity belongs to."""
    entity = scope.lookup().entity(entity_id)
    return None if entity is None else entity.config_entry_id


def config_entry_attr(scope: Scope, config_entry_id: Any, attr_name: str) -> Any:
    """An attribute of a config entry: domain, title, state, source or disabled_by."""
    if not isinstance(config_entry_id, str):
        raise TemplateError("Must provide a config entry ID")
    if attr_name not in CONFIG_ENTRY_ATTRIBUTES:
        raise TemplateError("Invalid config entry attribute")
    entry = scope.lookup().config_entry(config_entry_id)
    return None if entry is None else getattr(entry, attr_name, None)


def issues(scope: Scope) -> dict[tuple[str, str], dict[str, Any]]:
    """All open repairs, by domain and id."""
    return dict(scope.lookup().issues())


def issue(scope: Scope, domain: str, issue_id: str) -> dict[str, Any] | None:
    """One open repair, or none."""
    return scope.lookup().issues().get((domain, issue_id))


EXPORTS = (
    Export("areas", areas, GLOBAL, bound=True),
    Export("area_id", area_id, bound=True, limited=False),
    Export("area_name", area_name, bound=True, limited=False),
    Export("area_entities", area_entities, bound=True),
    Export("area_devices", area_devices, bound=True),
    Export("floors", floors, bound=True),
    Export("floor_id", floor_id, bound=True, limited=False),
    Export("floor_name", floor_name, bound=True, limited=False),
    Export("floor_areas", floor_areas, bound=True),
    Export("floor_entities", floor_entities, bound=True),
    Export("labels", labels, bound=True),
    Export("label_id", label_id, bound=True, limited=False),
    Export("label_name", label_name, bound=True, limited=False),
    Export("label_areas", label_areas, bound=True),
    Export("label_devices", label_devices, bound=True),
    Export("label_entities", label_entities, bound=True),
    Export("device_id", device_id, bound=True, limited=False),
    Export("device_entities", device_entities, bound=True),
    Export("device_attr", device_attr, bound=True, limited=False),
    Export("is_device_attr", is_device_attr, GLOBAL + TEST, bound=True, limited=False),
    Export("is_hidden_entity", is_hidden_entity, GLOBAL + TEST, bound=True, limited=False),
    Export("integration_entities", integration_entities, bound=True),
    Export("config_entry_id", config_entry_id, bound=True),
    Export("config_entry_attr", config_entry_attr, bound=True),
    Export("issues", issues, GLOBAL, bound=True),
    Export("issue", issue, bound=True),
)
