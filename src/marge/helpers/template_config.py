"""What an item of the `template:` section may contain, and how the old form under `sensor:` is read as a new one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.entities.binary_sensor import DEVICE_CLASSES as BINARY_CLASSES
from marge.entities.sensor_classes import DEVICE_CLASSES as SENSOR_CLASSES
from marge.entities.words import choice
from marge.util.schema import Text, word


def _sensor_class(value: Any) -> str:
    if isinstance(value, str) and value in SENSOR_CLASSES:
        return value
    raise ValueError(f"unknown device class {value!r}")


def _template(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        if isinstance(value, bool):
            return str(value)
        raise ValueError("template value is None" if value is None else "template value should be a string")
    return str(value)


if TYPE_CHECKING:
    BinaryClass = str
    SensorClass = str
    StateClass = str
    TemplateText = str
else:
    BinaryClass = choice("BinaryClass", *BINARY_CLASSES)
    SensorClass = word("SensorClass", _sensor_class)
    StateClass = choice("StateClass", "measurement", "total", "total_increasing")
    TemplateText = word("TemplateText", _template)


class TemplateItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What all kinds have; all but the unique id are templates."""

    state: TemplateText
    name: TemplateText | UnsetType = UNSET
    unique_id: Text | UnsetType = UNSET
    icon: TemplateText | UnsetType = UNSET
    picture: TemplateText | UnsetType = UNSET
    availability: TemplateText | UnsetType = UNSET
    attributes: dict[str, TemplateText] = {}

    def templates(self) -> dict[str, str]:
        """The templates that are followed, by what they are for."""
        texts = {"state": self.state}
        for field in ("name", "icon", "picture"):
            if (text := getattr(self, field)) is not UNSET:
                texts[field] = text
        return texts | {f"attributes.{key}": text for key, text in self.attributes.items()}


class SensorItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `sensor:`."""

    unit_of_measurement: Text | UnsetType = UNSET
    device_class: SensorClass | UnsetType = UNSET
    state_class: StateClass | UnsetType = UNSET
    last_reset: TemplateText | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse a reset of what is no total."""
        if self.last_reset is not UNSET and self.state_class != "total":
            raise ValueError("last_reset is only valid for template sensors with state_class 'total'")

    def templates(self) -> dict[str, str]:
        """See `TemplateItem.templates`."""
        texts = super().templates()
        return texts if self.last_reset is UNSET else {**texts, "last_reset": self.last_reset}


class BinarySensorItem(TemplateItem, frozen=True, kw_only=True):
    """An item of `binary_sensor:`; the delays are durations, or templates that give one."""

    device_class: BinaryClass | UnsetType = UNSET
    delay_on: Any = None
    delay_off: Any = None


ITEMS: Final[Mapping[str, type[TemplateItem]]] = {"binary_sensor": BinarySensorItem, "sensor": SensorItem}

LEGACY: Final[Mapping[str, str]] = {
    "value_template": "state",
    "icon_template": "icon",
    "entity_picture_template": "picture",
    "availability_template": "availability",
    "attribute_templates": "attributes",
    "friendly_name": "name",
    "friendly_name_template": "name",
}
"""Old key → new key."""
