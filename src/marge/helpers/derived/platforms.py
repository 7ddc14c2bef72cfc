"""The kinds of derived entities. A kind's module is imported when its first item comes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from marge.config.nodes import Place
from marge.core.services import Service
from marge.entities.base import Entity
from marge.helpers.ports import House
from marge.util.schema import Text


class Reads(NamedTuple):
    """Where the items of a kind are: under these domains of entities, or in a section of its own."""

    domains: tuple[str, ...] = ()
    section: str | None = None


DERIVED: Final[Mapping[str, Reads]] = {
    "bayesian": Reads(("binary_sensor",)),
    "derivative": Reads(("sensor",)),
    "filter": Reads(("sensor",)),
    "generic_thermostat": Reads(("climate",)),
    "history_stats": Reads(("sensor",)),
    "integration": Reads(("sensor",)),
    "manual": Reads(("alarm_control_panel",)),
    "min_max": Reads(("sensor",)),
    "moon": Reads(("sensor",)),
    "season": Reads(("sensor",)),
    "statistics": Reads(("sensor",)),
    "switch": Reads(("light",)),
    "switch_as_x": Reads(("cover", "fan", "light", "lock", "siren", "valve")),
    "threshold": Reads(("binary_sensor",)),
    "time_date": Reads(("sensor",)),
    "trend": Reads(("binary_sensor",)),
    "utility_meter": Reads(section="utility_meter"),
    "workday": Reads(("binary_sensor",)),
}
"""Kind → where its items are; its module in this package has the same name."""


class DerivedItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What an item of every kind may contain."""

    platform: Text = ""
    unique_id: Text | UnsetType = UNSET


class AskedDerived(NamedTuple):
    """A derived entity, or several that belong together, as the files ask for them.

    `object_id` is the key of an item in a mapping of items; None when the item is one of a list.
    """

    kind: str
    domain: str
    object_id: str | None
    item: Any
    place: Place

    @property
    def words(self) -> tuple[Any, ...]:
        """See `Asked.words`."""
        return self[:4]


@dataclass(frozen=True, slots=True)
class Platform:
    """What a kind's module says of itself.

    `make` gives the entities of an item, not added yet; it raises Invalid, TemplateError or ValueError for what the
    Struct cannot see. `nested` is the key under which an item of a list has a mapping of the real items.
    `services` gives the kind's own services. `prepare` does for an item what takes long and `make` then finds done,
    such as an import; it runs in a thread, and what it raises is passed over, for `make` meets it again.
    """

    item: type[DerivedItem] | Mapping[str, type[DerivedItem]]
    make: Callable[[House, AskedDerived], list[Entity]]
    nested: str | None = None
    services: Callable[[House], list[Service]] | None = None
    prepare: Callable[[Any], object] | None = None

    def item_of(self, domain: str) -> type[DerivedItem]:
        """What an item under this domain may contain."""
        return self.item[domain] if isinstance(self.item, Mapping) else self.item


def platform_of(kind: str) -> Platform:
    """Import a kind."""
    platform = import_module(f"marge.helpers.derived.{kind}").PLATFORM
    assert isinstance(platform, Platform)
    return platform
