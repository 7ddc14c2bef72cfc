"""What is told of the integrations that are loaded: name, type, where its documentation is."""

from __future__ import annotations

from typing import Any, Final

from marge.entities.index import DOMAINS

_SYSTEM: Final = frozenset(
    {
        "automation",
        "blueprint",
        "history",
        "homeassistant",
        "logbook",
        "logger",
        "persistent_notification",
        "person",
        "recorder",
        "script",
        "search",
        "system_log",
        "zone",
    }
)
_HELPERS: Final = frozenset(
    {
        "counter",
        "group",
        "input_boolean",
        "input_button",
        "input_datetime",
        "input_number",
        "input_select",
        "input_text",
        "schedule",
        "template",
        "timer",
    }
)
_NAMES: Final = {
    "mqtt": "MQTT",
    "tts": "Text-to-speech (TTS)",
    "homeassistant": "Home Assistant Core Integration",
    "scene": "Scenes",
    "script": "Scripts",
}


def integration_type(domain: str) -> str:
    """`hub`, `entity`, `helper` or `system`."""
    if domain in _HELPERS:
        return "helper"
    if domain in _SYSTEM:
        return "system"
    return "entity" if domain in DOMAINS else "hub"


def manifest(domain: str) -> dict[str, Any]:
    """The manifest of an integration, in Home Assistant's keys."""
    made: dict[str, Any] = {
        "domain": domain,
        "name": _NAMES.get(domain) or domain.replace("_", " ").title(),
        "codeowners": [],
        "config_flow": False,
        "documentation": f"https://www.home-assistant.io/integrations/{domain}",
        "integration_type": integration_type(domain),
        "is_built_in": True,
        "overwrites_built_in": False,
    }
    if domain == "mqtt":
        made["iot_class"] = "local_push"
        made["single_config_entry"] = True
    return made
