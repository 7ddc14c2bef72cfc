"""Selectors: how the user interface asks for the value of an input. One Struct per kind says what it may be told.

The names of the fields and the defaults that are filled in are Home Assistant's, for its frontend reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from marge.config.blueprints.selector_words import (
    DeviceFilter,
    DeviceFilters,
    EntityFilter,
    EntityFilters,
    Fields,
    Options,
    Step,
)
from marge.util.schema import EntityId, Flag, Invalid, Text, convert
from marge.util.suggest import nearest

TextType = Literal[
    "color", "date", "datetime-local", "email", "month", "number", "password", "search", "tel", "text", "time", "url",
    "week",
]  # fmt: skip


class Addon(Fields, frozen=True):
    """Which add-on."""

    name: str | UnsetType = UNSET
    slug: str | UnsetType = UNSET


class Place(Fields, frozen=True):
    """An area or a floor."""

    entity: EntityFilters | UnsetType = UNSET
    device: DeviceFilters | UnsetType = UNSET
    multiple: Flag = False


class Attribute(Fields, frozen=True):
    """Which attribute of an entity."""

    entity_id: EntityId
    hide_attributes: list[str] | UnsetType = UNSET


class ColorTemp(Fields, frozen=True):
    """Which colour temperature."""

    unit: Literal["kelvin", "mired"] = "mired"
    min: int | UnsetType = UNSET
    max: int | UnsetType = UNSET
    max_mireds: int | UnsetType = UNSET
    min_mireds: int | UnsetType = UNSET


class ConfigEntry(Fields, frozen=True):
    """Which configuration entry."""

    integration: str | UnsetType = UNSET


class Constant(Fields, frozen=True):
    """One value, to be there or not."""

    value: str | bool | int
    label: str | UnsetType = UNSET
    translation_key: Text | UnsetType = UNSET


class ConversationAgent(Fields, frozen=True):
    """Which conversation agent."""

    language: str | UnsetType = UNSET


class Country(Fields, frozen=True):
    """Which country."""

    countries: list[str] | UnsetType = UNSET
    no_sort: Flag = False


class Device(DeviceFilter, frozen=True):
    """Which device or devices."""

    multiple: Flag = False
    filter: DeviceFilters | UnsetType = UNSET


class Duration(Fields, frozen=True):
    """How long."""

    enable_day: Flag | UnsetType = UNSET
    enable_millisecond: Flag | UnsetType = UNSET
    allow_negative: Flag | UnsetType = UNSET


class Entity(EntityFilter, frozen=True):
    """Which entity or entities."""

    exclude_entities: list[str] | UnsetType = UNSET
    include_entities: list[str] | UnsetType = UNSET
    multiple: Flag = False
    filter: EntityFilters | UnsetType = UNSET


class File(Fields, frozen=True):
    """Which file to upload."""

    accept: str


class Icon(Fields, frozen=True):
    """Which icon."""

    placeholder: str | UnsetType = UNSET


class Label(Fields, frozen=True):
    """Which label or labels."""

    multiple: Flag = False


class Language(Fields, frozen=True):
    """Which language."""

    languages: list[str] | UnsetType = UNSET
    native_name: Flag = False
    no_sort: Flag = False


class Location(Fields, frozen=True):
    """Where on the map."""

    radius: bool | UnsetType = UNSET
    icon: str | UnsetType = UNSET


class Number(Fields, frozen=True):
    """How much."""

    min: float | UnsetType = UNSET
    max: float | UnsetType = UNSET
    step: Step = 1
    unit_of_measurement: str | UnsetType = UNSET
    mode: Literal["box", "slider"] = "slider"

    def __post_init__(self) -> None:
        """A slider needs two ends."""
        if self.mode == "slider" and UNSET in (self.min, self.max):
            raise ValueError("min and max are required in slider mode")


class QrCode(Fields, frozen=True):
    """A code to look at."""

    data: str
    scale: int | UnsetType = UNSET
    error_correction_level: Literal["low", "medium", "quartile", "high"] | UnsetType = UNSET


class Select(Fields, frozen=True):
    """Which of a few choices."""

    options: Options
    multiple: Flag = False
    custom_value: Flag = False
    mode: Literal["list", "dropdown"] | UnsetType = UNSET
    translation_key: Text | UnsetType = UNSET
    sort: Flag = False


class State(Fields, frozen=True):
    """Which state of an entity."""

    entity_id: EntityId


class Target(Fields, frozen=True):
    """What a service acts on."""

    entity: EntityFilters | UnsetType = UNSET
    device: DeviceFilters | UnsetType = UNSET


class TextField(Fields, frozen=True):
    """What text."""

    multiline: bool = False
    prefix: str | UnsetType = UNSET
    suffix: str | UnsetType = UNSET
    type: TextType | UnsetType = UNSET
    autocomplete: str | UnsetType = UNSET
    multiple: bool = False


class Theme(Fields, frozen=True):
    """Which theme."""

    include_default: Flag = False


SELECTORS: Final[Mapping[str, type[Fields]]] = {
    "action": Fields,
    "addon": Addon,
    "area": Place,
    "assist_pipeline": Fields,
    "attribute": Attribute,
    "backup_location": Fields,
    "boolean": Fields,
    "color_rgb": Fields,
    "color_temp": ColorTemp,
    "condition": Fields,
    "config_entry": ConfigEntry,
    "constant": Constant,
    "conversation_agent": ConversationAgent,
    "country": Country,
    "date": Fields,
    "datetime": Fields,
    "device": Device,
    "duration": Duration,
    "entity": Entity,
    "file": File,
    "floor": Place,
    "icon": Icon,
    "label": Label,
    "language": Language,
    "location": Location,
    "media": Fields,
    "number": Number,
    "object": Fields,
    "qr_code": QrCode,
    "select": Select,
    "state": State,
    "target": Target,
    "template": Fields,
    "text": TextField,
    "theme": Theme,
    "time": Fields,
    "trigger": Fields,
}


def read_selector(value: Any) -> dict[str, dict[str, Any]]:
    """A selector with its defaults filled in, as JSON; raises Invalid."""
    if not isinstance(value, Mapping):
        raise Invalid("expected a mapping that names the kind of selector")
    if len(value) != 1:
        named = f", found {', '.join(map(str, value))}" if value else ""
        raise Invalid(f"a selector has exactly one kind{named}")
    ((kind, fields),) = value.items()
    if (known := SELECTORS.get(kind)) is None:
        raise Invalid(f"unknown selector '{kind}'", (kind,), nearest(kind, SELECTORS))
    if fields is None:
        # A bare kind is as it is: no defaults are filled in.
        return {kind: {}}
    try:
        return {kind: msgspec.to_builtins(convert(fields, known))}
    except Invalid as error:
        raise Invalid(error.message, (kind, *error.path), error.hint) from None
