"""The devices that record_devices.py and test_device_automations.py build: every domain and device class.

An entity is its id, the state it begins with, its steps (states with attributes that follow) and, where it is of use,
the registry's own words on it. Each has a device of its own, called like it, unless `device` names another.
"""

from __future__ import annotations

from typing import Any, Final

BINARY_CLASSES: Final = (
    *("battery", "battery_charging", "carbon_monoxide", "cold", "connectivity", "door", "garage_door", "gas", "heat"),
    *("light", "lock", "moisture", "motion", "moving", "occupancy", "opening", "plug", "power", "presence", "problem"),
    *("running", "safety", "smoke", "sound", "tamper", "update", "vibration", "window"),
)
SENSOR_CLASSES: Final = (
    *("apparent_power", "aqi", "area", "atmospheric_pressure", "battery", "blood_glucose_concentration"),
    *("carbon_monoxide", "carbon_dioxide", "conductivity", "current", "data_rate", "data_size", "date", "distance"),
    *("duration", "energy", "energy_distance", "energy_storage", "enum", "frequency", "gas", "humidity", "illuminance"),
    *("irradiance", "moisture", "monetary", "nitrogen_dioxide", "nitrogen_monoxide", "nitrous_oxide", "ozone", "ph"),
    *("pm1", "pm10", "pm25", "power", "power_factor", "precipitation", "precipitation_intensity", "pressure"),
    *("reactive_power", "signal_strength", "sound_pressure", "speed", "sulphur_dioxide", "temperature", "timestamp"),
    *("volatile_organic_compounds", "volatile_organic_compounds_parts", "voltage", "volume", "volume_flow_rate"),
    *("volume_storage", "water", "weight", "wind_direction", "wind_speed"),
)

ON_OFF: Final[list[Any]] = [["on"], ["on", {"other": 1}], ["off"], ["unavailable"], ["on"], ["unknown"], ["off"]]
HVAC: Final = ["off", "heat", "cool", "heat_cool", "auto", "dry", "fan_only"]

TRIGGER_EXTRAS: Final[dict[str, list[dict[str, Any]]]] = {
    "climate.hvac_mode_changed": [{"to": "heat"}, {"to": "off"}],
    "climate.current_temperature_changed": [{"above": 20}, {"above": 20.5, "below": 25}],
    "climate.current_humidity_changed": [{"below": 40}],
    "cover.position": [{"above": 40}, {"below": 60}, {"above": 40, "below": 60}],
    "cover.tilt_position": [{"above": 20}],
    "humidifier.current_humidity_changed": [{"above": 50}],
    "humidifier.target_humidity_changed": [{"above": 50}, {"below": 45}],
    "select.current_option_changed": [{}, {"to": "eco"}, {"from": "eco"}, {"from": "eco", "to": "boost"}],
    "device_tracker.enters": [{"zone": "zone.work"}],
    "device_tracker.leaves": [{"zone": "zone.work"}],
    "sensor": [{"above": 10}, {"below": 10}, {"above": 5, "below": 15}],
}
CONDITION_EXTRAS: Final[dict[str, list[dict[str, Any]]]] = {
    "climate.is_hvac_mode": [{"hvac_mode": "heat"}, {"hvac_mode": "off"}],
    "climate.is_preset_mode": [{"preset_mode": "away"}],
    "cover.is_position": [{"above": 40}, {"below": 60}],
    "cover.is_tilt_position": [{"above": 20, "below": 80}],
    "humidifier.is_mode": [{"mode": "eco"}],
    "select.selected_option": [{"option": "eco"}, {"option": "boost"}],
    "sensor": [{"above": 10}, {"below": 10}, {"above": 5, "below": 15}],
}
ACTION_EXTRAS: Final[dict[str, list[dict[str, Any]]]] = {
    "alarm_control_panel.arm_away": [{}, {"code": "1234"}],
    "alarm_control_panel.disarm": [{}, {"code": "1234"}],
    "climate.set_hvac_mode": [{"hvac_mode": "heat"}],
    "climate.set_preset_mode": [{"preset_mode": "away"}],
    "cover.set_position": [{}, {"position": 40}],
    "cover.set_tilt_position": [{"position": 60}],
    "humidifier.set_humidity": [{"humidity": 45}],
    "humidifier.set_mode": [{"mode": "eco"}],
    "light.turn_on": [{}, {"brightness_pct": 40}, {"flash": "long"}],
    "light.flash": [{}, {"flash": "long"}],
    "number.set_value": [{"value": 3}, {"value": "4.5"}],
    "select.select_option": [{"option": "eco"}],
    "select.select_next": [{}, {"cycle": False}],
    "select.select_previous": [{}, {"cycle": True}],
    "text.set_value": [{"value": "hello"}],
}


def extras(table: dict[str, list[dict[str, Any]]], item: dict[str, Any]) -> list[dict[str, Any]]:
    """What to add to an item of a list so that it can be used."""
    return table.get(f"{item['domain']}.{item['type']}", table.get(item["domain"], [{}]))


def _numbers(key: str | None = None, state: str = "open") -> list[Any]:
    """Steps in which a number, the state or an attribute, wanders through the thresholds above."""
    values: list[Any] = [4, 12, 30, 45, 50, 70, 8, 22.5, None, 47, 21]
    if key is None:
        return [["unavailable" if value is None else str(value)] for value in values]
    return [[state, {} if value is None else {key: value}] for value in values]


def _entity(entity_id: str, state: str | None, steps: list[Any], **more: Any) -> dict[str, Any]:
    attributes = more.pop("attributes", {})
    steps = [[step[0], {**attributes, **(step[1] if len(step) > 1 else {})}] for step in steps]
    return {"entity_id": entity_id, "state": state, "attributes": attributes, "steps": steps, **more}


def _features(entity_id: str, state: str, features: int, steps: list[Any], **attributes: Any) -> dict[str, Any]:
    return _entity(entity_id, state, steps, attributes={"supported_features": features, **attributes})


def _alarms() -> list[dict[str, Any]]:
    states = ["arming", "armed_home", "armed_away", "armed_night", "armed_vacation", "armed_custom_bypass"]
    steps = [[state] for state in [*states, "pending", "triggered", "disarmed", "unavailable", "disarmed"]]
    return [
        _features("alarm_control_panel.all", "disarmed", 63, steps, code_arm_required=True),
        _features("alarm_control_panel.open", "disarmed", 63, [], code_arm_required=False),
        _features("alarm_control_panel.bare", "disarmed", 0, [["triggered"]]),
        _features("alarm_control_panel.home", "disarmed", 1, []),
        _features("alarm_control_panel.away_night", "disarmed", 6, []),
    ]


def _climates() -> list[dict[str, Any]]:
    steps = [[mode] for mode in ("heat", "unavailable", "heat", "cool", "unknown", "off", "heat")]
    warm = _numbers("current_temperature", "heat")
    damp = _numbers("current_humidity", "heat")
    presets: list[Any] = [["heat", {"preset_mode": "away"}], ["off", {"preset_mode": "eco"}], ["unavailable", {}]]
    known = {"hvac_modes": HVAC[:3], "preset_modes": ["eco", "away"]}
    both = {**known, "current_temperature": 19, "current_humidity": 55}
    return [
        _features("climate.all", "off", 401, [*steps, *presets, *warm, *damp], **both),
        _features("climate.bare", "off", 1, steps, hvac_modes=["off", "heat"]),
    ]


def _covers() -> list[dict[str, Any]]:
    moves = [["opening"], ["open"], ["closing"], ["closed"], ["unavailable"], ["closed"]]
    at = _numbers("current_position")
    tilted = _numbers("current_tilt_position")
    return [
        _features("cover.all", "closed", 255, [*moves, *at, *tilted], current_position=0),
        _features("cover.open_close", "closed", 3, moves),
        _features("cover.open_only", "closed", 1, []),
        _features("cover.tilt", "closed", 112, []),
        _features("cover.position", "closed", 4, []),
        _features("cover.bare", "closed", 0, []),
    ]


def _humidifiers() -> list[dict[str, Any]]:
    modes = {"available_modes": ["eco", "boost"], "mode": "eco"}
    steps = [*ON_OFF, *_numbers("humidity", "on"), *_numbers("current_humidity", "on"), ["on", {"mode": "boost"}]]
    return [
        _features("humidifier.all", "off", 1, steps, **modes, current_humidity=55, humidity=40),
        _features("humidifier.bare", "off", 0, ON_OFF),
    ]


def _lights() -> list[dict[str, Any]]:
    return [
        _features("light.all", "off", 44, ON_OFF, supported_color_modes=["color_temp", "hs"]),
        _features("light.dim", "off", 0, [], supported_color_modes=["brightness"]),
        _features("light.plain", "off", 0, [], supported_color_modes=["onoff"]),
        _features("light.flash", "off", 8, [], supported_color_modes=["onoff"]),
        _entity("light.bare", "off", []),
    ]


def _others() -> list[dict[str, Any]]:
    locked = ["locking", "locked", "unlocking", "unlocked", "opening", "open", "jammed", "unavailable", "locked"]
    playing = ["on", "buffering", "playing", "paused", "idle", "off", "unavailable", "playing", "standby"]
    options = {"options": ["eco", "boost", "away"]}
    chosen: list[Any] = [["boost"], ["eco"], ["away"], ["eco"], ["boost"], ["unavailable"], ["eco"], ["eco", {"x": 1}]]
    at_home, at_work = {"latitude": 52.0, "longitude": 4.0}, {"latitude": 52.1, "longitude": 4.1}
    places: list[Any] = [["home", at_home], ["Work", at_work], ["not_home", {"latitude": 50.0, "longitude": 4.0}]]
    places += [["Work", at_work], ["unavailable"], ["Work", at_work], ["home", at_home], ["unknown"]]
    sweeping = ["cleaning", "paused", "returning", "docked", "error", "idle", "unavailable", "docked"]
    pressed = [["2026-01-01T00:00:00+00:00"], ["2026-01-02T00:00:00+00:00"], ["unavailable"], ["2026-01-03"]]
    return [
        _features("lock.all", "unlocked", 1, [[state] for state in locked]),
        _features("lock.bare", "unlocked", 0, []),
        _features("media_player.all", "off", 152461, [[state] for state in playing]),
        _features("fan.all", "off", 63, ON_OFF),
        _features("remote.all", "off", 7, ON_OFF),
        _entity("switch.all", "off", ON_OFF),
        _features("update.all", "off", 23, ON_OFF),
        _features("vacuum.all", "docked", 16383, [[state] for state in sweeping]),
        _features("vacuum.bare", "docked", 0, []),
        _features("water_heater.all", "eco", 15, [["off"], ["eco"]]),
        _entity("number.all", "3", [["4"]], attributes={"min": 0, "max": 10, "step": 0.5}),
        _entity("text.all", "hi", [["ho"]], attributes={"min": 0, "max": 10, "mode": "text", "pattern": None}),
        _entity("button.all", "unknown", pressed),
        _entity("select.all", "eco", chosen, attributes=options),
        _entity("device_tracker.all", "not_home", places),
        _entity("device_tracker.gps", "not_home", []),
        # Domains that have nothing of the kind.
        *(_entity(f"{domain}.all", "unknown", [["on"]]) for domain in ("event", "lawn_mower", "siren", "valve")),
        *(_entity(f"{domain}.all", "unknown", [["on"]]) for domain in ("calendar", "camera", "date", "image", "todo")),
        *(_entity(f"{domain}.all", "unknown", [["on"]]) for domain in ("datetime", "notify", "scene", "time")),
        *(_entity(f"{domain}.all", "unknown", [["on"]]) for domain in ("weather", "tts", "automation", "script")),
    ]


def _binary_sensors() -> list[dict[str, Any]]:
    classes = [
        _entity(f"binary_sensor.{kind}", "off", [["on"], ["off"]], attributes={"device_class": kind})
        for kind in BINARY_CLASSES
    ]
    return [*classes, _entity("binary_sensor.plain", "off", ON_OFF)]


def _sensors() -> list[dict[str, Any]]:
    classes = [
        _entity(
            f"sensor.{kind}",
            "7",
            [["12"], ["3"]],
            attributes={"device_class": kind, "unit_of_measurement": "x", "state_class": "measurement"},
        )
        for kind in SENSOR_CLASSES
    ]
    unit, counted = {"unit_of_measurement": "°C"}, {"state_class": "measurement"}
    return [
        *classes,
        _entity("sensor.plain", "7", _numbers(), attributes=unit),
        _entity("sensor.counted", "7", [["12"], ["word"], ["12"]], attributes=counted),
        _entity("sensor.ph_counted", "7", [], attributes={**counted, "device_class": "ph"}),
        _entity("sensor.word", "idle", []),
        _entity("sensor.temperature_word", "idle", [], attributes={"device_class": "temperature"}),
    ]


def _registered() -> list[dict[str, Any]]:
    """Entities without a state: what the registry says counts; and what is secondary, hidden or disabled."""
    return [
        _entity("light.asleep", None, [], supported_features=8, capabilities={"supported_color_modes": ["brightness"]}),
        _entity("binary_sensor.asleep", None, [], original_device_class="door"),
        _entity("binary_sensor.renamed", None, [], original_device_class="door", device_class="window"),
        _entity("sensor.asleep", None, [], unit_of_measurement="W", original_device_class="power"),
        _entity("sensor.asleep_counted", None, [], capabilities={"state_class": "total"}),
        _entity("select.asleep", None, [], capabilities={"options": ["a", "b"]}),
        _entity("climate.asleep", None, [], supported_features=16, capabilities={"hvac_modes": ["off", "auto"]}),
        _entity("humidifier.asleep", None, [], supported_features=1, capabilities={"available_modes": ["eco"]}),
        _entity("alarm_control_panel.asleep", None, [], supported_features=3),
        _entity("cover.asleep", None, [], supported_features=15),
        _entity("lock.asleep", None, [], supported_features=1),
        _entity("switch.config", "off", [], entity_category="config"),
        _entity("switch.diagnostic", "off", [], entity_category="diagnostic"),
        _entity("switch.hidden", "off", [], hidden_by="user"),
        _entity("switch.disabled", None, [], disabled_by="user"),
        _entity("switch.first", "off", [], device="several"),
        _entity("light.second", "off", [], device="several", attributes={"supported_color_modes": ["onoff"]}),
        _entity("sensor.third", "5", [], device="several", attributes={"unit_of_measurement": "W"}),
        _entity("switch.fourth", "off", [], device="several", entity_category="config"),
    ]


def entities() -> list[dict[str, Any]]:
    """All of them."""
    return [
        *_alarms(),
        *_binary_sensors(),
        *_climates(),
        *_covers(),
        *_humidifiers(),
        *_lights(),
        *_others(),
        *_sensors(),
        *_registered(),
    ]


ZONES: Final = {
    "zone.home": ["0", {"friendly_name": "Home", "latitude": 52.0, "longitude": 4.0, "radius": 100}],
    "zone.work": ["0", {"friendly_name": "Work", "latitude": 52.1, "longitude": 4.1, "radius": 100}],
    "zone.allotment": ["0", {"friendly_name": "Allotment", "latitude": 52.2, "longitude": 4.2, "radius": 100}],
}
