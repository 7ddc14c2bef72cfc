"""What an item of the old form `platform: template` may contain, and how its keys are read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, UnsetType

from marge.entities.words import choice
from marge.helpers.template_config import ITEMS, TemplateItem, TemplateText
from marge.helpers.words import NaturalNumber
from marge.util.schema import Flag, Strings

if TYPE_CHECKING:
    CodeFormat = str
    CoverClass = str
else:
    CodeFormat = choice("CodeFormat", "no_code", "number", "text")
    CoverClass = choice(
        "CoverClass",
        "awning",
        "blind",
        "curtain",
        "damper",
        "door",
        "garage",
        "gate",
        "shade",
        "shutter",
        "window",
    )


class AlarmItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `panels`; without a state it is what it was last told to be."""

    ACTIONS = (
        "disarm",
        "arm_away",
        "arm_home",
        "arm_night",
        "arm_vacation",
        "arm_custom_bypass",
        "trigger",
    )

    disarm: Any = UNSET
    arm_away: Any = UNSET
    arm_home: Any = UNSET
    arm_night: Any = UNSET
    arm_vacation: Any = UNSET
    arm_custom_bypass: Any = UNSET
    trigger: Any = UNSET
    code_arm_required: Flag = True
    code_format: CodeFormat = "number"


class CoverItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `covers`."""

    FOLLOWED = ("position", "tilt")
    ACTIONS = ("open_cover", "close_cover", "stop_cover", "set_cover_position", "set_cover_tilt_position")

    position: TemplateText | UnsetType = UNSET
    tilt: TemplateText | UnsetType = UNSET
    open_cover: Any = UNSET
    close_cover: Any = UNSET
    stop_cover: Any = UNSET
    set_cover_position: Any = UNSET
    set_cover_tilt_position: Any = UNSET
    device_class: CoverClass | UnsetType = UNSET
    optimistic: Flag | UnsetType = UNSET
    tilt_optimistic: Flag = False

    def __post_init__(self) -> None:
        """Ask for what opens and closes it."""
        if (self.open_cover is UNSET) != (self.close_cover is UNSET):
            raise ValueError("'open_cover' and 'close_cover' belong together")
        if self.open_cover is UNSET and self.set_cover_position is UNSET:
            raise ValueError("either 'open_cover' and 'close_cover' or 'set_cover_position' is needed")


class FanItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `fans`; without a state it is what it was last told to be."""

    FOLLOWED = ("percentage", "preset_mode", "oscillating", "direction")
    ACTIONS = ("turn_on", "turn_off", "set_percentage", "set_preset_mode", "set_oscillating", "set_direction")

    turn_on: Any
    turn_off: Any
    percentage: TemplateText | UnsetType = UNSET
    preset_mode: TemplateText | UnsetType = UNSET
    oscillating: TemplateText | UnsetType = UNSET
    direction: TemplateText | UnsetType = UNSET
    set_percentage: Any = UNSET
    set_preset_mode: Any = UNSET
    set_oscillating: Any = UNSET
    set_direction: Any = UNSET
    speed_count: NaturalNumber = 100
    preset_modes: Strings = []


class LightItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `lights`; what has no template is what it was last told to be."""

    FOLLOWED = (
        "level",
        "max_mireds",
        "min_mireds",
        "temperature",
        "hs",
        "rgb",
        "rgbw",
        "rgbww",
        "effect_list",
        "effect",
        "supports_transition",
    )
    ACTIONS = (
        "turn_on",
        "turn_off",
        "set_level",
        "set_temperature",
        "set_hs",
        "set_rgb",
        "set_rgbw",
        "set_rgbww",
        "set_effect",
    )

    turn_on: Any
    turn_off: Any
    level: TemplateText | UnsetType = UNSET
    max_mireds: TemplateText | UnsetType = UNSET
    min_mireds: TemplateText | UnsetType = UNSET
    temperature: TemplateText | UnsetType = UNSET
    hs: TemplateText | UnsetType = UNSET
    rgb: TemplateText | UnsetType = UNSET
    rgbw: TemplateText | UnsetType = UNSET
    rgbww: TemplateText | UnsetType = UNSET
    effect_list: TemplateText | UnsetType = UNSET
    effect: TemplateText | UnsetType = UNSET
    supports_transition: TemplateText | UnsetType = UNSET
    set_level: Any = UNSET
    set_temperature: Any = UNSET
    set_hs: Any = UNSET
    set_rgb: Any = UNSET
    set_rgbw: Any = UNSET
    set_rgbww: Any = UNSET
    set_effect: Any = UNSET

    def __post_init__(self) -> None:
        """Ask for all of what an effect needs."""
        if len({each is UNSET for each in (self.effect, self.effect_list, self.set_effect)}) > 1:
            raise ValueError("'effect_template', 'effect_list_template' and 'set_effect' belong together")


class LockItem(TemplateItem, frozen=True, kw_only=True):
    """A lock: the item of the platform itself."""

    FOLLOWED = ("code_format",)
    ACTIONS = ("lock", "unlock", "open")

    state: TemplateText
    lock: Any
    unlock: Any
    open: Any = UNSET
    code_format: TemplateText | UnsetType = UNSET
    optimistic: Flag = False


class VacuumItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `vacuums`."""

    FOLLOWED = ("battery_level", "fan_speed")
    ACTIONS = ("start", "pause", "stop", "return_to_base", "clean_spot", "locate", "set_fan_speed")

    start: Any
    pause: Any = UNSET
    stop: Any = UNSET
    return_to_base: Any = UNSET
    clean_spot: Any = UNSET
    locate: Any = UNSET
    set_fan_speed: Any = UNSET
    battery_level: TemplateText | UnsetType = UNSET
    fan_speed: TemplateText | UnsetType = UNSET
    fan_speeds: Strings = []


PLATFORM_ITEMS: Final[Mapping[str, type[TemplateItem]]] = {
    "alarm_control_panel": AlarmItem,
    "binary_sensor": ITEMS["binary_sensor"],
    "cover": CoverItem,
    "fan": FanItem,
    "light": LightItem,
    "lock": LockItem,
    "sensor": ITEMS["sensor"],
    "switch": ITEMS["switch"],
    "vacuum": VacuumItem,
    "weather": ITEMS["weather"],
}

PLATFORMS: Final[Mapping[str, str | None]] = {
    "alarm_control_panel": "panels",
    "binary_sensor": "sensors",
    "cover": "covers",
    "fan": "fans",
    "light": "lights",
    "lock": None,
    "sensor": "sensors",
    "switch": "switches",
    "vacuum": "vacuums",
    "weather": None,
}
"""Domain → the key under which the old form has its items; None when the platform is an item itself."""

_SPECIAL: Final[Mapping[str, str]] = {
    "value_template": "state",
    "entity_picture_template": "picture",
    "attribute_templates": "attributes",
    "color_template": "hs",
    "set_color": "set_hs",
    "friendly_name": "name",
    "friendly_name_template": "name",
}


def new_key(domain: str, key: Any) -> Any:
    """The key of today for one of the old form: mostly that without `_template`; a weather has no other keys today."""
    if domain == "weather" or not isinstance(key, str):
        return key
    return _SPECIAL.get(key) or key.removesuffix("_template")


def old_keys(domain: str) -> list[str]:
    """The keys that an item of the old form may have."""
    fields = PLATFORM_ITEMS[domain].__struct_encode_fields__
    special = [key for key, new in _SPECIAL.items() if new in fields]
    return [*special, *fields] if domain != "weather" else list(fields)
