"""What `light.turn_on` takes, and how it becomes something that the light at hand can do."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.entities.words import HSColor, PositiveInt, RGBColor, RGBWColor, RGBWWColor, XYColor, choice, real, whole
from marge.util import color
from marge.util.schema import Text, word

if TYPE_CHECKING:
    from marge.entities.light import LightEntity

    Transition = float
    Brightness = int
    BrightnessStep = int
    BrightnessPct = float
    BrightnessStepPct = float
    Mired = int
    Kelvin = int
    Flash = str
    White = bool | int
else:
    Transition = real("Transition", 0, 6553, clamp=True)
    Brightness = whole("Brightness", 0, 255, clamp=True)
    BrightnessStep = whole("BrightnessStep", -255, 255, clamp=True)
    BrightnessPct = real("BrightnessPct", 0, 100)
    BrightnessStepPct = real("BrightnessStepPct", -100, 100, clamp=True)
    Mired = whole("Mired", 1)
    Kelvin = PositiveInt
    Flash = choice("Flash", "short", "long")

    def _white(value: Any) -> bool | int:
        if value is True:
            return True
        try:
            return min(255, max(0, int(value)))
        except (TypeError, ValueError, OverflowError):
            raise ValueError(f"expected true or a brightness, got {value!r}") from None

    White = word("White", _white)


class Features(IntFlag):
    """What a light can do beside its colour modes."""

    EFFECT = 4
    FLASH = 8
    TRANSITION = 32


EFFECT: Final = Features.EFFECT.value
FLASH: Final = Features.FLASH.value
TRANSITION: Final = Features.TRANSITION.value

_COLORS: Final = (
    "color_name",
    "color_temp",
    "color_temp_kelvin",
    "hs_color",
    "kelvin",
    "profile",
    "rgb_color",
    "rgbw_color",
    "rgbww_color",
    "white",
    "xy_color",
)
_BRIGHTNESSES: Final = ("brightness", "brightness_pct", "brightness_step", "brightness_step_pct")

# Home Assistant's built-in profiles: x, y, brightness.
_PROFILES: Final[dict[str, tuple[float, float, int]]] = {
    "relax": (0.5119, 0.4147, 144),
    "concentrate": (0.5119, 0.4147, 219),
    "energize": (0.368, 0.3686, 203),
    "reading": (0.4448, 0.4066, 240),
}

# In which mode a colour is shown by a light that cannot take it as it was given: the first one it has.
_NEXT_BEST: Final[dict[str, tuple[str, ...]]] = {
    "hs": ("rgb", "rgbw", "rgbww", "xy", "color_temp"),
    "rgb": ("rgbw", "rgbww", "hs", "xy", "color_temp"),
    "xy": ("hs", "rgb", "rgbw", "rgbww", "color_temp"),
    "rgbw": ("rgb", "rgbww", "hs", "xy", "color_temp"),
    "rgbww": ("rgb", "rgbw", "hs", "xy", "color_temp"),
}


class TurnOff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `light.turn_off`; `transition` in seconds."""

    transition: Transition | None = None
    flash: Flash | None = None


class TurnOn(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `light.turn_on` and `toggle`: at most one colour and one brightness."""

    transition: Transition | None = None
    flash: Flash | None = None
    effect: Text | None = None
    profile: Text | None = None
    brightness: Brightness | None = None
    brightness_pct: BrightnessPct | None = None
    brightness_step: BrightnessStep | None = None
    brightness_step_pct: BrightnessStepPct | None = None
    color_name: Text | None = None
    color_temp: Mired | None = None
    color_temp_kelvin: Kelvin | None = None
    kelvin: Kelvin | None = None
    hs_color: HSColor | None = None
    rgb_color: RGBColor | None = None
    rgbw_color: RGBWColor | None = None
    rgbww_color: RGBWWColor | None = None
    xy_color: XYColor | None = None
    white: White | None = None

    def __post_init__(self) -> None:
        for group, names in (("Color descriptors", _COLORS), ("brightness", _BRIGHTNESSES)):
            given = [name for name in names if getattr(self, name) is not None]
            if len(given) > 1:
                raise ValueError(
                    f"two or more values in the same group of exclusion '{group}' @ data[<{group}>]: {', '.join(given)}"
                )


class LightOn(msgspec.Struct, kw_only=True):
    """What a platform is asked to do: only what the light supports is set, at most one of the colours.

    `brightness` and `white` are 1-255, `transition` seconds, temperatures kelvin, `flash` short or long.
    """

    brightness: int | None = None
    color_temp_kelvin: int | None = None
    hs_color: tuple[float, float] | None = None
    rgb_color: tuple[int, int, int] | None = None
    rgbw_color: tuple[int, int, int, int] | None = None
    rgbww_color: tuple[int, int, int, int, int] | None = None
    xy_color: tuple[float, float] | None = None
    white: int | None = None
    effect: str | None = None
    flash: str | None = None
    transition: float | None = None


def resolve(light: LightEntity, data: TurnOn) -> LightOn | None:
    """What `data` means for `light`; None when it means off (brightness or white 0)."""
    modes = light.supported_color_modes
    found = LightOn(brightness=_brightness(light, data))
    chosen = _colour(light, data, found)
    if chosen is not None:
        mode, value = chosen
        if mode not in modes:
            mode, value = _convert(mode, value, light)
        if mode in modes:
            setattr(found, "color_temp_kelvin" if mode == "color_temp" else f"{mode}_color", value)
    if data.white is not None:
        white = (light.brightness or 255) if data.white is True else int(data.white)
        if "white" in modes:
            found.white = white if found.brightness is None else found.brightness
            found.brightness = None
        elif white == 0:
            return None
    if found.brightness == 0 or found.white == 0:
        return None
    if not light.supports_brightness:
        found.brightness = None
    features = light.supported_features
    if data.effect is not None and features & EFFECT:
        found.effect = data.effect
    if data.flash is not None and features & FLASH:
        found.flash = data.flash
    if data.transition is not None and features & TRANSITION:
        found.transition = data.transition
    return found


def _brightness(light: LightEntity, data: TurnOn) -> int | None:
    step = data.brightness_step
    if step is None and data.brightness_step_pct is not None:
        step = round(data.brightness_step_pct / 100 * 255)
    if step is not None:
        now = (light.brightness or 0) if light.is_on else 0
        return max(0, min(255, now + step))
    if data.brightness_pct is not None:
        return round(255 * data.brightness_pct / 100)
    return data.brightness


def _colour(light: LightEntity, data: TurnOn, found: LightOn) -> tuple[str, Any] | None:
    """The colour asked for as (mode, value); a profile also sets the brightness if none was asked for."""
    for mode in ("hs", "rgb", "rgbw", "rgbww", "xy"):
        if (value := getattr(data, f"{mode}_color")) is not None:
            return mode, value
    if data.color_name is not None:
        try:
            return "rgb", color.name_to_rgb(data.color_name)
        except ValueError:
            return "rgb", (255, 255, 255)
    if data.profile is not None and (profile := _PROFILES.get(data.profile)) is not None:
        x, y, brightness = profile
        if found.brightness is None:
            found.brightness = brightness
        return "hs", color.xy_to_hs(x, y)
    kelvin = data.color_temp_kelvin if data.color_temp_kelvin is not None else data.kelvin
    if data.color_temp is not None:
        kelvin = color.mired_to_kelvin(data.color_temp)
    if not kelvin:
        return None
    modes = light.supported_color_modes
    if "color_temp" in modes:
        return "color_temp", kelvin
    if "rgbww" in modes:
        level = found.brightness if found.brightness is not None else light.brightness
        return "rgbww", color.kelvin_to_rgbww(
            kelvin, 255 if level is None else level, light.min_color_temp_kelvin, light.max_color_temp_kelvin
        )
    return "hs", color.kelvin_to_hs(kelvin)


def _convert(mode: str, value: Any, light: LightEntity) -> tuple[str, Any]:
    """The colour in the nearest mode that the light has; unchanged when it shows no colours."""
    best = next((other for other in _NEXT_BEST.get(mode, ()) if other in light.supported_color_modes), None)
    if best is None:
        return mode, value
    low, high = light.min_color_temp_kelvin, light.max_color_temp_kelvin
    if mode == "xy" and best == "color_temp":
        return best, max(1, color.xy_to_kelvin(*value))
    if mode == "hs":
        rgb = color.hs_to_rgb(*value)
    elif mode == "xy":
        rgb = color.xy_to_rgb(*value)
    elif mode == "rgbw":
        rgb = color.rgbw_to_rgb(*value)
    elif mode == "rgbww":
        rgb = color.rgbww_to_rgb(value, low, high)
    else:
        rgb = value
    if best == "rgb":
        return best, rgb
    if best == "hs":
        return best, color.rgb_to_hs(*rgb)
    if best == "xy":
        return best, color.rgb_to_xy(*rgb)
    if best == "rgbw":
        return best, color.rgb_to_rgbw(*rgb)
    if best == "rgbww":
        return best, color.rgb_to_rgbww(*rgb, low, high)
    return best, max(1, color.xy_to_kelvin(*color.rgb_to_xy(*rgb)))
