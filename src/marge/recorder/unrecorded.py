"""Attributes that history leaves out, as in Home Assistant: lists of choices and things that change all the time."""

from __future__ import annotations

from typing import Final

EVERYWHERE: Final = frozenset({"attribution", "restored", "supported_features"})

_DOMAINS: Final[dict[str, frozenset[str]]] = {
    domain: EVERYWHERE | frozenset(names.split())
    for domain, names in {
        "automation": "current id last_triggered max mode",
        "calendar": "description",
        "camera": "access_token entity_picture",
        "climate": "fan_modes hvac_modes max_humidity max_temp min_humidity min_temp preset_modes swing_modes "
        "target_temp_step",
        "event": "event_types",
        "fan": "preset_modes",
        "group": "auto entity_id order",
        "humidifier": "available_modes max_humidity min_humidity",
        "image": "access_token entity_picture",
        "input_boolean": "editable",
        "input_button": "editable",
        "input_datetime": "editable has_date has_time",
        "input_number": "editable max min mode step",
        "input_select": "editable",
        "input_text": "editable max min mode pattern",
        "light": "brightness color_mode color_temp color_temp_kelvin effect effect_list hs_color "
        "max_color_temp_kelvin max_mireds min_color_temp_kelvin min_mireds rgb_color rgbw_color rgbww_color "
        "supported_color_modes xy_color",
        "media_player": "entity_picture entity_picture_local media_position media_position_updated_at sound_mode_list "
        "source_list",
        "number": "max min mode step step_validation",
        "person": "device_trackers",
        "schedule": "editable next_event",
        "script": "current last_action last_triggered max mode",
        "select": "options",
        "sensor": "options",
        "siren": "available_tones",
        "sun": "azimuth elevation next_dawn next_dusk next_midnight next_noon next_rising next_setting rising",
        "text": "max min mode pattern",
        "update": "display_precision entity_picture in_progress release_summary update_percentage",
        "vacuum": "fan_speed_list",
        "water_heater": "max_temp min_temp operation_list target_temp_step",
        "tag": "tag_id",
    }.items()
}


def unrecorded(domain: str) -> frozenset[str]:
    """The attributes of a domain that are not written to history; restoring knows them all the same."""
    return _DOMAINS.get(domain, EVERYWHERE)
