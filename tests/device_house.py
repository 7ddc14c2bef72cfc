"""Devices with entities in a house with automations, for tests of device automations."""

from __future__ import annotations

import re

from automation_house import House


def add_device(house: House, name: str, *entity_ids: str) -> str:
    """A device with these entities; returns its id."""
    entry = house.registries.entries.ensure("test", "Test")
    device = house.registries.devices.get_or_create(entry.id, identifiers={("test", name)}, name=name)
    for entity_id in entity_ids:
        domain, _, object_id = entity_id.partition(".")
        house.registries.entities.get_or_create(
            domain, "test", object_id, suggested_object_id=object_id, device_id=device.id
        )
    return device.id


def registry_id(house: House, entity_id: str) -> str:
    """What the registry knows an entity by."""
    entry = house.registries.entities.get(entity_id)
    assert entry is not None
    return entry.id


def with_ids(house: House, text: str) -> str:
    """A configuration with `<Name of a device>` and `<entity.id>` replaced by their ids."""

    def meant(match: re.Match[str]) -> str:
        named = match[1]
        if "." in named:
            return registry_id(house, named)
        return next(device.id for device in house.registries.devices if device.name == named)

    return re.sub(r"<([^<>]+)>", meant, text)
