"""From a service target to entities, by the rules of Home Assistant's target selector.

Through a device, area, floor or label come only entities that people operate: none that is hidden, disabled, or of
category config or diagnostic. An area holds the entities that are in it themselves, and those of its devices that are
in no area themselves. A label reaches its entities, those of its devices and those of its areas.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable
from typing import TYPE_CHECKING

from marge.core.ports import ResolvedTarget
from marge.core.services import Target
from marge.registries.entity_entry import EntityEntry

if TYPE_CHECKING:
    from marge.registries import Registries


class Targets:
    """Implements `marge.core.ports.TargetResolver`."""

    def __init__(self, registries: Registries) -> None:
        self._registries = registries
        self.expand: Callable[[str], Iterable[str]] | None = None
        """Gives the members of a group for its id, the id itself for anything else; set by who makes groups."""

    def resolve(self, target: Target) -> ResolvedTarget:
        """The entities that `target` means; a named group means its members.

        `referenced` are the entity ids as given, registry ids turned into entity ids; `all` stays, `none` is left
        out. `indirect` holds none of them. `missing` names unknown devices, areas, floors and labels.
        """
        registries = self._registries
        named = (registries.entities.resolve(each) or each for each in target.entity_id if each != "none")
        expand = self.expand
        referenced = set(named) if expand is None else {each for entity_id in named for each in expand(entity_id)}
        if not (target.device_id or target.area_id or target.floor_id or target.label_id):
            return ResolvedTarget(referenced, set(), {})
        indirect: set[str] = set()
        device_ids = dict.fromkeys(each for each in target.device_id if each != "none")
        area_ids = dict.fromkeys(each for each in target.area_id if each != "none")
        floor_ids = [each for each in target.floor_id if each != "none"]
        label_ids = [each for each in target.label_id if each != "none"]
        missing = _missing(
            ("device", device_ids, registries.devices),
            ("area", area_ids, registries.areas),
            ("floor", floor_ids, registries.floors),
            ("label", label_ids, registries.labels),
        )
        for label_id in label_ids:
            indirect.update(_operated(registries.entities.for_label(label_id)))
            device_ids.update((device.id, None) for device in registries.devices.for_label(label_id))
            area_ids.update((area.id, None) for area in registries.areas.for_label(label_id))
        for floor_id in floor_ids:
            area_ids.update((area.id, None) for area in registries.areas.for_floor(floor_id))
        for device_id in device_ids:
            indirect.update(_operated(registries.entities.for_device(device_id)))
        for area_id in area_ids:
            indirect.update(_operated(registries.entities.for_area(area_id)))
            for device in registries.devices.for_area(area_id):
                entries = registries.entities.for_device(device.id)
                indirect.update(_operated(entry for entry in entries if entry.area_id is None))
        return ResolvedTarget(referenced, indirect - referenced, missing)


def _operated(entries: Iterable[EntityEntry]) -> list[str]:
    return [
        entry.entity_id
        for entry in entries
        if entry.entity_category is None and entry.hidden_by is None and entry.disabled_by is None
    ]


def _missing(*asked: tuple[str, Iterable[str], Container[str]]) -> dict[str, list[str]]:
    missing = {kind: [each for each in ids if each not in known] for kind, ids, known in asked}
    return {kind: ids for kind, ids in missing.items() if ids}
