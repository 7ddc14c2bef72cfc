"""Plan for lights: brightness, effect and the colour of their mode."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from marge.automation.reproduce import Call, Unreachable, Wanted, check_state
from marge.core.state import State
from marge.util.color import mired_to_kelvin

_PLAIN: Final = ("brightness", "effect")
_COLORS: Final = (
    "hs_color",
    "color_temp",
    "color_temp_kelvin",
    "rgb_color",
    "rgbw_color",
    "rgbww_color",
    "xy_color",
)
# Which attribute holds the colour of a mode, and as what it is given to `turn_on`.
_OF_MODE: Final = {
    "color_temp": ("color_temp_kelvin", "color_temp_kelvin"),
    "hs": ("hs_color", "hs_color"),
    "rgb": ("rgb_color", "rgb_color"),
    "rgbw": ("rgbw_color", "rgbw_color"),
    "rgbww": ("rgbww_color", "rgbww_color"),
    "white": ("brightness", "white"),
    "xy": ("xy_color", "xy_color"),
}


def light(wanted: Wanted, current: Callable[[], State]) -> Iterator[Call]:
    """Lights, within the transition if there is one."""
    check_state(wanted, ("on", "off"))
    state = current()
    mode = wanted.get("color_mode")
    same_mode = mode in (None, "unknown") or state.attributes.get("color_mode") == mode
    if (
        state.state == wanted.state
        and same_mode
        and all(_same(state.attributes.get(name), wanted.get(name)) for name in (*_PLAIN, *_COLORS))
    ):
        return
    data: dict[str, Any] = {} if wanted.transition is None else {"transition": wanted.transition}
    if wanted.state == "on":
        data.update({name: value for name in _PLAIN if (value := wanted.get(name)) is not None})
        data.update(_color(wanted, mode))
    yield f"turn_{wanted.state}", data


def _color(wanted: Wanted, mode: Any) -> dict[str, Any]:
    if mode in (None, "unknown"):
        return next(({name: value} for name in _COLORS if (value := wanted.get(name)) is not None), {})
    if mode not in _OF_MODE:
        return {}
    attribute, parameter = _OF_MODE[mode]
    value = wanted.get(attribute)
    if value is None and mode == "color_temp" and (mired := wanted.get("color_temp")) is not None:
        value = mired_to_kelvin(mired)
    if value is None:
        raise Unreachable(f"its color_mode is '{mode}', and '{attribute}' is missing")
    return {parameter: value}


def _same(one: Any, other: Any) -> bool:
    """Whether two values are the same; colours are lists in files and tuples elsewhere."""
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return list(one) == list(other)
    return bool(one == other)
