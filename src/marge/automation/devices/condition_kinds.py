"""The device conditions of every domain, and the plain conditions that they stand for."""

from __future__ import annotations

from typing import Any, Final

from marge.automation.devices import classes, fields
from marge.automation.devices.kinds import Field, Kind, Kinds, Tells, Values, always, has, picked
from marge.automation.devices.trigger_kinds import TRIGGER_KINDS
from marge.entities.alarm_control_panel import Features as Alarm
from marge.entities.climate_data import Features as Climate
from marge.entities.cover import Features as Cover
from marge.entities.humidifier import Features as Humidifier


def _is(state: str | list[str], offered: Tells = always, *, lasting: bool = False, plain: bool = False) -> Kind:
    def becomes(values: Values) -> dict[str, Any]:
        return {"condition": "state", "entity_id": values["entity_id"], "state": state, **picked(values, "for")}

    return Kind(becomes=becomes, fields=(fields.FOR,) if lasting else (), offered=offered, plain=plain)


def _is_given(field: Field, *more: Field, attribute: str | None = None, offered: Tells = always) -> Kind:
    """The state, or an attribute, is what `field` says."""

    def becomes(values: Values) -> dict[str, Any]:
        place = {} if attribute is None else {"attribute": attribute}
        same = {"entity_id": values["entity_id"], "state": values[field.name], **place, **picked(values, "for")}
        return {"condition": "state", **same}

    return Kind(becomes=becomes, fields=(field, *more), offered=offered)


def _between(
    limits: tuple[Field, Field], attribute: str | None = None, offered: Tells = always, capable: Tells = always
) -> Kind:
    def becomes(values: Values) -> dict[str, Any]:
        place = {} if attribute is None else {"attribute": attribute}
        return {"condition": "numeric_state", **picked(values, "entity_id", "above", "below"), **place}

    return Kind(becomes=becomes, fields=limits, one_of=("above", "below"), offered=offered, capable=capable)


def _is_not_home(values: Values) -> dict[str, Any]:
    home = {"condition": "state", "entity_id": values["entity_id"], "state": "home"}
    return {"condition": "not", "conditions": [home]}


def _binary_sensors() -> dict[str, Kind]:
    """Those of the triggers, in their order: on, off, on, off."""
    on = {types[0] for types in (*classes.BINARY.values(), classes.BINARY_OTHERS)}
    return {
        classes.binary_condition(type): _is("on" if type in on else "off", kind.offered, lasting=True)
        for type, kind in TRIGGER_KINDS["binary_sensor"].items()
    }


def _sensors() -> dict[str, Kind]:
    return {
        f"is_{type}": _between(fields.LIMITS, offered=kind.offered, capable=kind.capable)
        for type, kind in TRIGGER_KINDS["sensor"].items()
    }


_OPENS: Final = has(Cover.OPEN | Cover.CLOSE)
_ON_OFF: Final = {"is_off": _is("off", lasting=True), "is_on": _is("on", lasting=True)}

CONDITION_KINDS: Final[Kinds] = {
    **dict.fromkeys(("light", "remote", "switch"), _ON_OFF),
    "alarm_control_panel": {
        "is_disarmed": _is("disarmed", plain=True),
        "is_triggered": _is("triggered", plain=True),
        "is_armed_home": _is("armed_home", has(Alarm.ARM_HOME), plain=True),
        "is_armed_away": _is("armed_away", has(Alarm.ARM_AWAY), plain=True),
        "is_armed_night": _is("armed_night", has(Alarm.ARM_NIGHT), plain=True),
        "is_armed_vacation": _is("armed_vacation", has(Alarm.ARM_VACATION), plain=True),
        "is_armed_custom_bypass": _is("armed_custom_bypass", has(Alarm.ARM_CUSTOM_BYPASS), plain=True),
    },
    "binary_sensor": _binary_sensors(),
    "climate": {
        "is_hvac_mode": _is_given(fields.HVAC_MODE),
        "is_preset_mode": _is_given(fields.PRESET_MODE, attribute="preset_mode", offered=has(Climate.PRESET_MODE)),
    },
    "cover": {
        **{f"is_{state}": _is(state, _OPENS) for state in ("open", "closed", "opening", "closing")},
        "is_position": _between(fields.POSITIONS, "current_position", has(Cover.SET_POSITION)),
        "is_tilt_position": _between(fields.POSITIONS, "current_tilt_position", has(Cover.SET_TILT_POSITION)),
    },
    "device_tracker": {"is_home": _is("home", plain=True), "is_not_home": Kind(becomes=_is_not_home, plain=True)},
    "fan": {"is_off": _is("off", plain=True), "is_on": _is("on", plain=True)},
    "humidifier": {
        **_ON_OFF,
        "is_mode": _is_given(fields.MODE, attribute="mode", offered=has(Humidifier.MODES)),
    },
    "lock": {
        f"is_{state}": _is(state, plain=True)
        for state in ("jammed", "locked", "locking", "open", "opening", "unlocked", "unlocking")
    },
    "media_player": {
        f"is_{state}": _is(state, plain=True) for state in ("on", "off", "buffering", "idle", "paused", "playing")
    },
    "select": {"selected_option": _is_given(fields.OPTION, fields.FOR)},
    "sensor": _sensors(),
    "vacuum": {
        "is_cleaning": _is(["cleaning", "returning"], plain=True),
        "is_docked": _is("docked", plain=True),
    },
}
"""Domain → type → kind."""
