"""How a domain describes itself: its entity class and its services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec

from marge.core.services import SupportsResponse

if TYPE_CHECKING:
    from marge.entities.base import Entity


class NoFields(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The schema of a service that takes nothing but a target."""


@dataclass(frozen=True, slots=True)
class EntityService:
    """A service of a domain, called on each targeted entity.

    `method` is the name of an `async` method of the entity; it gets the data as an instance of `schema`, or no argument
    when there is no schema. The entity needs all bits of at least one of `features`, if any are given.
    """

    name: str
    method: str
    schema: type[msgspec.Struct] | None = None
    features: tuple[int, ...] = ()
    supports_response: SupportsResponse = SupportsResponse.NONE


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain: its name, the class that all its entities extend, its services."""

    name: str
    entity: type[Entity]
    services: tuple[EntityService, ...] = ()


def supports(entity: Entity, features: tuple[int, ...]) -> bool:
    """Whether the entity has all bits of one of `features`; true when none are asked for."""
    if not features:
        return True
    have = entity.supported_features
    return any(have & bits == bits for bits in features)
