"""The features by which a selector filters entities, such as `light.LightEntityFeature.EFFECT`, as bits.

Blueprints name them by the Python names that Home Assistant has for them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

# The name of the domain's flags, and the flags from bit 0 on; `-` is a bit without a meaning.
FEATURES: Final[dict[str, tuple[str, str]]] = {
    "alarm_control_panel": ("AlarmControlPanel", "ARM_HOME ARM_AWAY ARM_NIGHT TRIGGER ARM_CUSTOM_BYPASS ARM_VACATION"),
    "assist_satellite": ("AssistSatellite", "ANNOUNCE START_CONVERSATION"),
    "calendar": ("Calendar", "CREATE_EVENT DELETE_EVENT UPDATE_EVENT"),
    "camera": ("Camera", "ON_OFF STREAM"),
    "climate": (
        "Climate",
        "TARGET_TEMPERATURE TARGET_TEMPERATURE_RANGE TARGET_HUMIDITY FAN_MODE PRESET_MODE SWING_MODE AUX_HEAT"
        " TURN_OFF TURN_ON SWING_HORIZONTAL_MODE",
    ),
    "conversation": ("Conversation", "CONTROL"),
    "cover": ("Cover", "OPEN CLOSE SET_POSITION STOP OPEN_TILT CLOSE_TILT STOP_TILT SET_TILT_POSITION"),
    "fan": ("Fan", "SET_SPEED OSCILLATE DIRECTION PRESET_MODE TURN_OFF TURN_ON"),
    "humidifier": ("Humidifier", "MODES"),
    "lawn_mower": ("LawnMower", "START_MOWING PAUSE DOCK"),
    "light": ("Light", "- - EFFECT FLASH - TRANSITION"),
    "lock": ("Lock", "OPEN"),
    "media_player": (
        "MediaPlayer",
        "PAUSE SEEK VOLUME_SET VOLUME_MUTE PREVIOUS_TRACK NEXT_TRACK - TURN_ON TURN_OFF PLAY_MEDIA VOLUME_STEP"
        " SELECT_SOURCE STOP CLEAR_PLAYLIST PLAY SHUFFLE_SET SELECT_SOUND_MODE BROWSE_MEDIA REPEAT_SET GROUPING"
        " MEDIA_ANNOUNCE MEDIA_ENQUEUE",
    ),
    "notify": ("Notify", "TITLE"),
    "remote": ("Remote", "LEARN_COMMAND DELETE_COMMAND ACTIVITY"),
    "siren": ("Siren", "TURN_ON TURN_OFF TONES VOLUME_SET DURATION"),
    "todo": (
        "TodoList",
        "CREATE_TODO_ITEM DELETE_TODO_ITEM UPDATE_TODO_ITEM MOVE_TODO_ITEM SET_DUE_DATE_ON_ITEM"
        " SET_DUE_DATETIME_ON_ITEM SET_DESCRIPTION_ON_ITEM",
    ),
    "update": ("Update", "INSTALL SPECIFIC_VERSION PROGRESS BACKUP RELEASE_NOTES"),
    "vacuum": (
        "Vacuum",
        "TURN_ON TURN_OFF PAUSE STOP RETURN_HOME FAN_SPEED BATTERY STATUS SEND_COMMAND LOCATE CLEAN_SPOT MAP STATE"
        " START",
    ),
    "valve": ("Valve", "OPEN CLOSE SET_POSITION STOP"),
    "water_heater": ("WaterHeater", "TARGET_TEMPERATURE OPERATION_MODE AWAY_MODE ON_OFF"),
    "weather": ("Weather", "FORECAST_DAILY FORECAST_HOURLY FORECAST_TWICE_DAILY"),
}


def bits(names: Iterable[str]) -> int:
    """All of the named features together; raises ValueError for one that is not known."""
    mask = 0
    for name in names:
        mask |= _bit(name)
    return mask


def _bit(name: str) -> int:
    parts = name.split(".", 2)
    if len(parts) != 3:
        raise ValueError(f"Invalid supported feature '{name}', expected <domain>.<enum>.<member>")
    domain, flags, member = parts
    prefix, members = FEATURES.get(domain, ("", ""))
    known = members.split()
    if flags != f"{prefix}EntityFeature" or member == "-" or member not in known:
        raise ValueError(f"Unknown supported feature '{name}'")
    return 1 << known.index(member)
