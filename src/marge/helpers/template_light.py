"""Template lights."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from marge.core.errors import TemplateError
from marge.entities.light import DEFAULT_MAX_KELVIN, DEFAULT_MIN_KELVIN, Features, LightEntity, LightOn, TurnOff
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import LightItem
from marge.util.color import kelvin_to_mired, mired_to_kelvin

_LOGGER = logging.getLogger("marge.helpers")

_NOTHING: Final = (None, "None", "")


class _Color(NamedTuple):
    """A way to say a colour: its colour mode, the attribute, the highest of each number, variables for the numbers."""

    mode: str
    attribute: str
    highest: tuple[int, ...]
    names: tuple[str, ...]


_COLORS: Final[Mapping[str, _Color]] = {
    "hs": _Color("hs", "hs_color", (360, 100), ("h", "s")),
    "rgbww": _Color("rgbww", "rgbww_color", (255,) * 5, ("r", "g", "b", "cw", "ww")),
    "rgbw": _Color("rgbw", "rgbw_color", (255,) * 4, ("r", "g", "b", "w")),
    "rgb": _Color("rgb", "rgb_color", (255,) * 3, ("r", "g", "b")),
}
"""In the order in which they are looked for."""

_ATTRIBUTES: Final = {"temperature": "color_temp_kelvin"} | {field: color.attribute for field, color in _COLORS.items()}


class TemplateLight(TemplateEntity, LightEntity):
    """A light; it can show what it has actions for."""

    item: LightItem

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        self.is_on = False
        super().prepare(house, item)
        modes = {"onoff"}
        for field, mode in (("level", "brightness"), ("temperature", "color_temp"), *((key, key) for key in _COLORS)):
            if self.can(f"set_{field}"):
                modes.add(mode)
        for plain in ("onoff", "brightness"):
            if len(modes) > 1:
                modes.discard(plain)
        self.supported_color_modes = frozenset(modes)
        self.color_mode = "unknown" if len(modes) > 1 else next(iter(modes))
        self.supported_features = Features.EFFECT.value if self.can("set_effect") else 0

    # ── from the templates ──

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`; a state that fails counts as off."""
        value = None if isinstance(result, TemplateError) or result in _NOTHING else result
        if field == "state":
            self.take_state(False if isinstance(result, TemplateError) else result)
        elif field == "level":
            self.brightness = _whole(self.number("The level", value, 0, 255))
        elif field == "temperature":
            self._take_temperature(value)
        elif field == "max_mireds":
            mireds = self.number("'max_mireds'", value, 1, 1e6)
            self.min_color_temp_kelvin = DEFAULT_MIN_KELVIN if mireds is None else mired_to_kelvin(mireds)
        elif field == "min_mireds":
            mireds = self.number("'min_mireds'", value, 1, 1e6)
            self.max_color_temp_kelvin = DEFAULT_MAX_KELVIN if mireds is None else mired_to_kelvin(mireds)
        elif field in _COLORS:
            self._take_color(field, value)
        elif field == "effect_list":
            self.effect_list = [str(each) for each in value] if isinstance(value, list) and value else None
        elif field == "effect":
            self.effect = self.one_of("The effect", value, self.effect_list or ())
        elif field == "supports_transition":
            bit = Features.TRANSITION.value
            self.supported_features = self.supported_features | bit if value else self.supported_features & ~bit
            self.description_changed()
        else:
            super().take(field, result)

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        found = self.one_of("The state", str(result).lower(), ("true", "false", "on", "off"))
        self.is_on = None if found is None else found in ("true", "on")

    def _take_temperature(self, value: Any) -> None:
        if value is None:
            self.color_temp_kelvin = None
            return
        low, high = kelvin_to_mired(self.max_color_temp_kelvin), kelvin_to_mired(self.min_color_temp_kelvin)
        mireds = self.number("The temperature", value, low, high)
        self.color_temp_kelvin = None if mireds is None else mired_to_kelvin(int(mireds))
        self.color_mode = "color_temp"

    def _take_color(self, field: str, value: Any) -> None:
        color = _COLORS[field]
        if value is None:
            setattr(self, color.attribute, None)
            return
        parts = value.strip("()[] ").split(",") if isinstance(value, str) else value
        found: list[float | None] = []
        if isinstance(parts, (list, tuple)) and len(parts) == len(color.highest):
            found = [
                self.number(f"A part of '{field}'", part, 0, highest)
                for part, highest in zip(parts, color.highest, strict=True)
            ]
        else:
            _LOGGER.warning(
                "'%s' of %s is %.100r: %d numbers are needed", field, self.entity_id, value, len(color.names)
            )
        numbers = [number if field == "hs" else int(number) for number in found if number is not None]
        setattr(self, color.attribute, tuple(numbers) if len(numbers) == len(color.highest) else None)
        self.color_mode = color.mode

    # ── to the actions ──

    async def do_turn_on(self, params: LightOn) -> None:
        """Take the actions of what was asked for, the first of temperature, effect, colour, level; else `turn_on`."""
        assumed = self._assume(params)
        variables: dict[str, Any] = {}
        if params.brightness is not None:
            variables["brightness"] = params.brightness
        if params.transition is not None:
            variables["transition"] = params.transition
        field, more = self._asked(params)
        await self.act(field, **variables, **more)
        if assumed:
            self.write_state()

    async def do_turn_off(self, params: TurnOff) -> None:
        """Take the actions of `turn_off`."""
        await self.act("turn_off", **({} if params.transition is None else {"transition": params.transition}))
        if not self.has_state:
            self.is_on = False
            self.write_state()

    def _asked(self, params: LightOn) -> tuple[str, dict[str, Any]]:
        """The field whose actions are to be taken, and the variables that are its own."""
        if params.color_temp_kelvin is not None and self.can("set_temperature"):
            return "set_temperature", {"color_temp": kelvin_to_mired(params.color_temp_kelvin)}
        if params.effect is not None and self.can("set_effect"):
            self.one_of("The asked-for effect", params.effect, self.effect_list or ())
            return "set_effect", {"effect": params.effect}
        for field, color in _COLORS.items():
            if (value := getattr(params, color.attribute)) is not None and self.can(f"set_{field}"):
                more = {field: value, **{name: int(part) for name, part in zip(color.names, value, strict=True)}}
                return f"set_{field}", more if field == "hs" else {"rgb": tuple(value[:3]), **more}
        if params.brightness is not None and self.can("set_level"):
            return "set_level", {}
        return "turn_on", {}

    def _assume(self, params: LightOn) -> bool:
        """Be what was asked for where no template tells; whether anything was."""
        assumed = not self.has_state
        if assumed:
            self.is_on = True
        if self.item.level is UNSET and params.brightness is not None:
            self.brightness = params.brightness
            assumed = True
        for field, attribute in _ATTRIBUTES.items():
            value = getattr(params, attribute)
            if value is None or getattr(self.item, field) is not UNSET:
                continue
            for other, its in _ATTRIBUTES.items():
                if getattr(self.item, other) is UNSET:
                    setattr(self, its, None)
            setattr(self, attribute, value)
            self.color_mode = "color_temp" if field == "temperature" else field
            assumed = True
        return assumed


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)
