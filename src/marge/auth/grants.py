"""The token endpoint (RFC 6749): what a client gets for a code or a refresh token, or why it gets nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec


class Grant(msgspec.Struct, frozen=True):
    """An access token, valid for `expires_in` seconds; with the refresh token when a code was exchanged."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None
    ha_auth_provider: str | None = None

    status = 200

    def as_dict(self) -> dict[str, Any]:
        """The body of the answer, to be sent with `Cache-Control: no-store`."""
        body: dict[str, Any] = {
            "access_token": self.access_token,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
        }
        if self.refresh_token is not None:
            body["refresh_token"] = self.refresh_token
            body["ha_auth_provider"] = self.ha_auth_provider
        return body


class GrantError(msgspec.Struct, frozen=True):
    """Why nothing was granted: an OAuth error code, and an HTTP status that tells clients to log in again."""

    error: str
    description: str | None = None
    status: int = 400

    def as_dict(self) -> dict[str, Any]:
        """The body of the answer."""
        body = {"error": self.error}
        if self.description is not None:
            body["error_description"] = self.description
        return body


class TokenRequest(msgspec.Struct, frozen=True):
    """The form that was sent; None for what is missing."""

    grant_type: str | None = None
    code: str | None = None
    refresh_token: str | None = None
    client_id: str | None = None
    action: str | None = None
    token: str | None = None

    @classmethod
    def from_form(cls, form: Mapping[str, Any]) -> TokenRequest:
        """Read a form; fields that are no text (uploaded files) count as missing."""
        known = {key: form.get(key) for key in cls.__struct_fields__}
        return cls(**{key: value for key, value in known.items() if isinstance(value, str)})


INVALID_CLIENT = GrantError("invalid_request", "Invalid client id")
INVALID_CODE = GrantError("invalid_request", "Invalid code")
INVALID_REQUEST = GrantError("invalid_request")
INVALID_GRANT = GrantError("invalid_grant")
UNSUPPORTED_GRANT_TYPE = GrantError("unsupported_grant_type")
