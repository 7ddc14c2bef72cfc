"""Refusals of the auth API; each carries the code or status with which Home Assistant answers."""

from __future__ import annotations

from marge.core.errors import Refused


class AuthRefused(Refused):
    """An account operation that cannot be done; `code` is the WebSocket error code.

    With a `translation_key` the frontend shows its own words (translation domain `auth`).
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        translation_key: str | None = None,
        placeholders: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.translation_key = translation_key
        self.placeholders = placeholders


class LoginRefused(Refused):
    """A login or onboarding request that cannot go on; `status` is the HTTP status.

    `retry_after` is in seconds, given when failed logins have to slow down.
    """

    def __init__(self, status: int, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after
