"""What Zigbee2MQTT makes of the features of a device: one entry for each entity.

A topic given as True is the device's own state or command topic, a string the last part of a command topic;
`gateway.py` fills them in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple


class Entry(NamedTuple):
    """An entity: its component, the part of its id after the device's, and its configuration."""

    component: str
    object_id: str
    config: dict[str, Any]


def _value(prop: str) -> str:
    return f'{{{{ value_json["{prop}"] }}}}'


def light(*modes: str, mireds: tuple[int, int] | None = None, effects: Sequence[str] = ()) -> Entry:
    """A lamp with brightness, and with the colour modes given (`color_temp`, `xy`)."""
    config: dict[str, Any] = {
        "name": None,
        "schema": "json",
        "brightness": True,
        "brightness_scale": 254,
        "command_topic": True,
        "supported_color_modes": list(modes) or ["brightness"],
    }
    if mireds:
        config |= {"min_mireds": mireds[0], "max_mireds": mireds[1]}
    if effects:
        config |= {"effect": True, "effect_list": list(effects)}
    return Entry("light", "light", config)


def switch() -> Entry:
    """A relay."""
    return Entry(
        "switch",
        "switch",
        {
            "name": None,
            "command_topic": True,
            "payload_on": "ON",
            "payload_off": "OFF",
            "value_template": _value("state"),
        },
    )


def lock() -> Entry:
    """A door lock."""
    return Entry(
        "lock",
        "lock",
        {
            "name": None,
            "command_topic": True,
            "state_locked": "LOCK",
            "state_unlocked": "UNLOCK",
            "value_template": _value("state"),
        },
    )


def cover() -> Entry:
    """A blind that knows its position."""
    return Entry(
        "cover",
        "cover",
        {
            "name": None,
            "command_topic": True,
            "state_topic": True,
            "state_open": "OPEN",
            "state_closed": "CLOSE",
            "state_stopped": "STOP",
            "value_template": _value("state"),
            "position_topic": True,
            "position_template": _value("position"),
            "set_position_topic": True,
            "set_position_template": '{ "position": {{ position }} }',
        },
    )


def siren(tones: Sequence[str]) -> Entry:
    """A siren of the IAS warning cluster; it does not report back."""
    return Entry(
        "siren",
        "siren",
        {
            "name": None,
            "command_topic": True,
            "state_topic": False,
            "optimistic": True,
            "available_tones": list(tones),
            "support_duration": True,
            "support_volume_set": True,
            "command_template": (
                '{"warning": {"mode": "{{ tone | default(\'emergency\') }}",'
                " \"level\": \"{{ 'very_high' if (volume_level | default(0.5) | float) > 0.75 else 'medium' }}\","
                ' "duration": {{ duration | default(10) }}}}'
            ),
            "command_off_template": '{"warning": {"mode": "stop"}}',
        },
    )


# Property → its device class, unit and state class.
NUMERIC: Final[dict[str, dict[str, Any]]] = {
    "battery": {"device_class": "battery", "state_class": "measurement", "unit_of_measurement": "%"},
    "current": {"device_class": "current", "state_class": "measurement", "unit_of_measurement": "A"},
    "energy": {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh"},
    "humidity": {"device_class": "humidity", "state_class": "measurement", "unit_of_measurement": "%"},
    "illuminance": {"device_class": "illuminance", "state_class": "measurement", "unit_of_measurement": "lx"},
    "power": {"device_class": "power", "state_class": "measurement", "unit_of_measurement": "W"},
    "soil_moisture": {"device_class": "moisture", "state_class": "measurement", "unit_of_measurement": "%"},
    "temperature": {"device_class": "temperature", "state_class": "measurement", "unit_of_measurement": "°C"},
    "voltage": {"device_class": "voltage", "state_class": "measurement", "unit_of_measurement": "V"},
}
DIAGNOSTIC: Final = frozenset({"battery", "linkquality"})


def numeric(prop: str) -> Entry:
    """A measured value."""
    config = {"value_template": _value(prop), "enabled_by_default": True, **NUMERIC[prop]}
    if prop in DIAGNOSTIC:
        config["entity_category"] = "diagnostic"
    return Entry("sensor", prop, config)


def linkquality() -> Entry:
    """The radio link of every device: announced, but off until somebody wants it."""
    return Entry(
        "sensor",
        "linkquality",
        {
            "name": "Linkquality",
            "value_template": _value("linkquality"),
            "enabled_by_default": False,
            "entity_category": "diagnostic",
            "icon": "mdi:signal",
            "state_class": "measurement",
            "unit_of_measurement": "lqi",
        },
    )


def binary(prop: str, device_class: str, on: object = True, off: object = False) -> Entry:
    """Something that is or is not so."""
    return Entry(
        "binary_sensor",
        prop,
        {"value_template": _value(prop), "device_class": device_class, "payload_on": on, "payload_off": off},
    )


def action(actions: Sequence[str]) -> Entry:
    """The presses of a button."""
    return Entry(
        "event",
        "action",
        {
            "name": "Action",
            "state_topic": True,
            "event_types": list(actions),
            "device_class": "button",
            "icon": "mdi:gesture-double-tap",
            "value_template": (
                "{% if value_json.action | default('') %}{{ {'event_type': value_json.action} | to_json }}{% endif %}"
            ),
        },
    )


def select(prop: str, label: str, options: Sequence[str]) -> Entry:
    """A setting with a few values."""
    return Entry(
        "select",
        prop,
        {
            "name": label,
            "command_topic": prop,
            "value_template": _value(prop),
            "options": list(options),
            "entity_category": "config",
        },
    )


def number(prop: str, label: str, least: float, most: float, unit: str) -> Entry:
    """A setting with a number."""
    return Entry(
        "number",
        prop,
        {
            "name": label,
            "command_topic": prop,
            "value_template": _value(prop),
            "min": least,
            "max": most,
            "unit_of_measurement": unit,
            "entity_category": "config",
        },
    )


def update(ieee: str) -> Entry:
    """Firmware over the air."""
    return Entry(
        "update",
        "update",
        {
            "name": None,
            "state_topic": True,
            "device_class": "firmware",
            "entity_category": "config",
            "command_topic": "zigbee2mqtt/bridge/request/device/ota_update/update",
            "payload_install": f'{{"id": "{ieee}"}}',
            "value_template": (
                "{{ {'installed_version': value_json['update']['installed_version'] | string,"
                " 'latest_version': value_json['update']['latest_version'] | string,"
                " 'in_progress': value_json['update']['state'] == 'updating'} | to_json }}"
            ),
        },
    )


def scene(number: int, name: str) -> Entry:
    """A scene that the lamps of a group remember themselves."""
    return Entry(
        "scene",
        f"scene_{number}",
        {
            "name": name,
            "state_topic": False,
            "command_topic": True,
            "payload_on": f'{{ "scene_recall": {number} }}',
            "object_id_postfix": f"_{name.lower().replace(' ', '_')}",
        },
    )
