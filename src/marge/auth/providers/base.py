"""What the login flow asks of a provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import msgspec

from marge.auth.models import Credential


class Field(msgspec.Struct, frozen=True):
    """A text field of a login form."""

    name: str
    required: bool = True

    def as_dict(self) -> dict[str, Any]:
        """The field as the frontend reads it in a `data_schema`."""
        return {"type": "string", "name": self.name, "required": self.required}


class Provider(Protocol):
    """Vouches for users."""

    @property
    def type(self) -> str:
        """The name in PROVIDERS and in configuration."""

    @property
    def id(self) -> str | None:
        """Tells several providers of one type apart."""

    @property
    def name(self) -> str:
        """What people see."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What to ask for."""

    def account(self, answers: Mapping[str, str]) -> str:
        """The account that the answers are about, in the form in which failures are counted."""

    async def verify(self, answers: Mapping[str, str]) -> Credential | None:
        """The credential that the answers prove; None when they are wrong. Takes as long for unknown accounts."""

    def forget(self, credential: Credential) -> None:
        """Drop what is kept for a credential that is being removed."""
