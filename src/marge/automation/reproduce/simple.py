"""Plans for domains whose state says all, or nearly."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from marge.automation.reproduce import Call, Unreachable, Wanted, check_state
from marge.core.state import State

_ALARM: Final = {
    "armed_away": "alarm_arm_away",
    "armed_custom_bypass": "alarm_arm_custom_bypass",
    "armed_home": "alarm_arm_home",
    "armed_night": "alarm_arm_night",
    "armed_vacation": "alarm_arm_vacation",
    "disarmed": "alarm_disarm",
    "triggered": "alarm_trigger",
}
_LOCK: Final = {
    "locked": "lock",
    "locking": "lock",
    "unlocked": "unlock",
    "unlocking": "unlock",
    "open": "open",
    "opening": "open",
}
_VACUUM: Final = {
    "on": "turn_on",
    "off": "turn_off",
    "cleaning": "start",
    "docked": "return_to_base",
    "returning": "return_to_base",
    "idle": "stop",
    "paused": "pause",
}


def on_off(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Switches, helpers and automations."""
    check_state(wanted, ("on", "off"))
    if current().state != wanted.state:
        yield f"turn_{wanted.state}", {}


def _by_table(wanted: Wanted, current: Callable[[], State], services: dict[str, str]) -> Iterator[Call]:
    check_state(wanted, services)
    if current().state != wanted.state:
        yield services[wanted.state], {}


def alarm_control_panel(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Alarm control panels; without a code."""
    return _by_table(wanted, current, _ALARM)


def lock(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Locks; without a code."""
    return _by_table(wanted, current, _LOCK)


def vacuum(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Vacuums, with their fan speed."""
    yield from _by_table(wanted, current, _VACUUM)
    speed = wanted.get("fan_speed")
    if speed is not None and current().attributes.get("fan_speed") != speed:
        yield "set_fan_speed", {"fan_speed": speed}


def number(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Numbers."""
    try:
        float(wanted.state)
    except ValueError:
        raise Unreachable(f"'{wanted.state}' is no number") from None
    if current().state != wanted.state:
        yield "set_value", {"value": wanted.state}


def text(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Texts."""
    if current().state != wanted.state:
        yield "set_value", {"value": wanted.state}


def select(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Selects."""
    check_state(wanted, current().attributes.get("options") or ())
    if current().state != wanted.state:
        yield "select_option", {"option": wanted.state}
