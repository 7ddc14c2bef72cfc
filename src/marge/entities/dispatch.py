"""From a service call to the entities it is aimed at."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

from marge.core.errors import ServiceValidationError
from marge.core.ports import TargetResolver
from marge.core.services import Handler, Response, ServiceCall
from marge.entities.domain import EntityService, supports

if TYPE_CHECKING:
    from marge.entities.base import Entity
    from marge.entities.index import EntityIndex

_LOGGER = logging.getLogger("marge.entities.dispatch")


class Dispatcher:
    """Resolves targets and calls the service's method on each entity.

    An entity that lacks the feature is an error when it was named, and passed over when it was reached through a
    device, area, floor or label; an unavailable one is always passed over (as in Home Assistant).
    """

    def __init__(self, index: EntityIndex, resolver: TargetResolver) -> None:
        self._index = index
        self._resolver = resolver

    def handler(self, domain: str, service: EntityService, only: type[Entity] | None = None) -> Handler:
        """The handler to register for an entity service; with `only` it is for entities of this class alone."""

        async def handle(call: ServiceCall) -> Response:
            entities = self.select(domain, service, call, only)
            if not entities:
                return {} if call.return_response else None
            for entity in entities:
                entity.set_context(call.context)
            if len(entities) == 1:
                answers = [await _invoke(entities[0], service, call.data)]
            else:
                results = await asyncio.gather(
                    *(_invoke(entity, service, call.data) for entity in entities), return_exceptions=True
                )
                answers = []
                for result in results:
                    if isinstance(result, BaseException):
                        raise result
                    answers.append(result)
            if not call.return_response:
                return None
            return {entity.entity_id: answer for entity, answer in zip(entities, answers, strict=True)}

        return handle

    def select(
        self, domain: str, service: EntityService, call: ServiceCall, only: type[Entity] | None = None
    ) -> list[Entity]:
        """The entities of `domain` that the call means; raises ServiceValidationError for a lacking feature."""
        of_domain = self._index.of_domain(domain)
        if only is not None:
            of_domain = {entity_id: entity for entity_id, entity in of_domain.items() if isinstance(entity, only)}
        named = call.target.entity_id
        if named == ["all"]:
            return [entity for entity in of_domain.values() if entity.available and supports(entity, service.features)]
        if named == ["none"]:
            return []
        resolved = self._resolver.resolve(call.target)
        chosen: list[Entity] = []
        missing: list[str] = []
        for entity_id in resolved.referenced:
            entity = of_domain.get(entity_id)
            if entity is None:
                missing.append(entity_id)
            elif entity.available:
                if not supports(entity, service.features):
                    raise ServiceValidationError(
                        f"Entity {entity_id} does not support action {domain}.{service.name}",
                        translation_key="service_not_supported",
                        placeholders={"domain": domain, "service": service.name, "entity_id": entity_id},
                    )
                chosen.append(entity)
        for entity_id in resolved.indirect:
            entity = of_domain.get(entity_id)
            if entity is not None and entity.available and supports(entity, service.features):
                chosen.append(entity)
        if missing or resolved.missing:
            unknown = [*missing, *(f"{kind} {name}" for kind, names in resolved.missing.items() for name in names)]
            _LOGGER.warning(
                "%s.%s: referenced %s are missing or not currently available", domain, service.name, ", ".join(unknown)
            )
        return chosen


async def _invoke(entity: Entity, service: EntityService, data: Any) -> Any:
    method = getattr(entity, service.method)
    return await (method() if service.schema is None else method(data))
