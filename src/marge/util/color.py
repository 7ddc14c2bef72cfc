"""Conversions between the ways a colour of light is written.

Hue is 0-360, saturation 0-100, RGB and white channels 0-255, x and y are CIE 1931, temperatures are kelvin or mired.
Results equal Home Assistant's. RGB to xy and back uses the wide gamut D65 matrices that Philips published for Hue.
"""

from __future__ import annotations

import colorsys
import math

HS = tuple[float, float]
XY = tuple[float, float]
RGB = tuple[int, int, int]
RGBW = tuple[int, int, int, int]
RGBWW = tuple[int, int, int, int, int]


def name_to_rgb(name: str) -> RGB:
    """The colour of a CSS3 name, spaces and case aside; raises ValueError for a name that is none."""
    from marge.util.color_names import NAMES

    try:
        return NAMES[name.replace(" ", "").lower()]
    except KeyError:
        raise ValueError(f"{name!r} is not the name of a colour") from None


def mired_to_kelvin(mired: float) -> int:
    """Kelvin of a temperature in mired; 0 for 0."""
    return math.floor(1_000_000 / mired) if mired else 0


def kelvin_to_mired(kelvin: float) -> int:
    """Mired of a temperature in kelvin; 0 for 0."""
    return math.floor(1_000_000 / kelvin) if kelvin else 0


def rgb_to_hs(red: float, green: float, blue: float) -> HS:
    """Hue and saturation, to a thousandth; the brightness of the colour is lost."""
    hue, saturation, _ = colorsys.rgb_to_hsv(red / 255.0, green / 255.0, blue / 255.0)
    return round(hue * 360, 3), round(saturation * 100, 3)


def hsv_to_rgb(hue: float, saturation: float, value: float) -> RGB:
    """RGB of hue, saturation and value (0-100)."""
    red, green, blue = colorsys.hsv_to_rgb(hue / 360, saturation / 100, value / 100)
    return round(red * 255), round(green * 255), round(blue * 255)


def hs_to_rgb(hue: float, saturation: float) -> RGB:
    """RGB at full brightness."""
    return hsv_to_rgb(hue, saturation, 100)


def rgb_to_xy(red: float, green: float, blue: float) -> XY:
    """The xy colour, to a thousandth; (0, 0) for black."""
    if red + green + blue == 0:
        return 0.0, 0.0
    r, g, b = _linear(red), _linear(green), _linear(blue)
    x = r * 0.664511 + g * 0.154324 + b * 0.162028
    y = r * 0.283881 + g * 0.668433 + b * 0.047685
    z = r * 0.000088 + g * 0.072310 + b * 0.986039
    total = x + y + z
    return round(x / total, 3), round(y / total, 3)


def xy_to_rgb(x: float, y: float, brightness: int = 255) -> RGB:
    """RGB of an xy colour at a brightness of 0-255."""
    luminance = brightness / 255.0
    if luminance == 0:
        return 0, 0, 0
    y = max(y, 1e-11)
    big_x = luminance / y * x
    big_z = luminance / y * (1 - x - y)
    channels = [
        max(0.0, _gamma(channel))
        for channel in (
            big_x * 1.656492 - luminance * 0.354851 - big_z * 0.255038,
            -big_x * 0.707196 + luminance * 1.655397 + big_z * 0.036152,
            big_x * 0.051713 - luminance * 0.121364 + big_z * 1.011530,
        )
    ]
    brightest = max(channels)
    if brightest > 1:
        channels = [channel / brightest for channel in channels]
    red, green, blue = channels
    return int(red * 255), int(green * 255), int(blue * 255)


def xy_to_hs(x: float, y: float) -> HS:
    """Hue and saturation of an xy colour."""
    return rgb_to_hs(*xy_to_rgb(x, y))


def hs_to_xy(hue: float, saturation: float) -> XY:
    """The xy colour of hue and saturation."""
    return rgb_to_xy(*hs_to_rgb(hue, saturation))


def xy_to_kelvin(x: float, y: float) -> int:
    """The colour temperature nearest to an xy colour, by McCamy's cubic approximation (good for 2000-10000 K)."""
    n = (x - 0.3320) / ((0.1858 - y) or 1e-11)
    return int(437 * n**3 + 3601 * n**2 + 6861 * n + 5517)


def kelvin_to_rgb(kelvin: float) -> tuple[float, float, float]:
    """RGB of a black body, by Tanner Helland's fit; held within 1000-40000 K."""
    hundreds = min(40000.0, max(1000.0, kelvin)) / 100.0
    if hundreds <= 66:
        red = 255.0
        green = 99.4708025861 * math.log(hundreds) - 161.1195681661
    else:
        red = 329.698727446 * math.pow(hundreds - 60, -0.1332047592)
        green = 288.1221695283 * math.pow(hundreds - 60, -0.0755148492)
    if hundreds >= 66:
        blue = 255.0
    elif hundreds <= 19:
        blue = 0.0
    else:
        blue = 138.5177312231 * math.log(hundreds - 10) - 305.0447927307
    return _byte(red), _byte(green), _byte(blue)


def kelvin_to_hs(kelvin: float) -> HS:
    """Hue and saturation of a colour temperature."""
    return rgb_to_hs(*kelvin_to_rgb(kelvin))


def rgb_to_rgbw(red: int, green: int, blue: int) -> RGBW:
    """Move the white part of a colour to a white channel."""
    white = min(red, green, blue)
    r, g, b, w = _match(max(red, green, blue), (red - white, green - white, blue - white, white))
    return r, g, b, w


def rgbw_to_rgb(red: int, green: int, blue: int, white: int) -> RGB:
    """Mix a white channel into the colour."""
    r, g, b = _match(max(red, green, blue, white), (red + white, green + white, blue + white))
    return r, g, b


def rgb_to_rgbww(red: int, green: int, blue: int, min_kelvin: int, max_kelvin: int) -> RGBWW:
    """Move the white part of a colour to a cold and a warm white channel, in equal shares."""
    coldest, warmest = kelvin_to_mired(max_kelvin), kelvin_to_mired(min_kelvin)
    whites = kelvin_to_rgb(mired_to_kelvin(coldest + (warmest - coldest) / 2))
    level = min(channel / white if white else 0.0 for channel, white in zip((red, green, blue), whites, strict=True))
    rest = [channel - white * level for channel, white in zip((red, green, blue), whites, strict=True)]
    share = round(level * 255)
    r, g, b, cold, warm = _match(max(red, green, blue), (*rest, share, share))
    return r, g, b, cold, warm


def rgbww_to_rgb(rgbww: RGBWW, min_kelvin: int, max_kelvin: int) -> RGB:
    """Mix a cold and a warm white channel into the colour."""
    red, green, blue, cold, warm = rgbww
    coldest, warmest = kelvin_to_mired(max_kelvin), kelvin_to_mired(min_kelvin)
    both = cold + warm
    share = warm / both if both else 0.5
    whites = kelvin_to_rgb(mired_to_kelvin(coldest + share * (warmest - coldest)))
    level = max(cold, warm) / 255
    mixed = [channel + white * level for channel, white in zip((red, green, blue), whites, strict=True)]
    r, g, b = _match(max(red, green, blue, cold, warm), mixed)
    return r, g, b


def kelvin_to_rgbww(kelvin: int, brightness: int, min_kelvin: int, max_kelvin: int) -> RGBWW:
    """Share a brightness out between the cold and the warm white channel."""
    coldest, warmest = kelvin_to_mired(max_kelvin), kelvin_to_mired(min_kelvin)
    span = warmest - coldest
    cold = (warmest - kelvin_to_mired(kelvin)) / span * brightness if span else brightness / 2
    return 0, 0, 0, round(cold), round(brightness - cold)


def _linear(channel: float) -> float:
    part = channel / 255
    return math.pow((part + 0.055) / 1.055, 2.4) if part > 0.04045 else part / 12.92


def _gamma(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * math.pow(part, 1.0 / 2.4) - 0.055


def _byte(channel: float) -> float:
    return min(255.0, max(0.0, channel))


def _match(brightest: float, channels: tuple[float, ...] | list[float]) -> tuple[int, ...]:
    """Scale the channels so that the brightest of them is `brightest`."""
    top = max(channels)
    factor = brightest / top if top else 0.0
    return tuple(round(channel * factor) for channel in channels)
