"""The kinds of helpers that are collections of items. A kind's module is imported when its first item comes."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Final

from marge.helpers.collection import HelperCollection
from marge.helpers.kind import Kind

if TYPE_CHECKING:
    from marge.helpers.ports import House

HELPERS: Final[Mapping[str, str]] = {
    "zone": "ZoneCollection",
    "input_boolean": "",
    "input_button": "",
    "input_datetime": "",
    "input_number": "",
    "input_select": "",
    "input_text": "",
    "counter": "",
    "timer": "",
    "schedule": "",
    "person": "PersonCollection",
    "group": "GroupCollection",
    "tag": "TagCollection",
}
"""Kind → the class of its collection, in the module of that name; empty for the usual one."""

NOT_STORED: Final = frozenset({"group"})
"""Kinds that cannot be made over the API."""

NOT_RELOADED: Final = frozenset({"counter", "tag"})
"""Kinds without a `reload` service, as in Home Assistant."""

ALWAYS: Final = frozenset({"zone", "group"})
"""Kinds that are loaded without any item: home is a zone, and `group.set` makes groups."""


def make_collection(house: House, name: str) -> HelperCollection:
    """Import a kind and make its collection."""
    module = import_module(f"marge.helpers.{name}")
    kind = module.KIND
    assert isinstance(kind, Kind)
    collection: HelperCollection = getattr(module, HELPERS[name] or "HelperCollection", HelperCollection)(house, kind)
    return collection
