"""The device actions of every domain, and the calls of services that they stand for."""

from __future__ import annotations

from typing import Any, Final

from marge.automation.devices import fields
from marge.automation.devices.facts import EntityFacts
from marge.automation.devices.kinds import Field, Kind, Kinds, Tells, Values, always, has, picked
from marge.entities.alarm_control_panel import Features as Alarm
from marge.entities.climate_data import Features as Climate
from marge.entities.cover import Features as Cover
from marge.entities.humidifier import Features as Humidifier
from marge.entities.light_turn_on import Features as Light
from marge.entities.lock import Features as Lock


def _call(
    service: str,
    *taken: Field,
    data: dict[str, Any] | None = None,
    offered: Tells = always,
    plain: bool = False,
) -> Kind:
    """A call of `service` with `data` and what is given for the fields."""
    names = tuple(field.name for field in taken)

    def becomes(values: Values) -> dict[str, Any]:
        return {"action": service, "data": {**(data or {}), **picked(values, "entity_id", *names)}}

    return Kind(becomes=becomes, fields=taken, offered=offered, plain=plain)


def _on_off(domain: str, *, plain: bool) -> dict[str, Kind]:
    return {name: _call(f"{domain}.{name}", plain=plain) for name in ("turn_off", "turn_on", "toggle")}


def _wants_code(facts: EntityFacts) -> bool:
    return bool(facts.attributes().get("code_arm_required"))


def _alarm(service: str, asks: Tells, offered: Tells = always) -> Kind:
    """Every one takes a code; only where it may be needed the user interface asks for it."""
    becomes = _call(f"alarm_control_panel.{service}", fields.CODE).becomes
    shown = Field(name="code", kind=fields.CODE.kind, shown=fields.CODE.shown, when=asks)
    return Kind(becomes=becomes, fields=(fields.CODE,), shown=(shown,), offered=offered)


def _never(facts: EntityFacts) -> bool:
    return False


def _light(service: str, *used: Field, data: dict[str, Any] | None = None, offered: Tells = always) -> Kind:
    """Every one may have brightness and flash in its configuration; `used` are those that it looks at."""
    becomes = _call(f"light.{service}", *used, data=data).becomes
    return Kind(becomes=becomes, fields=(fields.BRIGHTNESS_PCT, fields.FLASH), shown=(), offered=offered)


def _turn_on_light() -> Kind:
    both = (fields.BRIGHTNESS_PCT, fields.FLASH)
    return Kind(becomes=_call("light.turn_on", fields.BRIGHTNESS_PCT).becomes, fields=both)


def _set_tilt_position(values: Values) -> dict[str, Any]:
    data = {"entity_id": values["entity_id"], "tilt_position": values["position"]}
    return {"action": "cover.set_cover_tilt_position", "data": data}


ACTION_KINDS: Final[Kinds] = {
    **{domain: _on_off(domain, plain=True) for domain in ("fan", "remote", "switch")},
    "alarm_control_panel": {
        "arm_away": _alarm("alarm_arm_away", _wants_code, has(Alarm.ARM_AWAY)),
        "arm_home": _alarm("alarm_arm_home", _wants_code, has(Alarm.ARM_HOME)),
        "arm_night": _alarm("alarm_arm_night", _wants_code, has(Alarm.ARM_NIGHT)),
        "arm_vacation": _alarm("alarm_arm_vacation", _wants_code, has(Alarm.ARM_VACATION)),
        "disarm": _alarm("alarm_disarm", always),
        "trigger": _alarm("alarm_trigger", _never, has(Alarm.TRIGGER)),
    },
    "button": {"press": _call("button.press", plain=True)},
    "climate": {
        "set_hvac_mode": _call("climate.set_hvac_mode", fields.HVAC_MODE),
        "set_preset_mode": _call("climate.set_preset_mode", fields.PRESET_MODE, offered=has(Climate.PRESET_MODE)),
    },
    "cover": {
        "open": _call("cover.open_cover", offered=has(Cover.OPEN)),
        "close": _call("cover.close_cover", offered=has(Cover.CLOSE)),
        "stop": _call("cover.stop_cover", offered=has(Cover.STOP)),
        "open_tilt": _call("cover.open_cover_tilt", offered=has(Cover.OPEN_TILT)),
        "close_tilt": _call("cover.close_cover_tilt", offered=has(Cover.CLOSE_TILT)),
        "set_position": _call("cover.set_cover_position", fields.POSITION, offered=has(Cover.SET_POSITION)),
        "set_tilt_position": Kind(
            becomes=_set_tilt_position, fields=(fields.POSITION,), offered=has(Cover.SET_TILT_POSITION)
        ),
    },
    "humidifier": {
        **_on_off("humidifier", plain=False),
        "set_humidity": _call("humidifier.set_humidity", fields.HUMIDITY),
        "set_mode": _call("humidifier.set_mode", fields.MODE, offered=has(Humidifier.MODES)),
    },
    "light": {
        "turn_off": _light("turn_off"),
        "turn_on": _turn_on_light(),
        "toggle": _light("toggle"),
        "brightness_increase": _light("turn_on", data={"brightness_step_pct": 10}, offered=fields.dims),
        "brightness_decrease": _light("turn_on", data={"brightness_step_pct": -10}, offered=fields.dims),
        "flash": _light(
            "turn_on", fields.BRIGHTNESS_PCT, fields.FLASH, data={"flash": "short"}, offered=has(Light.FLASH)
        ),
    },
    "lock": {
        "lock": _call("lock.lock", plain=True),
        "unlock": _call("lock.unlock", plain=True),
        "open": _call("lock.open", offered=has(Lock.OPEN), plain=True),
    },
    "number": {"set_value": _call("number.set_value", fields.NUMBER_VALUE)},
    "select": {
        "select_first": _call("select.select_first"),
        "select_last": _call("select.select_last"),
        "select_next": _call("select.select_next", fields.CYCLE),
        "select_option": _call("select.select_option", fields.OPTION),
        "select_previous": _call("select.select_previous", fields.CYCLE),
    },
    "text": {"set_value": _call("text.set_value", fields.TEXT_VALUE)},
    "vacuum": {
        "clean": _call("vacuum.start", plain=True),
        "dock": _call("vacuum.return_to_base", plain=True),
    },
    "water_heater": {
        "turn_on": _call("water_heater.turn_on", plain=True),
        "turn_off": _call("water_heater.turn_off", plain=True),
    },
}
"""Domain → type → kind."""
