"""Reads a device trigger, condition or action by the tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final

from msgspec import UNSET, Struct

from marge.automation.devices import Section
from marge.automation.devices.kinds import Kind, Kinds
from marge.automation.words import read_entity_refs
from marge.util.schema import Invalid, Text, convert
from marge.util.suggest import nearest

_BASE: Final = ("device_id", "domain", "type", "metadata")
"""Keys that all have; `metadata` is kept by the user interface for itself."""


class Reference(Struct, frozen=True):
    """What a device automation is about; `entity` is an entity id or an id of the entity registry."""

    section: Section
    device_id: str
    domain: str
    type: str
    entity: str | None = None


_NOTED: ContextVar[list[Reference] | None] = ContextVar("device_automations_noted", default=None)


@contextmanager
def noting() -> Iterator[list[Reference]]:
    """Gives a list that takes in what every device automation is about that is read meanwhile, however deep it is."""
    noted: list[Reference] = []
    token = _NOTED.set(noted)
    try:
        yield noted
    finally:
        _NOTED.reset(token)


def note(about: Reference) -> Reference:
    """Tell who is noting what a device automation is about."""
    if (noted := _NOTED.get()) is not None:
        noted.append(about)
    return about


def kinds_of(section: Section) -> Kinds:
    """The table of triggers, conditions or actions, imported when it is first asked for."""
    if section == "trigger":
        from marge.automation.devices.trigger_kinds import TRIGGER_KINDS

        return TRIGGER_KINDS
    if section == "condition":
        from marge.automation.devices.condition_kinds import CONDITION_KINDS

        return CONDITION_KINDS
    from marge.automation.devices.action_kinds import ACTION_KINDS

    return ACTION_KINDS


def text_of(config: Mapping[str, Any], key: str) -> str:
    """A text that has to be there; raises Invalid."""
    if key not in config:
        raise Invalid("required key not provided", (key,))
    try:
        return convert(config[key], Text)
    except Invalid as error:
        raise Invalid(error.message, (key,)) from None


def read(section: Section, config: Mapping[str, Any]) -> tuple[Reference, dict[str, Any]]:
    """What it is about, and the plain trigger, condition or call that does the same; raises Invalid."""
    domain, device_id = text_of(config, "domain"), text_of(config, "device_id")
    kinds = kinds_of(section).get(domain)
    if kinds is None:
        hint = nearest(domain, kinds_of(section))
        raise Invalid(f"this release knows no device {section}s of '{domain}'", ("domain",), hint)
    type = text_of(config, "type")
    kind = kinds.get(type)
    if kind is None:
        raise Invalid(f"there is no device {section} '{type}' of {domain}", ("type",), nearest(type, kinds))
    entity = _entity(config)
    values = {"entity_id": entity, **_values(kind, config)}
    return note(Reference(section, device_id, domain, type, entity)), kind.becomes(values)


def _entity(config: Mapping[str, Any]) -> str:
    if "entity_id" not in config:
        raise Invalid("required key not provided", ("entity_id",))
    try:
        entity, *more = read_entity_refs(config["entity_id"])
    except ValueError as error:
        raise Invalid(str(error), ("entity_id",)) from None
    if more:
        raise Invalid("expected one entity of the device, got several", ("entity_id",))
    return entity


def _values(kind: Kind, config: Mapping[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in kind.fields:
        if field.name in config:
            values[field.name] = field.read(config[field.name])
        elif field.required:
            raise Invalid("required key not provided", (field.name,))
        elif field.default is not UNSET:
            values[field.name] = field.default
    refuse_others(config, ["entity_id", *(field.name for field in kind.fields)])
    if kind.one_of and not any(name in values for name in kind.one_of):
        raise Invalid("needs " + " or ".join(f"'{name}'" for name in kind.one_of))
    return values


def refuse_others(config: Mapping[str, Any], names: list[str]) -> None:
    """Raise Invalid for a key that is neither one of `names` nor one that all have."""
    for key in config:
        if key not in names and key not in _BASE:
            raise Invalid("extra keys not allowed", (str(key),), nearest(key, names))
