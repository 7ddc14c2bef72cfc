"""How a kind of helper describes itself: its domain, what an item may contain, how its entity is made of an item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from marge.entities.base import Entity
from marge.entities.domain import Domain
from marge.helpers.words import Icon, Name


class HelperConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What every item may contain. Only values that JSON knows: an item is stored and shown as it is."""

    name: Name | UnsetType = UNSET
    icon: Icon | UnsetType = UNSET


def given(value: Any) -> Any:
    """A field's value, None where the item does not have it."""
    return None if value is UNSET else value


class HelperEntity(Entity):
    """An entity made of an item; a domain's class beside it gives the state."""

    editable: bool = True
    """Whether it can be changed over the API; what a file says cannot."""
    config: HelperConfig

    def configure(self, config: HelperConfig) -> None:
        """Take over the item, when the entity is made."""
        self.config = config
        self.name = given(config.name)
        self.icon = given(config.icon)

    def reconfigure(self, config: HelperConfig) -> None:
        """Take over a changed item; the state is kept where it still fits. The caller writes it."""
        self.configure(config)

    def attributes(self) -> dict[str, Any] | None:
        """Whether it is editable."""
        return {"editable": self.editable}


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of helper that is a collection of items.

    `merges` tells that an update names only what changes; otherwise it is a whole new item without its id.
    """

    domain: Domain
    entity: type[HelperEntity]
    config: type[HelperConfig]
    merges: bool = False
