"""MQTT light: the `schema` of the payload says how it speaks: a topic per property, JSON, or templates."""

from __future__ import annotations

from typing import Any, Final

from marge.mqtt.discovery.component import selecting_component
from marge.mqtt.discovery.config import EntityConfig
from marge.mqtt.discovery.entity import MqttEntity
from marge.util.schema import Invalid


def _select(payload: dict[str, Any]) -> tuple[type[EntityConfig], type[MqttEntity]]:
    schema = payload.get("schema", "basic")
    name = schema.lower() if isinstance(schema, str) else schema
    if name == "basic":
        from marge.mqtt.discovery.light_basic import BasicLightConfig, MqttBasicLight

        return BasicLightConfig, MqttBasicLight
    if name == "json":
        from marge.mqtt.discovery.light_json import JsonLightConfig, MqttJsonLight

        return JsonLightConfig, MqttJsonLight
    if name == "template":
        from marge.mqtt.discovery.light_template import MqttTemplateLight, TemplateLightConfig

        return TemplateLightConfig, MqttTemplateLight
    raise Invalid(f"expected basic, json or template, got {schema!r}", ("schema",))


COMPONENT: Final = selecting_component("light", _select)
