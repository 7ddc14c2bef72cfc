"""The one table from errors to HTTP status and WebSocket code."""

from __future__ import annotations

from typing import Any, Final

from marge.auth.errors import AuthRefused, LoginRefused
from marge.core import errors
from marge.util.schema import Invalid


class HttpError(Exception):
    """Ends a request with a status and Home Assistant's `{"message": …}` body."""

    def __init__(
        self, status: int, message: str, code: str | None = None, headers: list[tuple[bytes, bytes]] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = headers or []


class WsError(Exception):
    """Ends a WebSocket command with a code and a message."""

    def __init__(self, code: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.more = more


# The first class that the error is an instance of decides: (error, HTTP status, WebSocket code).
_TABLE: Final[tuple[tuple[type[Exception], int, str], ...]] = (
    (Invalid, 400, "invalid_format"),
    (errors.ServiceNotFound, 400, "not_found"),
    (errors.ServiceValidationError, 400, "service_validation_error"),
    (errors.TemplateError, 400, "template_error"),
    (errors.NotFound, 404, "not_found"),
    (errors.Unauthorized, 401, "unauthorized"),
    (errors.InvalidConfig, 400, "invalid_format"),
    (errors.Refused, 400, "invalid_format"),
    (errors.OperationFailed, 500, "home_assistant_error"),
    (errors.MargeError, 500, "home_assistant_error"),
    (TimeoutError, 500, "timeout"),
)


def http_error(error: Exception) -> HttpError | None:
    """The HTTP form of an error that may reach a client; None for a bug of ours."""
    if isinstance(error, HttpError):
        return error
    if isinstance(error, LoginRefused):
        wait = error.retry_after
        headers = [] if wait is None else [(b"retry-after", b"%d" % max(1, round(wait)))]
        return HttpError(error.status, str(error), headers=headers)
    for kind, status, _ in _TABLE:
        if isinstance(error, kind):
            return HttpError(status, str(error))
    return None


def ws_error(error: Exception) -> WsError | None:
    """The WebSocket form of an error that may reach a client; None for a bug of ours."""
    if isinstance(error, WsError):
        return error
    if isinstance(error, AuthRefused):
        return WsError(error.code, str(error), **_translation("auth", error.translation_key, error.placeholders))
    for kind, _, code in _TABLE:
        if isinstance(error, kind):
            if isinstance(error, errors.ServiceValidationError):
                more = _translation(error.translation_domain, error.translation_key, error.placeholders)
                return WsError(code, f"Validation error: {error}", **more)
            if isinstance(error, errors.ServiceNotFound):
                named = {"domain": error.domain, "service": error.service}
                text = f"Service {error.domain}.{error.service} not found."
                return WsError(code, text, **_translation("homeassistant", "service_not_found", named))
            return WsError(code, str(error))
    return None


def _translation(domain: str, key: str | None, placeholders: dict[str, str] | None) -> dict[str, Any]:
    """What lets the frontend show its own words for an error."""
    if key is None:
        return {}
    return {"translation_domain": domain, "translation_key": key, "translation_placeholders": placeholders or None}
