"""The refusal of a service that this entity cannot carry out although its features let the call through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from marge.core.errors import ServiceValidationError

if TYPE_CHECKING:
    from marge.entities.base import Entity


def not_supported(entity: Entity, service: str) -> ServiceValidationError:
    """The error that a hook raises when the platform does not implement it."""
    return ServiceValidationError(
        f"Entity {entity.entity_id} does not support action {entity.domain}.{service}",
        translation_key="service_not_supported",
        placeholders={"domain": entity.domain, "service": service, "entity_id": entity.entity_id},
    )


def invalid(domain: str, key: str, message: str, **placeholders: object) -> ServiceValidationError:
    """The error of a value that does not fit: Home Assistant's key, and its text with the placeholders filled in."""
    values = {name: str(value) for name, value in placeholders.items()}
    return ServiceValidationError(
        message.format(**values), translation_domain=domain, translation_key=key, placeholders=values
    )
