"""What the tables of device automations are made of: kinds, and the fields that they take."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import UNSET, Struct

from marge.automation.devices.facts import EntityFacts
from marge.util.schema import Invalid, convert

Values = Mapping[str, Any]
"""`entity_id` and what was given for the fields of a kind."""

Becomes = Callable[[Values], dict[str, Any]]
"""Gives the plain trigger, condition or service call that does the same, as it would be written in a file."""

Tells = Callable[[EntityFacts], bool]


def always(facts: EntityFacts) -> bool:
    """True of every entity."""
    return True


class Field(Struct, frozen=True, kw_only=True):
    """A key of a kind beside those that all have.

    `kind` is a type for `convert`; `shown` is the field in the form that the user interface knows, without its name.
    `default` is what it is when it is not given; `suggested` only what the user interface begins with.
    """

    name: str
    kind: Any
    shown: Callable[[EntityFacts], dict[str, Any]]
    required: bool = False
    default: Any = UNSET
    suggested: Any = UNSET
    when: Tells = always
    """Of which entities the user interface asks for it."""

    def read(self, value: Any) -> Any:
        """A value as it is given; raises Invalid with the name of the field as path."""
        try:
            return convert(value, self.kind)
        except Invalid as error:
            raise Invalid(error.message, (self.name, *error.path), error.hint) from None

    def serialised(self, facts: EntityFacts) -> dict[str, Any]:
        """The field as it stands in `extra_fields`."""
        form = {"name": self.name, **self.shown(facts), ("required" if self.required else "optional"): True}
        begins = self.default if self.suggested is UNSET else self.suggested
        return form if begins is UNSET else {**form, "default": begins}


class Kind(Struct, frozen=True, kw_only=True):
    """One type of trigger, condition or action that entities of a domain have."""

    becomes: Becomes
    fields: tuple[Field, ...] = ()
    one_of: tuple[str, ...] = ()
    """At least one of these fields has to be given."""
    offered: Tells = always
    """Which entities it is listed for; the others may have it all the same."""
    shown: tuple[Field, ...] | None = None
    """The fields that the user interface asks for, where they are not `fields`."""
    plain: bool = False
    """Home Assistant knows no capabilities of it: the answer is empty, without even a list of fields."""
    capable: Tells = always
    """Of which entities the fields can be told."""

    def capabilities(self, facts: EntityFacts) -> dict[str, Any]:
        """The answer of `device_automation/…/capabilities`."""
        if self.plain or not self.capable(facts):
            return {}
        fields = self.fields if self.shown is None else self.shown
        return {"extra_fields": [field.serialised(facts) for field in fields if field.when(facts)]}


Kinds = Mapping[str, Mapping[str, Kind]]
"""Domain → type → kind."""

ON_OFF_DOMAINS: Final = ("fan", "humidifier", "light", "remote", "switch", "update")
"""The domains whose entities have the triggers turned_on, turned_off and changed_states."""


def picked(values: Values, *names: str) -> dict[str, Any]:
    """Those of the named values that were given."""
    return {name: values[name] for name in names if name in values}


def has(feature: int) -> Tells:
    """Tells of an entity whether it has one of the bits of `feature`."""
    return lambda facts: bool(facts.features & feature)


def shows(attribute: str) -> Tells:
    """Tells of an entity whether its state has an attribute."""
    return lambda facts: attribute in facts.attributes()
