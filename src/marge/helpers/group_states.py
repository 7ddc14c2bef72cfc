"""What the members of an old-style group call on and off, by domain; the list is Home Assistant's and is closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple


class SingleState(NamedTuple):
    """The words for on and off."""

    on: str
    off: str


ON: Final = SingleState("on", "off")

UNFOLLOWED: Final = frozenset({"air_quality", "sensor", "weather"})
"""Members of these domains have no say."""

_TABLE: Final[Mapping[str, tuple[SingleState, str]]] = {
    "alarm_control_panel": (
        ON,
        "on armed_away armed_custom_bypass armed_home armed_night armed_vacation triggered",
    ),
    "climate": (ON, "on heat cool heat_cool auto fan_only"),
    "cover": (SingleState("open", "closed"), "open"),
    "device_tracker": (SingleState("home", "not_home"), "home"),
    "lock": (SingleState("unlocked", "locked"), "locking open opening unlocked unlocking"),
    "media_player": (ON, "on paused playing idle"),
    "person": (SingleState("home", "not_home"), "home"),
    "plant": (SingleState("problem", "ok"), "problem"),
    "vacuum": (ON, "on cleaning returning error"),
    "water_heater": (ON, "on eco electric performance high_demand heat_pump gas"),
}

SINGLE_STATES: Final = {domain: single for domain, (single, _) in _TABLE.items()}
ON_STATES: Final = {domain: frozenset(states.split()) for domain, (_, states) in _TABLE.items()}

ON_TO_OFF: Final = {"on": "off"} | {
    state: single.off for single, states in reversed(list(_TABLE.values())) for state in states.split() if state != "on"
}
OFF_TO_ON: Final = {single.off: single.on for single, _ in reversed(list(_TABLE.values()))} | {"off": "on"}
