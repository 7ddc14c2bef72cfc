"""From a discovery message to the configurations it holds: JSON, short keys, base topic, device bundles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from marge.mqtt.discovery.abbreviations import DEVICE, MAIN, ORIGIN, expand
from marge.mqtt.discovery.component import COMPONENTS
from marge.mqtt.discovery.config import Origin
from marge.mqtt.discovery.topic import DiscoveryTopic
from marge.util import jsonx
from marge.util.schema import Invalid, convert

# What a component of a bundle takes from the bundle unless it says otherwise.
_INHERITED: Final = (
    "availability",
    "availability_mode",
    "availability_template",
    "availability_topic",
    "command_topic",
    "payload_available",
    "payload_not_available",
    "state_topic",
)


_WITHOUT_UNIQUE_ID: Final = frozenset({"device_automation", "tag"})


class Discovered(msgspec.Struct, frozen=True):
    """One thing a message announces; `config` None asks to remove it."""

    component: str
    id: str
    config: dict[str, Any] | None
    migrate: bool = False
    """The registry entries are to stay: the other style of discovery will announce the thing again."""


def parse(payload: bytes) -> dict[str, Any]:
    """Return the JSON object of a discovery message with all short keys expanded; raises Invalid."""
    try:
        data = jsonx.loads(payload)
    except ValueError as error:
        raise Invalid(f"the discovery payload is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise Invalid("the discovery payload is no JSON object")
    _expand_component(data)
    if isinstance(data.get("device"), dict):
        expand(data["device"], DEVICE)
    origin = data.get("origin")
    if origin is not None:
        if isinstance(origin, dict):
            expand(origin, ORIGIN)
        convert(origin, Origin, name="origin")
    return data


def is_migration(data: dict[str, Any]) -> bool:
    """Whether the message only prepares a move between the two styles of discovery."""
    return data.get("migrate_discovery") is True and len(data) == 1


def single(topic: DiscoveryTopic, data: dict[str, Any]) -> Discovered:
    """The one thing of a message on a component's topic."""
    if is_migration(data):
        return Discovered(topic.component, topic.id, None, migrate=True)
    _replace_base_topic(data)
    return Discovered(topic.component, topic.id, data)


def bundle(topic: DiscoveryTopic, data: dict[str, Any]) -> Iterator[Discovered]:
    """The things of a device message; raises Invalid when the message as a whole is malformed."""
    for required in ("device", "origin", "components"):
        if required not in data:
            raise Invalid("required key not provided", (required,))
    components = data["components"]
    if not isinstance(components, dict):
        raise Invalid("expected an object of components", ("components",))
    for component_id, config in components.items():
        if not isinstance(config, dict):
            raise Invalid("expected an object", ("components", component_id))
        config = dict(config)
        _expand_component(config)
        platform = config.pop("platform", None)
        if not isinstance(platform, str):
            raise Invalid("required key not provided", ("components", component_id, "platform"))
        if platform not in COMPONENTS:
            raise Invalid(f"MQTT has no component '{platform}'", ("components", component_id, "platform"))
        if config and platform not in _WITHOUT_UNIQUE_ID and "unique_id" not in config:
            raise Invalid("required key not provided", ("components", component_id, "unique_id"))
        thing_id = f"{topic.object_id} {component_id}"
        if topic.node_id:
            thing_id = f"{topic.object_id} {topic.node_id} {component_id}"
        if not config:
            yield Discovered(platform, thing_id, None)
            continue
        for key in _INHERITED:
            if key in data and key not in config:
                config[key] = data[key]
        config["device"] = data["device"]
        config["origin"] = data["origin"]
        _replace_base_topic(config)
        yield Discovered(platform, thing_id, config)


def _expand_component(data: dict[str, Any]) -> None:
    expand(data, MAIN)
    availability = data.get("availability")
    if isinstance(availability, dict):
        data["availability"] = availability = [availability]
    if isinstance(availability, list):
        for entry in availability:
            if isinstance(entry, dict):
                expand(entry, MAIN)


def _replace_base_topic(data: dict[str, Any]) -> None:
    base = data.pop("~", None)
    if not isinstance(base, str):
        return
    for key, value in data.items():
        if key.endswith("topic") and isinstance(value, str):
            data[key] = _based(value, base)
    availability = data.get("availability")
    if isinstance(availability, list):
        data["availability"] = [
            {**entry, "topic": _based(entry["topic"], base)}
            if isinstance(entry, dict) and isinstance(entry.get("topic"), str)
            else entry
            for entry in availability
        ]


def _based(topic: str, base: str) -> str:
    if topic.startswith("~"):
        return base + topic[1:]
    if topic.endswith("~"):
        return topic[:-1] + base
    return topic
