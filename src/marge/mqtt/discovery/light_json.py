"""MQTT light that speaks JSON."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal

from marge.entities.light import LightOn, TurnOff
from marge.entities.light_turn_on import EFFECT, FLASH, TRANSITION
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.light_common import (
    COLOR_MODES,
    LightConfig,
    MqttLight,
    check_color_modes,
    kelvin,
    plain_color_modes,
)
from marge.mqtt.discovery.ranges import from_brightness, to_brightness
from marge.mqtt.discovery.reading import NotTaken, number, whole
from marge.mqtt.discovery.words import Count, Scale
from marge.util import color, jsonx
from marge.util.schema import Flag, Invalid

_LOGGER = logging.getLogger("marge.mqtt.entity")

ColorMode = Literal["onoff", "brightness", "color_temp", "hs", "xy", "rgb", "rgbw", "rgbww", "white"]

# The names of a colour's parts in JSON, by colour mode.
_PARTS: Final = {
    "hs": ("h", "s"),
    "xy": ("x", "y"),
    "rgb": ("r", "g", "b"),
    "rgbw": ("r", "g", "b", "w"),
    "rgbww": ("r", "g", "b", "c", "w"),
}


class JsonLightConfig(LightConfig, frozen=True, kw_only=True):
    """The flags `color_temp`, `hs`, `rgb`, `xy` are the old way to say what `supported_color_modes` says."""

    brightness: Flag = False
    brightness_scale: Scale = 255
    color_mode: Flag | None = None
    color_temp: Flag = False
    effect: Flag = False
    flash_time_long: Count = 10
    flash_time_short: Count = 2
    hs: Flag = False
    rgb: Flag = False
    supported_color_modes: list[ColorMode] | None = None
    white_scale: Scale = 255
    xy: Flag = False

    def __post_init__(self) -> None:
        """Raises Invalid for colour modes that cannot be together."""
        modes = self.supported_color_modes
        if modes is None:
            if self.color_mode:
                raise Invalid("'color_mode' goes with 'supported_color_modes'", ("color_mode",))
            return
        if len(set(modes)) < len(modes):
            raise Invalid("a colour mode is listed twice", ("supported_color_modes",))
        if (problem := check_color_modes(set(modes))) is not None:
            raise Invalid(problem, ("supported_color_modes",))

    @property
    def is_old(self) -> bool:
        """Whether flags say what the light can do, and its states name no colour mode."""
        return self.supported_color_modes is None

    def color_modes(self) -> frozenset[str]:
        """See `LightConfig.color_modes`."""
        if self.supported_color_modes is not None:
            return frozenset(self.supported_color_modes)
        modes = {"onoff"}
        if self.brightness:
            modes.add("brightness")
        if self.color_temp:
            modes.add("color_temp")
        if self.hs or self.rgb or self.xy:
            modes.add("hs")
        return plain_color_modes(modes)


class MqttJsonLight(MqttLight):
    """A light whose commands and states are JSON."""

    default_name = "MQTT JSON Light"

    config: JsonLightConfig

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        super().setup()
        self.supported_features = TRANSITION | FLASH | (EFFECT if self.config.effect else 0)

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received)

    # What the device reports.

    def _state_received(self, value: str) -> None:
        data = jsonx.loads_object(value)
        if data is None:
            _LOGGER.warning("%s: the state is no JSON object: %.200s", self.entity_id, value)
            return
        if "state" not in data:
            _LOGGER.warning("%s: the JSON lacks a 'state': %.200s", self.entity_id, value)
            return
        if data["state"] == "ON":
            self.is_on = True
        elif data["state"] == "OFF":
            self.is_on = False
        elif data["state"] is None:
            self.is_on = None
        try:
            if self.config.is_old:
                self._old_color_received(data)
            elif "color_mode" in data:
                self._color_received(data["color_mode"], data)
        except NotTaken as error:
            self.refuse(self.config.state_topic, value, f"has a colour that {error}")
        except (KeyError, TypeError, ArithmeticError):
            self.refuse(self.config.state_topic, value, "has no complete colour")
        if self.supports_brightness and data.get("brightness"):
            try:
                self.brightness = to_brightness(self.config.brightness_scale, _level(data["brightness"]))
            except NotTaken as error:
                self.refuse(self.config.state_topic, value, f"has a brightness that {error}")
        if self.supported_features & EFFECT and "effect" in data:
            effect = data["effect"]
            self.effect = None if effect is None else str(effect)

    def _color_received(self, mode: Any, data: dict[str, Any]) -> None:
        if not isinstance(mode, str) or mode not in self.supported_color_modes:
            _LOGGER.warning("%s: '%s' is none of its colour modes", self.entity_id, mode)
            return
        if mode == "color_temp":
            self.color_temp_kelvin = kelvin(data["color_temp"])
        elif mode in _PARTS:
            read = number if mode in ("hs", "xy") else whole
            self.set_color(mode, tuple([read(data["color"][part]) for part in _PARTS[mode]]))
        elif mode != "white":
            return
        self.color_mode = mode

    def _old_color_received(self, data: dict[str, Any]) -> None:
        modes = self.supported_color_modes
        if "hs" in modes and "color" in data:
            parts = data["color"]
            if parts is None:
                self.hs_color = None
            elif "x" in parts:
                self.set_color("hs", color.xy_to_hs(number(parts["x"]), number(parts["y"])))
            elif "h" in parts:
                self.set_color("hs", (number(parts["h"]), number(parts["s"])))
            else:
                self.set_color("hs", color.rgb_to_hs(whole(parts["r"]), whole(parts["g"]), whole(parts["b"])))
        if "color_temp" in modes and "color_temp" in data:
            mireds = data["color_temp"]
            self.color_temp_kelvin = None if mireds is None else kelvin(mireds)
        self._choose_old_mode()

    def _choose_old_mode(self) -> None:
        """The colour mode of a light that names none: a colour comes before a temperature."""
        if len(self.supported_color_modes) > 1:
            self.color_mode = "hs" if self.hs_color is not None else "color_temp"

    # Commands.

    async def do_turn_on(self, params: LightOn) -> None:
        """See `LightEntity.do_turn_on`."""
        config, modes = self.config, self.supported_color_modes
        message: dict[str, Any] = {"state": "ON"}
        brightness = params.brightness
        for mode in COLOR_MODES & modes:
            value = getattr(params, f"{mode}_color")
            if value is None:
                continue
            if config.is_old:
                message["color"] = self._old_color(value, brightness)
            elif mode in ("hs", "xy"):
                message["color"] = dict(zip(_PARTS[mode], value, strict=True))
            else:
                # Without a brightness of its own the light has it in its channels.
                level = 255 if config.brightness else (255 if brightness is None else brightness)
                if not config.brightness:
                    brightness = None
                value = tuple(round(channel / 255 * level) for channel in value)
                message["color"] = dict(zip(_PARTS[mode], value, strict=True))
            if self.assumed_state:
                self.set_color(mode, value)
                self.color_mode = mode
        self._add_timing(message, params.transition, params.flash)
        if brightness is not None and self.supports_brightness:
            message["brightness"] = from_brightness(config.brightness_scale, brightness)
            if self.assumed_state:
                self.brightness = brightness
        if params.color_temp_kelvin is not None:
            message["color_temp"] = color.kelvin_to_mired(params.color_temp_kelvin)
            if self.assumed_state:
                self.color_temp_kelvin = params.color_temp_kelvin
                self.hs_color = None
                self.color_mode = "color_temp"
        if params.effect is not None:
            message["effect"] = params.effect
            if self.assumed_state:
                self.effect = params.effect
        if params.white is not None and "white" in modes:
            scale = config.white_scale
            message["white"] = max(1, min(round(params.white / 255 * scale), scale))
            if self.assumed_state:
                self.color_mode = "white"
                self.brightness = params.white
        self.send(config.command_topic, jsonx.dumps(message).decode())
        self.assume_on(True)

    def _old_color(self, hs: tuple[float, float], brightness: int | None) -> dict[str, Any]:
        """A colour in all the forms that the flags ask for."""
        config = self.config
        message: dict[str, Any] = {}
        if config.rgb:
            level = 255 if config.brightness or brightness is None else brightness
            message.update(zip("rgb", color.hsv_to_rgb(*hs, level / 255 * 100), strict=True))
        if config.xy:
            message["x"], message["y"] = color.hs_to_xy(*hs)
        if config.hs:
            message["h"], message["s"] = hs
        return message

    async def do_turn_off(self, params: TurnOff) -> None:
        """See `LightEntity.do_turn_off`."""
        message: dict[str, Any] = {"state": "OFF"}
        self._add_timing(message, params.transition, params.flash)
        self.send(self.config.command_topic, jsonx.dumps(message).decode())
        self.assume_on(False)

    def _add_timing(self, message: dict[str, Any], transition: float | None, flash: str | None) -> None:
        if transition is not None:
            message["transition"] = transition
        if flash is not None:
            message["flash"] = self.config.flash_time_long if flash == "long" else self.config.flash_time_short


def _level(value: Any) -> float:
    if not isinstance(value, (int, float)):
        raise NotTaken("is no number")
    return number(value)
