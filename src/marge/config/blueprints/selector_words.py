"""What the fields of selectors are made of: lists that may be one text, features, filters of entities and devices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from msgspec import UNSET, Struct, UnsetType

from marge.config.blueprints.features import bits
from marge.util.schema import Invalid, convert, word


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


class Fields(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What all selectors have in common: nothing that they do not name."""


class Option(Fields, frozen=True):
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


class EntityFilter(Fields, frozen=True):
    """Which entities can be chosen."""

    integration: str | UnsetType = UNSET
    domain: Words | UnsetType = UNSET
    device_class: Words | UnsetType = UNSET
    supported_features: FeatureSets | UnsetType = UNSET


if TYPE_CHECKING:
    EntityFilters = list[EntityFilter]
else:
    EntityFilters = word("EntityFilters", _filters(EntityFilter))


class DeviceFilter(Fields, frozen=True):
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
