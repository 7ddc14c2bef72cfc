"""Labels: free words on entities, devices and areas."""

from __future__ import annotations

from typing import Any, Final, TypedDict, Unpack

from marge.registries.named import NamedEntry, NamedRegistry

LABEL_REGISTRY_UPDATED: Final = "label_registry_updated"


class LabelEntry(NamedEntry, frozen=True, kw_only=True):
    """One label."""

    color: str | None = None
    description: str | None = None
    icon: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The label as `config/label_registry/list` shows it."""
        return {
            "color": self.color,
            "created_at": self.created_at,
            "description": self.description,
            "icon": self.icon,
            "label_id": self.id,
            "name": self.name,
            "modified_at": self.modified_at,
        }


class LabelFields(TypedDict, total=False):
    """What may be given to a label beside its name."""

    color: str | None
    description: str | None
    icon: str | None


class LabelChanges(LabelFields, total=False):
    """What may be changed of a label."""

    name: str


class LabelRegistry(NamedRegistry[LabelEntry]):
    """All labels; fires `label_registry_updated`."""

    COLLECTION = "label_registry"
    ENTRY = LabelEntry
    KIND = "label"
    EVENT = LABEL_REGISTRY_UPDATED

    def create(self, name: str, **fields: Unpack[LabelFields]) -> LabelEntry:
        """Add a label; raises Refused when the name is taken or empty."""
        return self._create(name, **fields)

    def update(self, label_id: str, **changes: Unpack[LabelChanges]) -> LabelEntry:
        """Change a label; raises NotFound, and Refused when the new name is taken or empty."""
        return self._update(label_id, changes)
