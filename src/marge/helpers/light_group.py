"""A group of lights: it can do what one of them can, and shows the mean of those that are on."""

from __future__ import annotations

from collections import Counter
from typing import Any, Final

import msgspec

from marge.core.state import State
from marge.entities.light import Features, LightEntity, LightOn, TurnOff
from marge.helpers.member_group import (
    MemberGroup,
    SwitchedItem,
    mean_columns,
    mean_int,
    most_common,
    on_state,
    reduced,
    values,
)

_FEATURES: Final = (Features.EFFECT | Features.FLASH | Features.TRANSITION).value
_COLORS: Final = ("hs_color", "rgb_color", "rgbw_color", "rgbww_color", "xy_color")


class LightGroup(MemberGroup, LightEntity):
    """Lights as one."""

    ITEM = SwitchedItem
    NAME = "Light Group"
    icon = "mdi:lightbulb-group"

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        lit = [state for state in states if state.state == "on"]
        self.is_on = on_state(self.item, states)
        self.brightness = reduced(lit, "brightness", mean_int)
        for color in _COLORS:
            setattr(self, color, reduced(lit, color, mean_columns))
        self.color_temp_kelvin = reduced(lit, "color_temp_kelvin", mean_int)
        self.min_color_temp_kelvin = reduced(states, "min_color_temp_kelvin", min, 2000)
        self.max_color_temp_kelvin = reduced(states, "max_color_temp_kelvin", max, 6500)
        effects = sorted({effect for found in values(states, "effect_list") for effect in found})
        if "None" in effects:
            effects.remove("None")
            effects.insert(0, "None")
        self.effect_list = effects or None
        self.effect = most_common(values(lit, "effect"))
        modes = {mode for found in values(states, "supported_color_modes") for mode in found} or {"onoff"}
        for plain in ("onoff", "brightness"):
            if len(modes) > 1:
                modes.discard(plain)
        if modes != self.supported_color_modes:
            self.supported_color_modes = frozenset(modes)
        self.color_mode = _mode(values(lit, "color_mode"), modes)
        features = 0
        for found in values(states, "supported_features"):
            features |= int(found)
        if features & _FEATURES != self.supported_features:
            self.supported_features = features & _FEATURES
            self.description_changed()

    async def do_turn_on(self, params: LightOn) -> None:
        """Switch all on, each with what it can do of it."""
        data = {key: value for key, value in msgspec.structs.asdict(params).items() if value is not None}
        await self.forward("turn_on", **data)

    async def do_turn_off(self, params: TurnOff) -> None:
        """Switch all off."""
        data: dict[str, Any] = {} if params.transition is None else {"transition": params.transition}
        await self.forward("turn_off", **data)


def _mode(found: list[Any], modes: set[str]) -> str:
    """The colour mode that most lights are in; one that shows more counts before one that shows less."""
    counts = Counter(found)
    for plain, rank in (("onoff", -1), ("brightness", 0)):
        if plain in counts:
            if plain in modes:
                counts[plain] = rank
            else:
                del counts[plain]
    if counts:
        return str(counts.most_common(1)[0][0])
    return min(modes) if found else "unknown"
