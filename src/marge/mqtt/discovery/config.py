"""The keys that all discovered entities share; unknown keys are passed over, as Home Assistant does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import UNSET, Struct, UnsetType

from marge.mqtt.discovery.words import PublishTopic, Qos, SubscribeTopic
from marge.util.schema import Flag, Invalid, Strings, Text, word


class Availability(Struct, frozen=True, kw_only=True):
    """One topic that tells whether a device is there."""

    topic: SubscribeTopic
    payload_available: Text = "online"
    payload_not_available: Text = "offline"
    value_template: Text | None = None


class Origin(Struct, frozen=True, kw_only=True):
    """The program that published the payload."""

    name: Text
    sw_version: Text | None = None
    support_url: Text | None = None


def _connections(value: Any) -> list[tuple[str, str]]:
    if not isinstance(value, list):
        raise ValueError("expected a list of [type, value] pairs")
    pairs = []
    for pair in value:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise ValueError(f"expected a [type, value] pair, got {pair!r}")
        pairs.append((str(pair[0]), str(pair[1])))
    return pairs


if TYPE_CHECKING:
    Connections = list[tuple[str, str]]
else:
    Connections = word("Connections", _connections)


class Device(Struct, frozen=True, kw_only=True):
    """The device behind an entity; needs an identifier or a connection."""

    identifiers: Strings = []
    connections: Connections = []
    name: Text | None = None
    manufacturer: Text | None = None
    model: Text | None = None
    model_id: Text | None = None
    hw_version: Text | None = None
    sw_version: Text | None = None
    serial_number: Text | None = None
    suggested_area: Text | None = None
    configuration_url: Text | None = None
    via_device: Text | None = None
    via_hub: Text | None = None

    def __post_init__(self) -> None:
        """Raises Invalid when nothing identifies the device."""
        if not self.identifiers and not self.connections:
            raise Invalid("Device must have at least one identifying value in 'identifiers' and/or 'connections'")


class EntityConfig(Struct, frozen=True, kw_only=True):
    """The keys of section 3 of the discovery reference that every entity has."""

    name: Text | UnsetType | None = UNSET
    """Unset: a default from the device class or component; None: the device's name alone."""
    unique_id: Text | None = None
    object_id: Text | None = None
    device: Device | None = None
    origin: Origin | None = None
    enabled_by_default: Flag = True
    entity_category: Literal["config", "diagnostic"] | None = None
    entity_picture: Text | None = None
    icon: Text | None = None
    availability: list[Availability] = []
    availability_mode: Literal["all", "any", "latest"] = "latest"
    availability_topic: SubscribeTopic | None = None
    availability_template: Text | None = None
    payload_available: Text = "online"
    payload_not_available: Text = "offline"
    json_attributes_topic: SubscribeTopic | None = None
    json_attributes_template: Text | None = None
    qos: Qos = 0
    encoding: Text = "utf-8"

    def __post_init__(self) -> None:
        """Raises Invalid for keys that exclude each other."""
        if self.availability and self.availability_topic is not None:
            raise Invalid("give either 'availability' or 'availability_topic', not both")

    def availabilities(self) -> list[Availability]:
        """All availability topics, whichever way they were given."""
        if self.availability_topic is None:
            return self.availability
        return [
            Availability(
                topic=self.availability_topic,
                payload_available=self.payload_available,
                payload_not_available=self.payload_not_available,
                value_template=self.availability_template,
            )
        ]


class ReadConfig(EntityConfig, frozen=True, kw_only=True):
    """An entity that only reports."""

    state_topic: SubscribeTopic
    value_template: Text | None = None


class CommandConfig(EntityConfig, frozen=True, kw_only=True):
    """An entity that takes commands and may report back."""

    command_topic: PublishTopic
    state_topic: SubscribeTopic | None = None
    value_template: Text | None = None
    optimistic: Flag = False
    retain: Flag = False
