"""The sections of configuration.yaml: which there are and which shape each has."""

from __future__ import annotations

from typing import Final

LIST_SECTIONS: Final = frozenset({"automation", "mqtt", "person", "scene", "template", "zone"})
"""Sections whose content is a list; a single mapping counts as a list of one."""

DICT_SECTIONS: Final = frozenset(
    {
        "counter",
        "group",
        "homeassistant",
        "input_boolean",
        "input_button",
        "input_datetime",
        "input_number",
        "input_select",
        "input_text",
        "logger",
        "recorder",
        "schedule",
        "script",
        "shopping_list",
        "timer",
        "utility_meter",
    }
)

ENTITY_DOMAINS: Final = frozenset(
    {
        "alarm_control_panel",
        "binary_sensor",
        "button",
        "calendar",
        "camera",
        "climate",
        "cover",
        "date",
        "datetime",
        "device_tracker",
        "event",
        "fan",
        "humidifier",
        "image",
        "lawn_mower",
        "light",
        "lock",
        "media_player",
        "notify",
        "number",
        "remote",
        "select",
        "sensor",
        "siren",
        "switch",
        "text",
        "time",
        "todo",
        "tts",
        "update",
        "vacuum",
        "valve",
        "water_heater",
        "weather",
    }
)
"""Sections with a list of items that each name a `platform`."""

DERIVED: Final = frozenset(
    {
        "bayesian",
        "derivative",
        "filter",
        "generic_thermostat",
        "history_stats",
        "integration",
        "manual",
        "min_max",
        "moon",
        "season",
        "statistics",
        "switch",
        "switch_as_x",
        "threshold",
        "time_date",
        "trend",
        "utility_meter",
        "workday",
    }
)
"""The platforms of entities that are worked out from others."""

PLATFORMS: Final = DERIVED | {"group", "template"}
"""The platforms that such an item may name."""

ALWAYS_ON: Final = frozenset(
    {
        "api",
        "auth",
        "config",
        "default_config",
        "frontend",
        "history",
        "logbook",
        "onboarding",
        "search",
        "sun",
        "system_log",
        "tag",
        "websocket_api",
    }
)
"""Sections by which Home Assistant turns something on that is always on here; only their content is not used."""

BY_PRESENCE: Final = frozenset({"shopping_list"})
"""Sections that turn something on by being there, empty as they are."""

ELSEWHERE: Final = {"http": "[http]"}
"""Sections whose settings are in configuration.toml here."""

HELPERS: Final = DICT_SECTIONS - {"homeassistant", "logger", "recorder", "script", "shopping_list"}
WITH_IDS: Final = HELPERS | {"script"}
"""Sections whose keys are object ids."""

KNOWN: Final = LIST_SECTIONS | DICT_SECTIONS | ENTITY_DOMAINS


def is_list(section: str) -> bool:
    """Whether the content of a known `section` is a list."""
    return section in LIST_SECTIONS or section in ENTITY_DOMAINS
