"""MQTT siren: noise by command, with tone, volume and duration as JSON."""

from __future__ import annotations

import logging
from typing import Any, Final

from msgspec import structs

from marge.core.errors import ServiceValidationError
from marge.entities.siren import Features, SirenEntity, TurnOn
from marge.mqtt.discovery.component import entity_component
from marge.mqtt.discovery.entity import PAYLOAD_NONE, from_config
from marge.mqtt.discovery.following import Topics
from marge.mqtt.discovery.kept import Kept
from marge.mqtt.discovery.on_off import MqttOnOff, OnOffConfig
from marge.mqtt.discovery.words import TemplateText, Word
from marge.util import jsonx
from marge.util.schema import AnyList, Flag, Invalid, convert

_LOGGER = logging.getLogger("marge.mqtt.entity")

_FEATURE_OF: Final = {
    "duration": Features.DURATION.value,
    "tone": Features.TONES.value,
    "volume_level": Features.VOLUME_SET.value,
}


class SirenConfig(OnOffConfig, frozen=True, kw_only=True):
    """`command_off_template` defaults to `command_template`; without any, commands are JSON."""

    available_tones: AnyList | None = None
    command_off_template: TemplateText | None = None
    state_off: Word | None = None
    state_on: Word | None = None
    state_value_template: TemplateText | None = None
    support_duration: Flag = True
    support_volume_set: Flag = True


class MqttSiren(MqttOnOff, SirenEntity):
    """A siren behind MQTT."""

    default_name = "MQTT Siren"
    reserved_attributes = frozenset({"available_tones", "duration", "tone", "volume_level"})

    kept = (*MqttOnOff.kept, *[Kept(name, name) for name in _FEATURE_OF])

    config: SirenConfig
    available_tones: Any = from_config("available_tones")
    duration: int | None = None
    tone: int | str | None = None
    volume_level: float | None = None

    def setup(self) -> None:
        """See `MqttEntity.setup`."""
        config = self.config
        self.assumed_state = config.assumed
        if self.assumed_state and self.is_on is None:
            self.is_on = False
        features = Features.TURN_ON | Features.TURN_OFF
        if config.support_duration:
            features |= Features.DURATION
        if config.available_tones:
            features |= Features.TONES
        if config.support_volume_set:
            features |= Features.VOLUME_SET
        self.supported_features = features.value

    def listen(self, topics: Topics) -> None:
        """See `MqttEntity.listen`."""
        topics.on(self.config.state_topic, self._state_received, self.config.state_value_template)

    def attributes(self) -> dict[str, Any]:
        """How it last sounded, as far as it supports that."""
        features = self.supported_features
        return {name: getattr(self, name) for name, feature in _FEATURE_OF.items() if features & feature}

    def _state_received(self, value: str) -> None:
        config = self.config
        if not value or value == "{}":
            return
        on, off = config.state_on or config.payload_on, config.state_off or config.payload_off
        data = {"state": value} if value in (on, off, PAYLOAD_NONE) else jsonx.loads_object(value)
        if data is None:
            _LOGGER.warning("%s: '%.200s' is neither one of its states nor a JSON object", self.entity_id, value)
            return
        if "state" in data:
            state = data.pop("state")
            if state == on:
                self.is_on = True
            if state == off:
                self.is_on = False
            if state == PAYLOAD_NONE:
                self.is_on = None
        if data:
            self._levels_received(data)

    def _levels_received(self, data: dict[str, Any]) -> None:
        try:
            params = convert(data, TurnOn)
            tone = params.tone
            if tone is not None and self.config.available_tones:
                tone = self._resolve_tone(tone)
        except (Invalid, ServiceValidationError) as error:
            self.refuse(self.config.state_topic, data, f"has levels that do not fit ({error})")
            return
        self._take({**structs.asdict(params), "tone": tone})

    def _take(self, levels: dict[str, Any]) -> None:
        for name, value in levels.items():
            if value is not None:
                setattr(self, name, value)

    async def do_turn_on(self, params: TurnOn) -> None:
        """See `SirenEntity.do_turn_on`."""
        config = self.config
        levels = {name: value for name, value in structs.asdict(params).items() if value is not None}
        self._command(config.payload_on, config.command_template, levels)
        if self.assumed_state:
            self.is_on = True
            self._take(levels)
            self.write_state()

    async def do_turn_off(self) -> None:
        """See `SirenEntity.do_turn_off`."""
        config = self.config
        self._command(config.payload_off, config.command_off_template or config.command_template, {})
        self.assume_on(False)

    def _command(self, payload: str, template: str | None, levels: dict[str, Any]) -> None:
        variables = {"state": payload, **levels}
        text = jsonx.dumps(variables) if template is None else self.render_command(template, payload, variables)
        if text and text != PAYLOAD_NONE:
            self.send(self.config.command_topic, text.decode() if template is None else text)  # type: ignore[union-attr]


COMPONENT: Final = entity_component("siren", SirenConfig, MqttSiren)
