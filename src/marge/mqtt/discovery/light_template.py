"""MQTT light whose commands and states are made and read by templates."""

from __future__ import annotations

import logging
from typing import Any

from marge.entities.light import LightOn, TurnOff
from marge.entities.light_turn_on import EFFECT, FLASH, TRANSITION
from marge.mqtt.discovery.entity import PAYLOAD_NONE
from marge.mqtt.discovery.following import Reader, Topics, read_as
from marge.mqtt.discovery.light_common import LightConfig, MqttLight, plain_color_modes
from marge.mqtt.discovery.message import Message
from marge.mqtt.discovery.reading import NotTaken, whole
from marge.mqtt.discovery.words import TemplateText
from marge.util import color

_LOGGER = logging.getLogger("marge.mqtt.entity")

_READ = (
    "state_template",
    "brightness_template",
    "color_temp_template",
    "red_template",
    "green_template",
    "blue_template",
    "effect_template",
)


class TemplateLightConfig(LightConfig, frozen=True, kw_only=True):
    """A light has the properties that there are templates to read them with; `state_template` gives `on` or `off`."""

    blue_template: TemplateText | None = None
    brightness_template: TemplateText | None = None
    color_temp_template: TemplateText | None = None
    command_off_template: TemplateText
    command_on_template: TemplateText
    effect_template: TemplateText | None = None
    green_template: TemplateText | None = None
    red_template: TemplateText | None = None
    state_template: TemplateText | None = None

    @property
    def has_color(self) -> bool:
        """Whether red, green and blue are read."""
        return None not in (self.red_template, self.green_template, self.blue_template)

    @property
    def assumed(self) -> bool:
        """Whether a command counts as done when it is sent."""
        return self.optimistic or self.state_topic is None or self.state_template is None

    def color_modes(self) -> frozenset[str]:
        """See `LightConfig.color_modes`."""
        modes = {"onoff"}
        if self.brightness_template is not None:
            modes.add("brightness")
        if self.color_temp_template is not None:
            modes.add("color_temp")
        if self.has_color:
            modes.add("hs")
        return plain_color_modes(modes)


class MqttTemplateLight(MqttLight):
    """A light that speaks its own language."""

    default_name = "MQTT Template Light"

    config: TemplateLightConfig
    _readers: dict[str, Reader]

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        super().setup()
        self._choose_mode()
        self.supported_features = FLASH | TRANSITION | (EFFECT if self.config.effect_list is not None else 0)

    def _choose_mode(self) -> None:
        """The colour mode: a colour comes before a temperature."""
        modes = self.supported_color_modes
        if len(modes) == 1:
            self.color_mode = next(iter(modes))
        else:
            self.color_mode = "hs" if self.hs_color is not None else "color_temp"

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        self._readers = {}
        for name in _READ:
            if (read := self.reader(getattr(self.config, name))) is not None:
                self._readers[name.removesuffix("_template")] = read
        topics.on_message(self.config.state_topic, self._state_received)

    # What the device reports.

    def _state_received(self, message: Message) -> None:
        payload = message.decode(self.config.encoding)
        if payload is None:
            _LOGGER.warning("%s: a payload on %s is not decodable", self.entity_id, message.topic)
            return
        values = {}
        for name, read in self._readers.items():
            values[name] = str(read_as(self, read, payload))
        state = values.get("state")
        if state in ("on", "off"):
            self.is_on = state == "on"
        elif state == PAYLOAD_NONE:
            self.is_on = None
        elif state:
            _LOGGER.warning("%s: the state_template gives '%s', which is neither on nor off", self.entity_id, state)
        if (level := self._whole(values, "brightness")) is not None and level > 0:
            self.brightness = min(level, 255)
        if values.get("color_temp") == PAYLOAD_NONE:
            self.color_temp_kelvin = None
        elif (mireds := self._whole(values, "color_temp")) is not None and 0 < mireds <= 1_000_000:
            self.color_temp_kelvin = color.mired_to_kelvin(mireds)
        if self.config.has_color:
            self._color_received(values)
        self._effect_received(values.get("effect"))

    def _color_received(self, values: dict[str, str]) -> None:
        names = ("red", "green", "blue")
        if all(values[name] == PAYLOAD_NONE for name in names):
            self.hs_color = None
        else:
            channels = [self._whole(values, name) for name in names]
            red, green, blue = channels
            if red is None or green is None or blue is None:
                return
            try:
                self.set_color("hs", color.rgb_to_hs(red, green, blue))
            except (NotTaken, ArithmeticError):
                self.refuse(self.config.state_topic, (red, green, blue), "is no colour")
        self._choose_mode()

    def _effect_received(self, effect: str | None) -> None:
        if effect in (self.config.effect_list or ()):
            self.effect = effect
        elif effect:
            _LOGGER.warning("%s: '%s' is none of its effects", self.entity_id, effect)

    def _whole(self, values: dict[str, str], name: str) -> int | None:
        value = values.get(name)
        if not value:
            return None
        try:
            return whole(value)
        except NotTaken as error:
            self.refuse(self.config.state_topic, value, f"(by its {name}_template) {error}")
            return None

    # Commands.

    async def do_turn_on(self, params: LightOn) -> None:
        """See `LightEntity.do_turn_on`; the template's variables are those that were asked for."""
        values: dict[str, Any] = {"value": None, "state": True}
        if params.brightness is not None:
            values["brightness"] = params.brightness
        if params.color_temp_kelvin is not None:
            values["color_temp"] = color.kelvin_to_mired(params.color_temp_kelvin)
        if params.hs_color is not None:
            hue, saturation = params.hs_color
            # A light without a brightness of its own has it in its colour.
            level = 255
            if self.config.brightness_template is None:
                present = 255 if self.brightness is None else self.brightness
                level = present if params.brightness is None else params.brightness
            red, green, blue = color.hsv_to_rgb(hue, saturation, level / 255 * 100)
            values.update(red=red, green=green, blue=blue, hue=hue, sat=saturation)
        for name in ("effect", "flash", "transition"):
            if (value := getattr(params, name)) is not None:
                values[name] = value
        self.send(self.config.command_topic, "", self.config.command_on_template, values)
        if self.assumed_state:
            self._assume(params)
            self.write_state()

    def _assume(self, params: LightOn) -> None:
        self.is_on = True
        if params.brightness is not None:
            self.brightness = params.brightness
        if params.color_temp_kelvin is not None:
            self.color_temp_kelvin, self.hs_color = params.color_temp_kelvin, None
        if params.hs_color is not None:
            self.color_temp_kelvin, self.hs_color = None, params.hs_color
        if params.effect is not None:
            self.effect = params.effect
        self._choose_mode()

    async def do_turn_off(self, params: TurnOff) -> None:
        """See `LightEntity.do_turn_off`."""
        values: dict[str, Any] = {"value": None, "state": False}
        if params.transition is not None:
            values["transition"] = params.transition
        self.send(self.config.command_topic, "", self.config.command_off_template, values)
        self.assume_on(False)
