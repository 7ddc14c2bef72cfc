"""switch_as_x: a switch shown as a cover, fan, light, lock, siren or valve."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Final

from marge.entities.base import Entity
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.derived.switch_wrapper import SwitchAsItem, SwitchWrapper
from marge.helpers.ports import House
from marge.util.schema import Flag


class InvertibleItem(SwitchAsItem, frozen=True, kw_only=True):
    """An item of `cover:`, `lock:` or `valve:`."""

    invert: Flag = False


_KINDS: Final[Mapping[str, str]] = {
    "cover": "switched_openings:SwitchedCover",
    "fan": "switched_toggles:SwitchedFan",
    "light": "switched_toggles:SwitchedLight",
    "lock": "switched_openings:SwitchedLock",
    "siren": "switched_toggles:SwitchedSiren",
    "valve": "switched_openings:SwitchedValve",
}
"""Domain → module and class of a switch that is shown as such."""

_ITEMS: Final[Mapping[str, type[DerivedItem]]] = {
    domain: InvertibleItem if "openings" in target else SwitchAsItem for domain, target in _KINDS.items()
}


def wrap(house: House, asked: AskedDerived) -> list[Entity]:
    """The switch as an entity of the domain under which it is asked for."""
    module, _, name = _KINDS[asked.domain].partition(":")
    entity: SwitchWrapper = getattr(import_module(f"marge.helpers.derived.{module}"), name)()
    entity.configure(house, asked.kind, asked.item)
    return [entity]


PLATFORM: Final = Platform(_ITEMS, wrap)
