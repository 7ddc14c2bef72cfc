"""A target resolver for tests: entity ids as they are, areas from a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marge.core.ports import ResolvedTarget
from marge.core.services import Target


class ListResolver:
    """Resolves `entity_id` directly and `area_id` through `areas` (area → entity ids)."""

    def __init__(self, areas: Mapping[str, list[str]] | None = None) -> None:
        self.areas = dict(areas or {})

    def resolve(self, target: Any) -> ResolvedTarget:
        """See `TargetResolver.resolve`."""
        assert isinstance(target, Target)
        indirect = {entity_id for area in target.area_id for entity_id in self.areas.get(area, ())}
        unknown = [area for area in target.area_id if area not in self.areas]
        return ResolvedTarget(set(target.entity_id), indirect, {"area": unknown} if unknown else {})
