"""The device triggers of every domain, and the plain triggers that they stand for."""

from __future__ import annotations

from typing import Any, Final

from marge.automation.devices import classes, fields
from marge.automation.devices.facts import EntityFacts
from marge.automation.devices.kinds import (
    ON_OFF_DOMAINS,
    Becomes,
    Field,
    Kind,
    Kinds,
    Tells,
    Values,
    always,
    has,
    picked,
    shows,
)
from marge.entities.alarm_control_panel import Features as Alarm
from marge.entities.climate_data import HVAC_MODES
from marge.entities.cover import Features as Cover


def _state(to: str | None) -> Becomes:
    def becomes(values: Values) -> dict[str, Any]:
        return {"trigger": "state", "entity_id": values["entity_id"], "to": to, **picked(values, "for")}

    return becomes


def _reaches(state: str | None, offered: Tells = always) -> Kind:
    return Kind(becomes=_state(state), fields=(fields.FOR,), offered=offered)


def _number(limits: tuple[Field, Field], attribute: str | None = None, offered: Tells = always) -> Kind:
    template = {} if attribute is None else {"value_template": f"{{{{ state.attributes.{attribute} }}}}"}

    def becomes(values: Values) -> dict[str, Any]:
        limits = picked(values, "above", "below", "for")
        return {"trigger": "numeric_state", "entity_id": values["entity_id"], **template, **limits}

    return Kind(becomes=becomes, fields=(*limits, fields.FOR), one_of=("above", "below"), offered=offered)


def _position(attribute: str, offered: Tells) -> Kind:
    def becomes(values: Values) -> dict[str, Any]:
        return {
            "trigger": "numeric_state",
            "entity_id": values["entity_id"],
            "value_template": f"{{{{ state.attributes.{attribute} }}}}",
            # Positions end at 0 and 100, and the bounds themselves do not count.
            "above": values.get("above", -1),
            "below": values.get("below", 101),
        }

    return Kind(becomes=becomes, fields=fields.POSITIONS, one_of=("above", "below"), offered=offered)


def _hvac_mode(values: Values) -> dict[str, Any]:
    others = [mode for mode in HVAC_MODES if mode != values["to"]]
    return {**_state(values["to"])(values), "from": others}


def _option(values: Values) -> dict[str, Any]:
    return {"trigger": "state", **picked(values, "entity_id", "from", "to", "for")}


def _press(values: Values) -> dict[str, Any]:
    return {"trigger": "state", "entity_id": values["entity_id"]}


def _zone(event: str) -> Kind:
    def becomes(values: Values) -> dict[str, Any]:
        return {"trigger": "zone", "event": event, **picked(values, "entity_id", "zone")}

    return Kind(becomes=becomes, fields=(fields.ZONE,))


def _binary_sensors() -> dict[str, Kind]:
    """Types that several classes share are one kind."""
    classes_of: dict[tuple[str, str], set[str]] = {}
    for name, types in classes.BINARY.items():
        classes_of.setdefault(types, set()).add(name)
    kinds: dict[str, Kind] = {}
    for (on, off), names in classes_of.items():
        kinds[on], kinds[off] = _reaches("on", _of_class(names)), _reaches("off", _of_class(names))
    for type, state in zip(classes.BINARY_OTHERS, ("on", "off"), strict=True):
        kinds[type] = _reaches(state, lambda facts: facts.device_class not in classes.BINARY)
    return kinds


def _of_class(names: set[str]) -> Tells:
    return lambda facts: facts.device_class in names


def _has_unit(facts: EntityFacts) -> bool:
    return bool(facts.unit)


def of_sensor(facts: EntityFacts) -> str | None:
    """The type of trigger that a sensor has; None for one that shows no numbers."""
    if not facts.unit and not facts.capability("state_class"):
        return None
    return classes.SENSOR.get(facts.device_class or "", classes.SENSOR_OTHERS)


def _sensor(type: str) -> Kind:
    plain = _number(fields.LIMITS)
    return Kind(
        becomes=plain.becomes,
        fields=plain.fields,
        one_of=plain.one_of,
        offered=lambda facts: of_sensor(facts) == type,
        capable=_has_unit,
    )


_ON_OFF: Final = {"changed_states": _reaches(None), "turned_off": _reaches("off"), "turned_on": _reaches("on")}
_OPENS: Final = has(Cover.OPEN | Cover.CLOSE)

TRIGGER_KINDS: Final[Kinds] = {
    **dict.fromkeys(ON_OFF_DOMAINS, _ON_OFF),
    "alarm_control_panel": {
        **{state: _reaches(state) for state in ("triggered", "disarmed", "arming")},
        "armed_home": _reaches("armed_home", has(Alarm.ARM_HOME)),
        "armed_away": _reaches("armed_away", has(Alarm.ARM_AWAY)),
        "armed_night": _reaches("armed_night", has(Alarm.ARM_NIGHT)),
        "armed_vacation": _reaches("armed_vacation", has(Alarm.ARM_VACATION)),
    },
    "binary_sensor": _binary_sensors(),
    "button": {"pressed": Kind(becomes=_press, plain=True)},
    "climate": {
        "hvac_mode_changed": Kind(becomes=_hvac_mode, fields=(fields.TO_HVAC_MODE, fields.FOR)),
        "current_temperature_changed": _number(
            fields.TEMPERATURES, "current_temperature", shows("current_temperature")
        ),
        "current_humidity_changed": _number(fields.HUMIDITIES, "current_humidity", shows("current_humidity")),
    },
    "cover": {
        "opened": _reaches("open", _OPENS),
        "closed": _reaches("closed", _OPENS),
        "opening": _reaches("opening", _OPENS),
        "closing": _reaches("closing", _OPENS),
        "position": _position("current_position", has(Cover.SET_POSITION)),
        "tilt_position": _position("current_tilt_position", has(Cover.SET_TILT_POSITION)),
    },
    "device_tracker": {"enters": _zone("enter"), "leaves": _zone("leave")},
    "humidifier": {
        **_ON_OFF,
        "target_humidity_changed": _number(fields.WHOLE_HUMIDITIES, "humidity"),
        "current_humidity_changed": _number(fields.PRESENT_HUMIDITIES, "current_humidity", shows("current_humidity")),
    },
    "lock": {
        state: _reaches(state) for state in ("jammed", "locked", "locking", "open", "opening", "unlocked", "unlocking")
    },
    "media_player": {
        "changed_states": _reaches(None),
        "turned_on": _reaches("on"),
        "turned_off": _reaches("off"),
        **{state: _reaches(state) for state in ("buffering", "idle", "paused", "playing")},
    },
    "select": {
        "current_option_changed": Kind(becomes=_option, fields=(fields.FROM_OPTION, fields.TO_OPTION, fields.FOR))
    },
    "sensor": {type: _sensor(type) for type in dict.fromkeys((*classes.SENSOR.values(), classes.SENSOR_OTHERS))},
    "vacuum": {"cleaning": _reaches("cleaning"), "docked": _reaches("docked")},
}
"""Domain → type → kind."""
