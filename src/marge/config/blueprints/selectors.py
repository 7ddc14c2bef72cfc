"""Selectors: how the user interface asks for the value of an input. One Struct per kind says what it may be told.

The names of the fields and the defaults that are filled in are Home Assistant's, for its frontend reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from marge.config.blueprints.features import bits
from marge.util.schema import EntityId, Flag, Invalid, Text, convert, word
from marge.util.suggest import nearest


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _words(value: Any) -> list[str]:
    listed = _listed(value)
    for each in listed:
        if not isinstance(each, str):
            raise ValueError(f"expected text, got {each!r}")
    return listed


def _features(value: Any) -> list[int]:
    if not isinstance(value, (list, tuple)):
        raise ValueError(f"expected a list of features, got {value!r}")
    return [bits(_words(each)) for each in value]


def _step(value: Any) -> float | str:
    if value == "any":
        return "any"
    try:
        step = float(value)
    except (TypeError, ValueError, OverflowError):
        step = 0.0
    if not step >= 1e-3:
        raise ValueError(f"expected 'any' or a number of at least 0.001, got {value!r}")
    return step


def _options(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        if all(isinstance(each, str) for each in value):
            return list(value)
        if all(isinstance(each, Mapping) for each in value):
            return [msgspec.to_builtins(convert(each, Option)) for each in value]
    raise ValueError("expected a list of texts, or of mappings with 'label' and 'value'")


def _filters(kind: Any) -> Any:
    def read(value: Any) -> list[Any]:
        filters = []
        for place, each in enumerate(listed := _listed(value)):
            try:
                filters.append(convert(each, kind))
            except Invalid as error:
                path = (place, *error.path) if listed is value or isinstance(value, list) else error.path
                raise Invalid(error.message, path, error.hint) from None
        return filters

    return read


class _Fields(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What all selectors have in common: nothing that they do not name."""


class Option(_Fields, frozen=True):
    """A choice of a `select`."""

    label: str
    value: str


if TYPE_CHECKING:
    Words = list[str]
    FeatureSets = list[int]
    Step = float | str
    Options = list[Any]
else:
    Words = word("Words", _words)
    FeatureSets = word("FeatureSets", _features)
    Step = word("Step", _step)
    Options = word("Options", _options)


class EntityFilter(_Fields, frozen=True):
    """Which entities can be chosen."""

    integration: str | UnsetType = UNSET
    domain: Words | UnsetType = UNSET
    device_class: Words | UnsetType = UNSET
    supported_features: FeatureSets | UnsetType = UNSET


if TYPE_CHECKING:
    EntityFilters = list[EntityFilter]
else:
    EntityFilters = word("EntityFilters", _filters(EntityFilter))


class DeviceFilter(_Fields, frozen=True):
    """Which devices can be chosen."""

    integration: str | UnsetType = UNSET
    manufacturer: str | UnsetType = UNSET
    model: str | UnsetType = UNSET
    model_id: str | UnsetType = UNSET
    entity: EntityFilters | UnsetType = UNSET


if TYPE_CHECKING:
    DeviceFilters = list[DeviceFilter]
else:
    DeviceFilters = word("DeviceFilters", _filters(DeviceFilter))


class Addon(_Fields, frozen=True):
    """Which add-on."""

    name: str | UnsetType = UNSET
    slug: str | UnsetType = UNSET


class Place(_Fields, frozen=True):
    """An area or a floor."""

    entity: EntityFilters | UnsetType = UNSET
    device: DeviceFilters | UnsetType = UNSET
    multiple: Flag = False


class Attribute(_Fields, frozen=True):
    """Which attribute of an entity."""

    entity_id: EntityId
    hide_attributes: list[str] | UnsetType = UNSET


class ColorTemp(_Fields, frozen=True):
    """Which colour temperature."""

    unit: Literal["kelvin", "mired"] = "mired"
    min: int | UnsetType = UNSET
    max: int | UnsetType = UNSET
    max_mireds: int | UnsetType = UNSET
    min_mireds: int | UnsetType = UNSET


class ConfigEntry(_Fields, frozen=True):
    """Which configuration entry."""

    integration: str | UnsetType = UNSET


class Constant(_Fields, frozen=True):
    """One value, to be there or not."""

    value: str | bool | int
    label: str | UnsetType = UNSET
    translation_key: Text | UnsetType = UNSET


class ConversationAgent(_Fields, frozen=True):
    """Which conversation agent."""

    language: str | UnsetType = UNSET


class Country(_Fields, frozen=True):
    """Which country."""

    countries: list[str] | UnsetType = UNSET
    no_sort: Flag = False


class Device(DeviceFilter, frozen=True):
    """Which device or devices."""

    multiple: Flag = False
    filter: DeviceFilters | UnsetType = UNSET


class Duration(_Fields, frozen=True):
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


class File(_Fields, frozen=True):
    """Which file to upload."""

    accept: str


class Icon(_Fields, frozen=True):
    """Which icon."""

    placeholder: str | UnsetType = UNSET


class Label(_Fields, frozen=True):
    """Which label or labels."""

    multiple: Flag = False


class Language(_Fields, frozen=True):
    """Which language."""

    languages: list[str] | UnsetType = UNSET
    native_name: Flag = False
    no_sort: Flag = False


class Location(_Fields, frozen=True):
    """Where on the map."""

    radius: bool | UnsetType = UNSET
    icon: str | UnsetType = UNSET


class Number(_Fields, frozen=True):
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


class QrCode(_Fields, frozen=True):
    """A code to look at."""

    data: str
    scale: int | UnsetType = UNSET
    error_correction_level: Literal["low", "medium", "quartile", "high"] | UnsetType = UNSET


class Select(_Fields, frozen=True):
    """Which of a few choices."""

    options: Options
    multiple: Flag = False
    custom_value: Flag = False
    mode: Literal["list", "dropdown"] | UnsetType = UNSET
    translation_key: Text | UnsetType = UNSET
    sort: Flag = False


class State(_Fields, frozen=True):
    """Which state of an entity."""

    entity_id: EntityId


class Target(_Fields, frozen=True):
    """What a service acts on."""

    entity: EntityFilters | UnsetType = UNSET
    device: DeviceFilters | UnsetType = UNSET


class TextField(_Fields, frozen=True):
    """What text."""

    multiline: bool = False
    prefix: str | UnsetType = UNSET
    suffix: str | UnsetType = UNSET
    type: (
        Literal[
            "color",
            "date",
            "datetime-local",
            "email",
            "month",
            "number",
            "password",
            "search",
            "tel",
            "text",
            "time",
            "url",
            "week",
        ]
        | UnsetType
    ) = UNSET
    autocomplete: str | UnsetType = UNSET
    multiple: bool = False


class Theme(_Fields, frozen=True):
    """Which theme."""

    include_default: Flag = False


SELECTORS: Final[Mapping[str, type[_Fields]]] = {
    "action": _Fields,
    "addon": Addon,
    "area": Place,
    "assist_pipeline": _Fields,
    "attribute": Attribute,
    "backup_location": _Fields,
    "boolean": _Fields,
    "color_rgb": _Fields,
    "color_temp": ColorTemp,
    "condition": _Fields,
    "config_entry": ConfigEntry,
    "constant": Constant,
    "conversation_agent": ConversationAgent,
    "country": Country,
    "date": _Fields,
    "datetime": _Fields,
    "device": Device,
    "duration": Duration,
    "entity": Entity,
    "file": File,
    "floor": Place,
    "icon": Icon,
    "label": Label,
    "language": Language,
    "location": Location,
    "media": _Fields,
    "number": Number,
    "object": _Fields,
    "qr_code": QrCode,
    "select": Select,
    "state": State,
    "target": Target,
    "template": _Fields,
    "text": TextField,
    "theme": Theme,
    "time": _Fields,
    "trigger": _Fields,
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
