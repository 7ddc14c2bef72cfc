"""A target resolver without registries, for tests of services."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from marge.core.ports import ResolvedTarget
from marge.core.services import Target


class ListResolver:
    """Implements `marge.core.ports.TargetResolver`: named entities are themselves, areas are what the test says."""

    def __init__(self, areas: Mapping[str, Iterable[str]] | None = None) -> None:
        self.areas: dict[str, set[str]] = {name: set(ids) for name, ids in (areas or {}).items()}

    def resolve(self, target: Target) -> ResolvedTarget:
        """See `TargetResolver.resolve`; devices, floors and labels are unknown here."""
        referenced = set(target.entity_id)
        indirect: set[str] = set()
        missing: dict[str, list[str]] = {}
        for area in target.area_id:
            if area in self.areas:
                indirect |= self.areas[area]
            else:
                missing.setdefault("area", []).append(area)
        for kind, ids in (("device", target.device_id), ("floor", target.floor_id), ("label", target.label_id)):
            if ids:
                missing[kind] = list(ids)
        return ResolvedTarget(referenced, indirect - referenced, missing)
