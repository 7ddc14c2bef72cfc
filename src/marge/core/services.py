"""The service registry: what can be done, by whom, with which data."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import msgspec

from marge.core.context import Context
from marge.core.errors import ServiceNotFound, ServiceValidationError, Unauthorized
from marge.core.events import CALL_SERVICE, SERVICE_REGISTERED, SERVICE_REMOVED, EventBus
from marge.core.ports import UserDirectory
from marge.core.tasks import Tasks
from marge.util.schema import Ids, Invalid, TargetEntities, convert

_LOGGER = logging.getLogger("marge.core.services")

Response = dict[str, Any] | None

TARGET_KEYS: Final = ("entity_id", "device_id", "area_id", "floor_id", "label_id")


class Target(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a service call is aimed at; `entity_id` may be `["all"]` or `["none"]`."""

    entity_id: TargetEntities = []
    device_id: Ids = []
    area_id: Ids = []
    floor_id: Ids = []
    label_id: Ids = []

    def __bool__(self) -> bool:
        return bool(self.entity_id or self.device_id or self.area_id or self.floor_id or self.label_id)


NO_TARGET: Final = Target()


def listed_target(target: Mapping[str, Any]) -> dict[str, Any]:
    """A target as Home Assistant's clients and scripts send it on: ids as lists; `all` and `none` stay texts."""
    return {key: _listed(key, value) for key, value in target.items()}


def _listed(key: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if key != "entity_id":
        return value if value == "none" else [value]
    lowered = value.strip().lower()
    return lowered if lowered in ("all", "none") else [part.strip() for part in lowered.split(",") if part.strip()]


class SupportsResponse(StrEnum):
    """Whether a service answers with data: never, if asked, or always (and then it must be asked)."""

    NONE = "none"
    OPTIONAL = "optional"
    ONLY = "only"


class ServiceCall(msgspec.Struct, frozen=True):
    """One call. `data` is an instance of the service's schema, or a plain mapping when it has none.

    `service_data` is what the caller sent, target included.
    """

    domain: str
    service: str
    data: Any
    service_data: dict[str, Any]
    target: Target
    context: Context
    return_response: bool = False


Handler = Callable[[ServiceCall], Awaitable[Response] | Response]


@dataclass(frozen=True, slots=True)
class Service:
    """A service as its owner registers it.

    With `takes_target` the target keys are taken out of the data before `schema` reads it, and a call that has none of
    them is refused unless `needs_target` is off; without it they are data like any other. `describe` gives name,
    description, fields and target as `get_services` shows them.
    """

    domain: str
    name: str
    handler: Handler
    schema: type[msgspec.Struct] | None = None
    takes_target: bool = False
    needs_target: bool = True
    supports_response: SupportsResponse = SupportsResponse.NONE
    admin_only: bool = False
    describe: Callable[[], dict[str, Any]] | None = None


class ServiceRegistry:
    """Registers and calls services."""

    def __init__(self, bus: EventBus, tasks: Tasks, new_context: Callable[[], Context]) -> None:
        self._bus = bus
        self._tasks = tasks
        self._new_context = new_context
        self._services: dict[str, dict[str, Service]] = {}
        self.users: UserDirectory | None = None

    def register(self, service: Service) -> None:
        """Add or replace a service and fire `service_registered`."""
        self._services.setdefault(service.domain, {})[service.name] = service
        self._bus.fire(SERVICE_REGISTERED, {"domain": service.domain, "service": service.name})

    def remove(self, domain: str, name: str) -> None:
        """Take a service away and fire `service_removed`; nothing happens when it is not there."""
        of_domain = self._services.get(domain)
        if of_domain is None or of_domain.pop(name, None) is None:
            return
        if not of_domain:
            del self._services[domain]
        self._bus.fire(SERVICE_REMOVED, {"domain": domain, "service": name})

    def has(self, domain: str, name: str) -> bool:
        """Whether the service exists."""
        return name in self._services.get(domain, ())

    def get(self, domain: str, name: str) -> Service:
        """Return a service; raises ServiceNotFound."""
        try:
            return self._services[domain.lower()][name.lower()]
        except KeyError:
            raise ServiceNotFound(domain, name) from None

    def domains(self) -> dict[str, dict[str, Service]]:
        """All services, by domain and name; not to be changed."""
        return self._services

    def describe(self) -> dict[str, dict[str, Any]]:
        """All services as `get_services` shows them."""
        return {
            domain: {name: describe_service(service) for name, service in services.items()}
            for domain, services in sorted(self._services.items())
        }

    async def call(
        self,
        domain: str,
        name: str,
        data: Mapping[str, Any] | None = None,
        *,
        target: Mapping[str, Any] | None = None,
        context: Context | None = None,
        blocking: bool = True,
        return_response: bool = False,
    ) -> Response:
        """Call a service and return its response, None when none was asked for.

        `blocking=False` returns as soon as the data is checked; what fails later is logged. Raises ServiceNotFound,
        `util.schema.Invalid` for data that the schema refuses and a missing target, ServiceValidationError,
        Unauthorized, and what the handler raises (OperationFailed and its like).
        """
        service = self.get(domain, name)
        context = context or self._new_context()
        if service.admin_only:
            self._require_admin(context)
        _check_response(service, return_response, blocking)
        sent: dict[str, Any] = dict(data) if data else {}
        if target:
            sent.update(target)
        rest = sent
        aimed = NO_TARGET
        found = {key: sent[key] for key in TARGET_KEYS if key in sent} if service.takes_target else {}
        if found:
            aimed = convert(found, Target)
            rest = {key: value for key, value in sent.items() if key not in found}
        parsed: Any = rest if service.schema is None else convert(rest, service.schema)
        if service.takes_target and service.needs_target and not found:
            raise Invalid(f"must contain at least one of {', '.join(TARGET_KEYS)}.")
        call = ServiceCall(service.domain, service.name, parsed, sent, aimed, context, return_response)
        self._bus.fire(
            CALL_SERVICE,
            {"domain": service.domain, "service": service.name, "service_data": sent},
            context=context,
        )
        if not blocking:
            self._tasks.create(_run_logged(service, call), f"service {service.domain}.{service.name}")
            return None
        result = service.handler(call)
        if inspect.isawaitable(result):
            result = await result
        return (result or {}) if return_response else None

    def _require_admin(self, context: Context) -> None:
        if context.user_id is not None and self.users is not None and not self.users.is_admin(context.user_id):
            raise Unauthorized("admin")


def describe_service(service: Service) -> dict[str, Any]:
    """One service as `get_services` shows it."""
    description = dict(service.describe()) if service.describe else {}
    description.setdefault("name", service.name.replace("_", " ").capitalize())
    description.setdefault("description", "")
    description.setdefault("fields", {})
    if service.supports_response is not SupportsResponse.NONE:
        description["response"] = {"optional": service.supports_response is SupportsResponse.OPTIONAL}
    return description


def _check_response(service: Service, return_response: bool, blocking: bool) -> None:
    if return_response:
        if not blocking:
            raise ServiceValidationError(
                "A non-blocking action call can't return a response",
                translation_key="service_should_be_blocking",
            )
        if service.supports_response is SupportsResponse.NONE:
            raise ServiceValidationError(
                "An action which does not return responses can't be called with return_response=True",
                translation_key="service_does_not_support_response",
                placeholders={"return_response": "return_response=True"},
            )
    elif service.supports_response is SupportsResponse.ONLY:
        raise ServiceValidationError(
            "The action requires responses and must be called with return_response=True",
            translation_key="service_lacks_response_request",
        )


async def _run_logged(service: Service, call: ServiceCall) -> None:
    try:
        result = service.handler(call)
        if inspect.isawaitable(result):
            await result
    except Exception as error:
        _LOGGER.error("Action %s.%s failed: %s", service.domain, service.name, error, exc_info=error)
