"""The keys of a climate entity."""

from __future__ import annotations

from msgspec import field

from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.temperatures import Precision, TemperatureUnit
from marge.mqtt.discovery.words import NotNegative, Number, PublishTopic, SubscribeTopic, TemplateText, Word
from marge.util.schema import Flag, Invalid, Strings


class ClimateConfig(EntityConfig, frozen=True, kw_only=True):
    """`value_template` stands in for every state template that is not given."""

    action_template: TemplateText | None = None
    action_topic: SubscribeTopic | None = None
    current_humidity_template: TemplateText | None = None
    current_humidity_topic: SubscribeTopic | None = None
    current_temperature_template: TemplateText | None = None
    current_temperature_topic: SubscribeTopic | None = None
    fan_mode_command_template: TemplateText | None = None
    fan_mode_command_topic: PublishTopic | None = None
    fan_mode_state_template: TemplateText | None = None
    fan_mode_state_topic: SubscribeTopic | None = None
    fan_modes: Strings = field(default_factory=lambda: ["auto", "low", "medium", "high"])
    initial: Number | None = None
    max_humidity: NotNegative = 99.0
    max_temp: Number | None = None
    min_humidity: NotNegative = 30.0
    min_temp: Number | None = None
    mode_command_template: TemplateText | None = None
    mode_command_topic: PublishTopic | None = None
    mode_state_template: TemplateText | None = None
    mode_state_topic: SubscribeTopic | None = None
    modes: Strings = field(default_factory=lambda: ["auto", "off", "cool", "heat", "dry", "fan_only"])
    optimistic: Flag = False
    payload_off: Word = "OFF"
    payload_on: Word = "ON"
    power_command_template: TemplateText | None = None
    power_command_topic: PublishTopic | None = None
    precision: Precision | None = None
    preset_mode_command_template: TemplateText | None = None
    preset_mode_command_topic: PublishTopic | None = None
    preset_mode_state_topic: SubscribeTopic | None = None
    preset_mode_value_template: TemplateText | None = None
    preset_modes: Strings | None = None
    retain: Flag = False
    swing_mode_command_template: TemplateText | None = None
    swing_mode_command_topic: PublishTopic | None = None
    swing_mode_state_template: TemplateText | None = None
    swing_mode_state_topic: SubscribeTopic | None = None
    swing_modes: Strings = field(default_factory=lambda: ["on", "off"])
    target_humidity_command_template: TemplateText | None = None
    target_humidity_command_topic: PublishTopic | None = None
    target_humidity_state_template: TemplateText | None = None
    target_humidity_state_topic: SubscribeTopic | None = None
    temp_step: Number = 1.0
    temperature_command_template: TemplateText | None = None
    temperature_command_topic: PublishTopic | None = None
    temperature_high_command_template: TemplateText | None = None
    temperature_high_command_topic: PublishTopic | None = None
    temperature_high_state_template: TemplateText | None = None
    temperature_high_state_topic: SubscribeTopic | None = None
    temperature_low_command_template: TemplateText | None = None
    temperature_low_command_topic: PublishTopic | None = None
    temperature_low_state_template: TemplateText | None = None
    temperature_low_state_topic: SubscribeTopic | None = None
    temperature_state_template: TemplateText | None = None
    temperature_state_topic: SubscribeTopic | None = None
    temperature_unit: TemperatureUnit | None = None
    value_template: TemplateText | None = None

    def __post_init__(self) -> None:
        """Raises Invalid for keys that do not go together."""
        if (self.preset_mode_command_topic is None) != (self.preset_modes is None):
            raise Invalid("'preset_mode_command_topic' and 'preset_modes' go together", ("preset_modes",))
        if "none" in (self.preset_modes or ()):
            raise Invalid("the preset 'none' is always there and not to be listed", ("preset_modes",))
        if self.min_humidity >= self.max_humidity:
            raise Invalid("'max_humidity' must be above 'min_humidity'", ("max_humidity",))
        if self.max_humidity > 100:
            raise Invalid(f"value must be at most 100, got {self.max_humidity}", ("max_humidity",))
        if self.target_humidity_state_topic is not None and self.target_humidity_command_topic is None:
            raise Invalid(
                "'target_humidity_state_topic' goes with 'target_humidity_command_topic' only",
                ("target_humidity_state_topic",),
            )
