"""Switch: something that is on or off."""

from __future__ import annotations

from typing import Final

from marge.entities.domain import Domain, EntityService
from marge.entities.toggle import ToggleEntity

DEVICE_CLASSES: Final = frozenset({"outlet", "switch"})


class SwitchEntity(ToggleEntity):
    """A switch. Device classes: outlet, switch."""

    domain = "switch"


SWITCH: Final = Domain(
    "switch",
    SwitchEntity,
    (
        EntityService("turn_on", "turn_on"),
        EntityService("turn_off", "turn_off"),
        EntityService("toggle", "toggle"),
    ),
)
