"""The keys of a light with a topic for each property."""

from __future__ import annotations

from typing import Literal

from marge.mqtt.discovery.light_common import COLOR_MODES, LightConfig, check_color_modes
from marge.mqtt.discovery.words import PublishTopic, Scale, SubscribeTopic, TemplateText, Word
from marge.util.schema import Invalid


class BasicLightConfig(LightConfig, frozen=True, kw_only=True):
    """A light has the colour modes that there are command topics for."""

    brightness_command_template: TemplateText | None = None
    brightness_command_topic: PublishTopic | None = None
    brightness_scale: Scale = 255
    brightness_state_topic: SubscribeTopic | None = None
    brightness_value_template: TemplateText | None = None
    color_mode_state_topic: SubscribeTopic | None = None
    color_mode_value_template: TemplateText | None = None
    color_temp_command_template: TemplateText | None = None
    color_temp_command_topic: PublishTopic | None = None
    color_temp_state_topic: SubscribeTopic | None = None
    color_temp_value_template: TemplateText | None = None
    effect_command_template: TemplateText | None = None
    effect_command_topic: PublishTopic | None = None
    effect_state_topic: SubscribeTopic | None = None
    effect_value_template: TemplateText | None = None
    hs_command_template: TemplateText | None = None
    hs_command_topic: PublishTopic | None = None
    hs_state_topic: SubscribeTopic | None = None
    hs_value_template: TemplateText | None = None
    on_command_type: Literal["first", "last", "brightness"] = "last"
    payload_off: Word = "OFF"
    payload_on: Word = "ON"
    rgb_command_template: TemplateText | None = None
    rgb_command_topic: PublishTopic | None = None
    rgb_state_topic: SubscribeTopic | None = None
    rgb_value_template: TemplateText | None = None
    rgbw_command_template: TemplateText | None = None
    rgbw_command_topic: PublishTopic | None = None
    rgbw_state_topic: SubscribeTopic | None = None
    rgbw_value_template: TemplateText | None = None
    rgbww_command_template: TemplateText | None = None
    rgbww_command_topic: PublishTopic | None = None
    rgbww_state_topic: SubscribeTopic | None = None
    rgbww_value_template: TemplateText | None = None
    state_value_template: TemplateText | None = None
    white_command_topic: PublishTopic | None = None
    white_scale: Scale = 255
    xy_command_template: TemplateText | None = None
    xy_command_topic: PublishTopic | None = None
    xy_state_topic: SubscribeTopic | None = None
    xy_value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for colour modes that cannot be together."""
        if (problem := check_color_modes(self.color_modes())) is not None:
            raise Invalid(problem, ("white_command_topic",))

    def color_modes(self) -> frozenset[str]:
        """The colour modes that the command topics bring."""
        modes = {mode for mode in ("color_temp", "white", *COLOR_MODES) if self._commands(mode)}
        if not modes:
            modes = {"brightness" if self.brightness_command_topic is not None else "onoff"}
        return frozenset(modes)

    def _commands(self, mode: str) -> bool:
        return getattr(self, f"{mode}_command_topic") is not None
