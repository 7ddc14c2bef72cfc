"""Light: on or off, with brightness, colour temperature, colour and effects as far as the lamp has them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from functools import lru_cache
from typing import Any, Final

from marge.entities.domain import Domain, EntityService
from marge.entities.light_turn_on import EFFECT, FLASH, TRANSITION, Features, LightOn, TurnOff, TurnOn, resolve
from marge.entities.on_off import OnOffEntity
from marge.util import color

__all__ = ["DEFAULT_MAX_KELVIN", "DEFAULT_MIN_KELVIN", "LIGHT", "Features", "LightEntity", "LightOn", "TurnOff"]

DEFAULT_MIN_KELVIN: Final = 2000
DEFAULT_MAX_KELVIN: Final = 6535

_COLOR_MODES: Final = frozenset({"hs", "xy", "rgb", "rgbw", "rgbww"})
_BRIGHTNESS_MODES: Final = _COLOR_MODES | {"brightness", "color_temp", "white"}


class LightEntity(OnOffEntity):
    """A light.

    `supported_color_modes` is replaced as a whole: `onoff` or `brightness` alone, or any of color_temp, hs, xy, rgb,
    rgbw, rgbww, and white beside one of those. Of the colours the platform sets the one that `color_mode` names; the
    others are derived. `brightness` is 0-255.
    """

    domain = "light"
    has_features = True

    brightness: int | None = None
    color_mode: str | None = None
    color_temp_kelvin: int | None = None
    min_color_temp_kelvin: int = DEFAULT_MIN_KELVIN
    max_color_temp_kelvin: int = DEFAULT_MAX_KELVIN
    hs_color: tuple[float, float] | None = None
    xy_color: tuple[float, float] | None = None
    rgb_color: tuple[int, int, int] | None = None
    rgbw_color: tuple[int, int, int, int] | None = None
    rgbww_color: tuple[int, int, int, int, int] | None = None
    effect: str | None = None
    effect_list: list[str] | None = None
    supported_color_modes: AbstractSet[str] = frozenset({"onoff"})

    _modes_of: AbstractSet[str] | None = None
    _modes: list[str]
    _blank: dict[str, Any]

    @property
    def supports_brightness(self) -> bool:
        """Whether one of the colour modes has a brightness."""
        return not _BRIGHTNESS_MODES.isdisjoint(self.supported_color_modes)

    def _read_modes(self) -> None:
        """Work out once per set of colour modes which attributes they bring."""
        modes = self._modes_of = self.supported_color_modes
        self._modes = sorted(modes)
        blank: dict[str, Any] = {"color_mode": None}
        if self.supports_brightness:
            blank["brightness"] = None
        if "color_temp" in modes:
            blank["color_temp_kelvin"] = blank["color_temp"] = None
        if "color_temp" in modes or not _COLOR_MODES.isdisjoint(modes):
            blank["hs_color"] = blank["rgb_color"] = blank["xy_color"] = None
            if "rgbw" in modes:
                blank["rgbw_color"] = None
            if "rgbww" in modes:
                blank["rgbww_color"] = None
        self._blank = blank

    def capabilities(self) -> dict[str, Any]:
        """Colour modes, the range of temperatures, effects."""
        if self._modes_of is not self.supported_color_modes:
            self._read_modes()
        data: dict[str, Any] = {}
        if "color_temp" in self.supported_color_modes:
            low, high = self.min_color_temp_kelvin, self.max_color_temp_kelvin
            data["min_color_temp_kelvin"] = low
            data["max_color_temp_kelvin"] = high
            data["min_mireds"] = color.kelvin_to_mired(high) if high else None
            data["max_mireds"] = color.kelvin_to_mired(low) if low else None
        if self.supported_features & EFFECT:
            data["effect_list"] = self.effect_list
        data["supported_color_modes"] = self._modes
        return data

    def attributes(self) -> dict[str, Any]:
        """Brightness and colours; all of them null while the light is off."""
        if self._modes_of is not self.supported_color_modes:
            self._read_modes()
        data = self._blank.copy()
        on = self.is_on
        if self.supported_features & EFFECT:
            data["effect"] = self.effect if on else None
        if not on:
            return data
        mode = data["color_mode"] = self.color_mode or self._guess_mode()
        if "brightness" in data and mode in _BRIGHTNESS_MODES:
            data["brightness"] = self.brightness
        kelvin = self.color_temp_kelvin
        if mode == "color_temp" and "color_temp" in data:
            data["color_temp_kelvin"] = kelvin
            data["color_temp"] = color.kelvin_to_mired(kelvin) if kelvin else None
        if "hs_color" in data:
            if mode == "color_temp":
                if kelvin:
                    data.update(derive(mode, (kelvin,), 0, 0))
            elif mode in _COLOR_MODES and (value := getattr(self, f"{mode}_color")):
                data.update(derive(mode, tuple(value), self.min_color_temp_kelvin, self.max_color_temp_kelvin))
        return data

    def _guess_mode(self) -> str:
        """The colour mode of a platform that names none, as Home Assistant guesses it."""
        modes = self.supported_color_modes
        if "hs" in modes and self.hs_color is not None:
            return "hs"
        if "color_temp" in modes and self.color_temp_kelvin is not None:
            return "color_temp"
        if "brightness" in modes and self.brightness is not None:
            return "brightness"
        return "onoff" if "onoff" in modes else "unknown"

    async def turn_on(self, data: TurnOn) -> None:
        """Switch on with what the light supports of `data`; brightness 0 switches off."""
        found = resolve(self, data)
        if found is None:
            await self.turn_off(TurnOff(transition=data.transition, flash=data.flash))
        else:
            await self.do_turn_on(found)

    async def turn_off(self, data: TurnOff) -> None:
        """Switch off with what the light supports of `data`."""
        features = self.supported_features
        await self.do_turn_off(
            TurnOff(
                transition=data.transition if features & TRANSITION else None,
                flash=data.flash if features & FLASH else None,
            )
        )

    async def toggle(self, data: TurnOn) -> None:
        """Switch off when on, else on with `data`."""
        if self.is_on:
            await self.turn_off(TurnOff(transition=data.transition, flash=data.flash))
        else:
            await self.turn_on(data)

    async def do_turn_on(self, params: LightOn) -> None:
        """Platform: switch on."""
        raise NotImplementedError

    async def do_turn_off(self, params: TurnOff) -> None:
        """Platform: switch off."""
        raise NotImplementedError


@lru_cache(maxsize=512)
def derive(mode: str, value: tuple[Any, ...], low: int, high: int) -> dict[str, Any]:
    """The colour in all its forms, not to be changed; raises ValueError, TypeError, ArithmeticError for no colour."""
    if mode == "hs":
        hue, saturation = value
        return {
            "hs_color": (round(hue, 3), round(saturation, 3)),
            "rgb_color": color.hs_to_rgb(hue, saturation),
            "xy_color": color.hs_to_xy(hue, saturation),
        }
    if mode == "color_temp":
        hs = color.kelvin_to_hs(*value)
        return {"hs_color": hs, "rgb_color": color.hs_to_rgb(*hs), "xy_color": color.hs_to_xy(*hs)}
    if mode == "xy":
        x, y = value
        return {
            "hs_color": color.xy_to_hs(x, y),
            "rgb_color": color.xy_to_rgb(x, y),
            "xy_color": (round(x, 6), round(y, 6)),
        }
    channels = tuple(int(channel) for channel in value)
    own = {f"{mode}_color": channels}
    if mode == "rgbw":
        channels = color.rgbw_to_rgb(*channels)
    elif mode == "rgbww":
        red, green, blue, cold, warm = channels
        channels = color.rgbww_to_rgb((red, green, blue, cold, warm), low, high)
    return {
        "hs_color": color.rgb_to_hs(*channels),
        "rgb_color": channels,
        "xy_color": color.rgb_to_xy(*channels),
        **own,
    }


LIGHT: Final = Domain(
    "light",
    LightEntity,
    (
        EntityService("turn_on", "turn_on", TurnOn),
        EntityService("turn_off", "turn_off", TurnOff),
        EntityService("toggle", "toggle", TurnOn),
    ),
)
