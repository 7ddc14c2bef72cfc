"""MQTT light with a topic for each property."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from marge.entities.light import LightOn, TurnOff
from marge.entities.light_turn_on import EFFECT
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.light_basic_config import BasicLightConfig
from marge.mqtt.discovery.light_common import MqttLight, kelvin
from marge.mqtt.discovery.reading import NotTaken, number, whole
from marge.util import color

__all__ = ["BasicLightConfig", "MqttBasicLight"]

_LOGGER = logging.getLogger("marge.mqtt.entity")

_KNOWN_MODES: Final = frozenset(
    {"brightness", "color_temp", "hs", "onoff", "rgb", "rgbw", "rgbww", "unknown", "white", "xy"}
)

# A colour mode, its channels as templates name them.
_CHANNELS: Final[Mapping[str, tuple[str, ...]]] = {
    "rgb": ("red", "green", "blue"),
    "rgbw": ("red", "green", "blue", "white"),
    "rgbww": ("red", "green", "blue", "cold_white", "warm_white"),
}


class MqttBasicLight(MqttLight):
    """A light whose properties have topics of their own; one without a state topic is what it was last told to be."""

    default_name = "MQTT LightEntity"

    config: BasicLightConfig

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        super().setup()
        self.supported_features = EFFECT if self.config.effect_command_topic is not None else 0

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        config = self.config
        topics.on(config.state_topic, self._state_received, config.state_value_template)
        topics.on(config.brightness_state_topic, self._brightness_received, config.brightness_value_template)
        for mode in _CHANNELS:
            topic, template = getattr(config, f"{mode}_state_topic"), getattr(config, f"{mode}_value_template")
            topics.on(topic, partial(self._channels_received, mode), template)
        topics.on(config.color_mode_state_topic, self._color_mode_received, config.color_mode_value_template)
        topics.on(config.color_temp_state_topic, self._color_temp_received, config.color_temp_value_template)
        topics.on(config.effect_state_topic, self._effect_received, config.effect_value_template)
        topics.on(config.hs_state_topic, partial(self._pair_received, "hs"), config.hs_value_template)
        topics.on(config.xy_state_topic, partial(self._pair_received, "xy"), config.xy_value_template)

    def _assumes(self, name: str) -> bool:
        """Whether a property counts as set when its command is sent."""
        config = self.config
        if config.optimistic:
            return True
        if name == "brightness":
            if config.brightness_command_topic is None:
                return config.rgb_state_topic is None
            return config.brightness_state_topic is None
        return getattr(config, f"{name}_state_topic") is None

    # What the device reports.

    def _state_received(self, value: str) -> None:
        self.take_state(value, self.config.payload_on, self.config.payload_off)

    def _brightness_received(self, value: str) -> None:
        if not value:
            return
        level = number(value, "brightness")
        if level:
            self.brightness = min(round(level / self.config.brightness_scale * 255), 255)

    def _channels_received(self, mode: str, value: str) -> None:
        if not value:
            return
        channels = _numbers(mode, value, whole, len(_CHANNELS[mode]))
        if self.config.brightness_state_topic is None:
            # The channels carry the brightness too: it is taken out of them.
            brightest = max(self._visible(mode, channels))
            if brightest > 0:
                scaled = tuple([min(round(channel / brightest * 255), 255) for channel in channels])
                self.set_color(mode, scaled)
                self.brightness = brightest
        else:
            self.set_color(mode, channels)
        if self._assumes("color_mode"):
            self.color_mode = mode

    def _visible(self, mode: str, channels: tuple[int, ...]) -> tuple[int, ...]:
        """The red, green and blue that one sees."""
        if mode == "rgbw":
            red, green, blue, white = channels
            return color.rgbw_to_rgb(red, green, blue, white)
        if mode == "rgbww":
            red, green, blue, cold, warm = channels
            kelvins = self.min_color_temp_kelvin, self.max_color_temp_kelvin
            return color.rgbww_to_rgb((red, green, blue, cold, warm), *kelvins)
        return channels

    def _pair_received(self, mode: str, value: str) -> None:
        if not value:
            return
        self.set_color(mode, _numbers(mode, value, number, 2))
        if self._assumes("color_mode"):
            self.color_mode = mode

    def _color_mode_received(self, value: str) -> None:
        if value in _KNOWN_MODES:
            self.color_mode = value
        elif value:
            _LOGGER.warning("%s: '%s' is no colour mode", self.entity_id, value)

    def _color_temp_received(self, value: str) -> None:
        if not value:
            return
        self.color_temp_kelvin = kelvin(value)
        if self._assumes("color_mode"):
            self.color_mode = "color_temp"

    def _effect_received(self, value: str) -> None:
        if value:
            self.effect = value

    # Commands.

    async def do_turn_on(self, params: LightOn) -> None:
        """See `LightEntity.do_turn_on`; `on_command_type` says when the plain command is sent."""
        config = self.config
        order = config.on_command_type
        if order == "first":
            self.send(config.command_topic, config.payload_on)
        elif order == "brightness" and params.brightness is None and params.white is None:
            params.brightness = self.brightness or 255
        self._send_color(params)
        if params.brightness is not None:
            self._send_brightness(params.brightness, params)
        if params.color_temp_kelvin is not None and config.color_temp_command_topic is not None:
            mireds = color.kelvin_to_mired(params.color_temp_kelvin)
            self.send(config.color_temp_command_topic, mireds, config.color_temp_command_template)
            self._assume("color_temp", "color_temp_kelvin", params.color_temp_kelvin, "color_temp")
        if params.effect is not None and params.effect in (config.effect_list or ()):
            self.send(config.effect_command_topic, params.effect, config.effect_command_template)
            self._assume("effect", "effect", params.effect)
        if params.white is not None and config.white_command_topic is not None:
            white = min(round(params.white / 255 * config.white_scale), config.white_scale)
            self.send(config.white_command_topic, white)
            self._assume("brightness", "brightness", params.white, "white")
        if order == "last":
            self.send(config.command_topic, config.payload_on)
        if self.assumed_state:
            self.is_on = True
        self.write_state()

    def _send_color(self, params: LightOn) -> None:
        config = self.config
        if params.hs_color is not None and config.hs_command_topic is not None:
            hue, saturation = params.hs_color
            variables: dict[str, Any] = {"hue": hue, "sat": saturation}
            self.send(config.hs_command_topic, f"{hue},{saturation}", config.hs_command_template, variables)
            self._assume("hs", "hs_color", params.hs_color, "hs")
        for mode in _CHANNELS:
            channels: tuple[int, ...] | None = getattr(params, f"{mode}_color")
            if channels is not None and getattr(config, f"{mode}_command_topic") is not None:
                level = params.brightness or self.brightness or 255
                self._send_channels(mode, channels, 255 if config.brightness_command_topic is not None else level)
                self._assume(mode, f"{mode}_color", channels, mode)
        if params.xy_color is not None and config.xy_command_topic is not None:
            x, y = params.xy_color
            self.send(config.xy_command_topic, f"{x},{y}", config.xy_command_template, {"x": x, "y": y})
            self._assume("xy", "xy_color", params.xy_color, "xy")

    def _send_channels(self, mode: str, channels: tuple[int, ...], level: int) -> None:
        scaled = [int(channel * level / 255) for channel in channels]
        variables = dict(zip(_CHANNELS[mode], scaled, strict=True))
        topic, template = f"{mode}_command_topic", f"{mode}_command_template"
        self.send(getattr(self.config, topic), ",".join(map(str, scaled)), getattr(self.config, template), variables)

    def _send_brightness(self, brightness: int, params: LightOn) -> None:
        """By its own topic, or by the channels of the present colour."""
        config = self.config
        if config.brightness_command_topic is not None:
            scale = config.brightness_scale
            level = max(1, min(round(brightness / 255 * scale), scale))
            self.send(config.brightness_command_topic, level, config.brightness_command_template)
            self._assume("brightness", "brightness", brightness)
            return
        for mode, names in _CHANNELS.items():
            if getattr(params, f"{mode}_color") is None and getattr(config, f"{mode}_command_topic") is not None:
                channels = getattr(self, f"{mode}_color") or (255,) * len(names)
                self._send_channels(mode, channels, brightness)
                self._assume("brightness", "brightness", brightness)
                return

    def _assume(self, name: str, attribute: str, value: Any, mode: str | None = None) -> None:
        if self._assumes(name):
            setattr(self, attribute, value)
            if mode is not None and self._assumes("color_mode"):
                self.color_mode = mode

    async def do_turn_off(self, params: TurnOff) -> None:
        """See `LightEntity.do_turn_off`."""
        self.send(self.config.command_topic, self.config.payload_off)
        self.assume_on(False)


def _numbers(mode: str, value: str, read: Callable[[str], Any], count: int) -> tuple[Any, ...]:
    try:
        numbers = tuple([read(part) for part in value.split(",")])
    except NotTaken:
        numbers = ()
    if len(numbers) != count:
        raise NotTaken(f"is not the {count} numbers of {mode}")
    return numbers
