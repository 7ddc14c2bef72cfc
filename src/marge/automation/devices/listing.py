"""What a device offers to automations, and what the user interface has to ask for each of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from marge.automation.devices import Section
from marge.automation.devices.facts import EntityFacts
from marge.automation.devices.reading import kinds_of
from marge.automation.ports import House
from marge.core.errors import NotFound
from marge.registries import EntityEntry

_MARK: Final[Mapping[Section, dict[str, Any]]] = {
    "trigger": {"platform": "device"},
    "condition": {"condition": "device"},
    "action": {},
}


def of_device(house: House, section: Section, device_id: str) -> list[dict[str, Any]]:
    """The triggers, conditions or actions of a device, each as it would be written; raises NotFound."""
    if house.registries.devices.get(device_id) is None:
        raise NotFound("Device", device_id)
    listed = [
        item
        for entry in house.registries.entities.for_device(device_id)
        for item in _of_entity(house, section, device_id, entry)
    ]
    if section == "trigger":
        listed += _announced(house, device_id)
    return listed


def _of_entity(house: House, section: Section, device_id: str, entry: EntityEntry) -> Iterator[dict[str, Any]]:
    kinds = kinds_of(section).get(entry.domain)
    if kinds is None:
        return
    facts = EntityFacts(house.hub, entry)
    secondary = entry.entity_category is not None or entry.hidden_by is not None
    for type, kind in kinds.items():
        if kind.offered(facts):
            yield {
                **_MARK[section],
                "device_id": device_id,
                "domain": entry.domain,
                "entity_id": entry.id,
                "type": type,
                "metadata": {"secondary": secondary},
            }


def _announced(house: House, device_id: str) -> Iterator[dict[str, Any]]:
    for domain, source in house.device_triggers.items():
        for trigger in source.of_device(device_id):
            yield {
                **_MARK["trigger"],
                "device_id": device_id,
                "domain": domain,
                "type": trigger.type,
                "subtype": trigger.subtype,
                "metadata": {},
            }


def capabilities(house: House, section: Section, item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that the user interface has to ask for beside the item itself; nothing is known of an unknown type."""
    kind = kinds_of(section).get(str(item.get("domain")), {}).get(str(item.get("type")))
    if kind is None:
        return {}
    entry = house.registries.entities.get(str(item.get("entity_id")))
    return kind.capabilities(EntityFacts(house.hub, entry))
