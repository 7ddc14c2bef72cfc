"""switch: a switch shown as a light, the older form of switch_as_x."""

from __future__ import annotations

from typing import Final

import msgspec

from marge.entities.base import Entity
from marge.helpers.derived.platforms import AskedDerived, Platform
from marge.helpers.derived.switch_as_x import wrap
from marge.helpers.derived.switch_wrapper import SwitchAsItem
from marge.helpers.ports import House
from marge.util.schema import Text


class LightSwitchItem(SwitchAsItem, frozen=True, kw_only=True):
    """An item of `light:`."""

    name: Text = "Light Switch"


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    """Registered by the unique id of the switch, as in Home Assistant, unless the item has one."""
    item: LightSwitchItem = asked.item
    entry = house.registries.entities.get(item.entity_id)
    if item.unique_id is msgspec.UNSET and entry is not None:
        item = msgspec.structs.replace(item, unique_id=entry.unique_id)
    return wrap(house, asked._replace(item=item))


PLATFORM: Final = Platform(LightSwitchItem, _make)
