"""The keys that all discovered entities share; unknown keys are passed over, as Home Assistant does.

`device` and the availability keys are the same in all entities of a device: `read_config` reads them into objects
that these share.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeVar

from msgspec import UNSET, Struct, UnsetType

from marge.mqtt.discovery.words import Icon, PublishTopic, Qos, SubscribeTopic, TemplateText, Url, Word
from marge.util.schema import Flag, Invalid, Strings, Text, convert, word
from marge.util.suggest import nearest

if TYPE_CHECKING:
    from marge.mqtt.discovery.sharing import Shared


# Keys that are read before the configuration is, or say nothing that the hub needs.
_PASSED_OVER: Final = frozenset({"origin", "platform", "schema"})


class Availability(Struct, frozen=True, kw_only=True, gc=False):
    """One topic that tells whether a device is there."""

    topic: SubscribeTopic
    payload_available: Word = "online"
    payload_not_available: Word = "offline"
    value_template: TemplateText | None = None


class AvailabilityKeys(Struct, frozen=True, kw_only=True):
    """The availability keys as they are written."""

    availability: list[Availability] = []
    availability_mode: Literal["all", "any", "latest"] = "latest"
    availability_topic: SubscribeTopic | None = None
    availability_template: TemplateText | None = None
    payload_available: Word = "online"
    payload_not_available: Word = "offline"

    def __post_init__(self) -> None:
        """Raises Invalid for keys that exclude each other."""
        if self.availability and self.availability_topic is not None:
            raise Invalid("give either 'availability' or 'availability_topic', not both")


class AvailabilityConfig(Struct, frozen=True, gc=False):
    """What tells whether a device is there: topics, each only once, and how they are put together."""

    topics: tuple[Availability, ...] = ()
    mode: str = "latest"


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


class Device(Struct, frozen=True, kw_only=True, weakref=True):
    """The device behind an entity; needs an identifier or a connection."""

    identifiers: Strings = []
    connections: Connections = []
    name: Text | None = None
    manufacturer: Word | None = None
    model: Word | None = None
    model_id: Word | None = None
    hw_version: Word | None = None
    sw_version: Word | None = None
    serial_number: Text | None = None
    suggested_area: Word | None = None
    configuration_url: Word | None = None
    via_device: Word | None = None
    via_hub: Word | None = None

    def __post_init__(self) -> None:
        """Raises Invalid when nothing identifies the device."""
        if not self.identifiers and not self.connections:
            raise Invalid("Device must have at least one identifying value in 'identifiers' and/or 'connections'")


class EntityConfig(Struct, frozen=True, kw_only=True):
    """The keys of section 3 of the discovery reference that every entity has."""

    device_classes: ClassVar[Collection[str]] = ()
    """Those of the domain, for one whose `device_class` names one."""

    name: Text | UnsetType | None = UNSET
    """Unset: a default from the device class or component; None: the device's name alone."""
    unique_id: Text | None = None
    object_id: Text | None = None
    device: Device | None = None
    enabled_by_default: Flag = True
    entity_category: Literal["config", "diagnostic"] | None = None
    entity_picture: Url | None = None
    icon: Icon | None = None
    availability: AvailabilityConfig = AvailabilityConfig()
    json_attributes_topic: SubscribeTopic | None = None
    json_attributes_template: TemplateText | None = None
    qos: Qos = 0
    encoding: Word = "utf-8"


class ReadConfig(EntityConfig, frozen=True, kw_only=True):
    """An entity that only reports."""

    state_topic: SubscribeTopic
    value_template: TemplateText | None = None


class CommandConfig(EntityConfig, frozen=True, kw_only=True):
    """An entity that takes commands and may report back."""

    command_topic: PublishTopic
    state_topic: SubscribeTopic | None = None
    optimistic: Flag = False
    retain: Flag = False

    @property
    def assumed(self) -> bool:
        """Whether a command counts as done when it is sent, as told to or as no topic says better."""
        return self.optimistic or self.state_topic is None


class SendConfig(EntityConfig, frozen=True, kw_only=True):
    """An entity that takes commands and never reports back."""

    command_topic: PublishTopic
    retain: Flag = False


_LISTED: Final = 10
"""So many device classes are named when another was given."""

C = TypeVar("C", bound=Struct)


def read_config(shared: Shared, payload: dict[str, Any], kind: type[C]) -> C:
    """The configuration in a payload; raises Invalid with the path of the first mistake, TemplateError."""
    data = dict(payload)
    if data.get("device") is not None:
        data["device"] = shared.device(data["device"])
    if issubclass(kind, EntityConfig):
        data["availability"] = shared.availability(data)
    config = convert(data, kind)
    if isinstance(config, EntityConfig):
        _check_device_class(config)
    shared.check_templates(config)
    return config


def _check_device_class(config: EntityConfig) -> None:
    """Raise Invalid for a device class that the domain does not have, as Home Assistant refuses it."""
    known, given = config.device_classes, getattr(config, "device_class", None)
    if known and given is not None and given not in known:
        named = f": expected one of {', '.join(sorted(known))}" if len(known) <= _LISTED else ""
        raise Invalid(f"unknown device class '{given}'{named}", ("device_class",), nearest(given, known))


def check_keys(payload: dict[str, Any], kind: type[Struct]) -> None:
    """Raise Invalid for a key that `kind` does not have, with the nearest one that it has."""
    fields = set(kind.__struct_fields__)
    if issubclass(kind, EntityConfig):
        fields.update(AvailabilityKeys.__struct_fields__)
    for key in payload:
        if key not in fields and key not in _PASSED_OVER:
            raise Invalid("extra keys not allowed", (key,), nearest(key, fields))
