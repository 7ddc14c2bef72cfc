"""Every error that Marge raises on purpose; the type says what the caller should do next.

MargeError
├── InvalidConfig            path, line, hint     the user edits a file
├── Refused                                       the request is wrong: change it
│   ├── InvalidEntityId      entity_id
│   ├── InvalidState         entity_id
│   ├── ServiceNotFound      domain, service
│   ├── ServiceValidationError  translation_key   the values do not fit this entity or this moment
│   ├── TemplateError                             the template does not compile or render
│   └── NotFound             kind, id
├── Unauthorized             needed               log in, or ask an admin
├── OperationFailed                               the device or peer did not do it; trying later may help
│   └── NotReady             retry_after          the supervisor tries again
├── StorageDamaged           path                 the recovery ladder is climbed
└── InternalError                                 a bug of ours: reported loudly, never swallowed
"""

from __future__ import annotations


class MargeError(Exception):
    """Root of all errors that Marge raises on purpose."""


class InvalidConfig(MargeError):
    """A mistake in a file of the user's; `str()` names the place and, where known, the remedy."""

    def __init__(self, message: str, path: str = "", line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        place = f" at {self.path}:{self.line}" if self.path and self.line else f" in {self.path}" if self.path else ""
        hint = f", did you mean '{self.hint}'?" if self.hint else ""
        return f"{self.message}{place}{hint}"


class Refused(MargeError):
    """The request itself is wrong."""


class InvalidEntityId(Refused):
    """An entity id that is not `domain.object_id`."""

    def __init__(self, entity_id: str) -> None:
        super().__init__(f"Invalid entity id encountered: {entity_id}. Format should be <domain>.<object_id>")
        self.entity_id = entity_id


class InvalidState(Refused):
    """A state longer than 255 characters."""

    def __init__(self, entity_id: str, length: int) -> None:
        super().__init__(
            f"The state of {entity_id} has {length} characters. The longest allowed state has 255 characters."
        )
        self.entity_id = entity_id


class ServiceNotFound(Refused):
    """A call of a service that nobody registered."""

    def __init__(self, domain: str, service: str) -> None:
        super().__init__(f"Action {domain}.{service} not found")
        self.domain = domain
        self.service = service


class ServiceValidationError(Refused):
    """A service call whose values do not fit; `translation_key` is what Home Assistant's frontend looks for."""

    def __init__(
        self,
        message: str,
        *,
        translation_domain: str = "homeassistant",
        translation_key: str | None = None,
        placeholders: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.translation_domain = translation_domain
        self.translation_key = translation_key
        self.placeholders = placeholders


class TemplateError(Refused):
    """A template that does not compile, fails, or takes too long."""


class NotFound(Refused):
    """A thing that was asked for by id and is not there."""

    def __init__(self, kind: str, id: str) -> None:
        super().__init__(f"{kind} {id} not found")
        self.kind = kind
        self.id = id


class Unauthorized(MargeError):
    """The user may not do this."""

    def __init__(self, needed: str = "admin") -> None:
        super().__init__("Unauthorized")
        self.needed = needed


class OperationFailed(MargeError):
    """A device, peer or disk did not do what was asked (Home Assistant's HomeAssistantError)."""


class NotReady(OperationFailed):
    """Not possible yet; worth trying again after `retry_after` seconds."""

    def __init__(self, message: str, retry_after: float = 5.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class StorageDamaged(MargeError):
    """A database or document that cannot be read."""

    def __init__(self, message: str, path: str) -> None:
        super().__init__(message)
        self.path = path


class InternalError(MargeError):
    """A bug of ours."""
