"""MQTT alarm control panel: arming and disarming by commands, with a code that the hub or the device checks."""

from __future__ import annotations

import logging
from typing import Any, Final, Literal, get_args

from msgspec import field

from marge.entities.alarm_control_panel import AlarmControlPanelEntity, Features
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import PAYLOAD_NONE, MqttEntity, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.words import PublishTopic, SubscribeTopic, TemplateText, Word
from marge.util.schema import Flag

_LOGGER = logging.getLogger("marge.mqtt.entity")

STATES: Final = frozenset(
    {
        "armed_away",
        "armed_custom_bypass",
        "armed_home",
        "armed_night",
        "armed_vacation",
        "arming",
        "disarmed",
        "disarming",
        "pending",
        "triggered",
    }
)
REMOTE_CODE: Final = "REMOTE_CODE"
"""The `code` of a panel that checks numbers itself."""
REMOTE_CODE_TEXT: Final = "REMOTE_CODE_TEXT"
"""The `code` of a panel that checks texts itself."""

Feature = Literal["arm_away", "arm_custom_bypass", "arm_home", "arm_night", "arm_vacation", "trigger"]


class AlarmConfig(EntityConfig, frozen=True, kw_only=True):
    """`code` is checked here, unless it is one of the two words that leave it to the device."""

    supported_features: list[Feature] = field(default_factory=lambda: list(get_args(Feature)))
    code: Word | None = None
    code_arm_required: Flag = True
    code_disarm_required: Flag = True
    code_trigger_required: Flag = True
    command_template: TemplateText = "{{action}}"
    command_topic: PublishTopic
    payload_arm_away: Word = "ARM_AWAY"
    payload_arm_custom_bypass: Word = "ARM_CUSTOM_BYPASS"
    payload_arm_home: Word = "ARM_HOME"
    payload_arm_night: Word = "ARM_NIGHT"
    payload_arm_vacation: Word = "ARM_VACATION"
    payload_disarm: Word = "DISARM"
    payload_trigger: Word = "TRIGGER"
    retain: Flag = False
    state_topic: SubscribeTopic
    value_template: TemplateText | None = None


class MqttAlarm(MqttEntity, AlarmControlPanelEntity):
    """An alarm control panel behind MQTT; a wrong code is logged and nothing is sent."""

    default_name = "MQTT Alarm"
    reserved_attributes = frozenset({"changed_by", "code_arm_required", "code_format"})

    config: AlarmConfig
    code_arm_required: Any = from_config("code_arm_required")

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        self.supported_features = sum(Features[name.upper()].value for name in set(self.config.supported_features))
        code = self.config.code
        self.code_format = None if code is None else "number" if code == REMOTE_CODE or code.isdigit() else "text"

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received, self.config.value_template)

    def _state_received(self, value: str) -> None:
        if value == PAYLOAD_NONE:
            self.alarm_state = None
        elif value in STATES:
            self.alarm_state = value
        elif value.strip():
            _LOGGER.warning("%s: '%s' is no state of an alarm control panel", self.entity_id, value)

    async def do_alarm_disarm(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_disarm, code, self.config.code_disarm_required)

    async def do_alarm_arm_home(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_arm_home, code, self.config.code_arm_required)

    async def do_alarm_arm_away(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_arm_away, code, self.config.code_arm_required)

    async def do_alarm_arm_night(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_arm_night, code, self.config.code_arm_required)

    async def do_alarm_arm_vacation(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_arm_vacation, code, self.config.code_arm_required)

    async def do_alarm_arm_custom_bypass(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_arm_custom_bypass, code, self.config.code_arm_required)

    async def do_alarm_trigger(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity`."""
        self._command(self.config.payload_trigger, code, self.config.code_trigger_required)

    def _command(self, action: str, code: str | None, required: bool) -> None:
        config = self.config
        if required and not self._is_right(code):
            _LOGGER.warning("%s: wrong code, %s is not sent", self.entity_id, action)
            return
        self.send(
            config.command_topic,
            action,
            None if config.command_template == "{{action}}" else config.command_template,
            {"value": None, "action": action, "code": code},
        )

    def _is_right(self, code: str | None) -> bool:
        own = self.config.code
        return own is None or code == own or (own in (REMOTE_CODE, REMOTE_CODE_TEXT) and bool(code))


COMPONENT: Final = entity_component("alarm_control_panel", AlarmConfig, MqttAlarm)
