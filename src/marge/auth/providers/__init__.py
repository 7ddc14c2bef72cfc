"""Auth providers: who vouches for a user. One file each, one line in PROVIDERS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from marge.auth.passwords import PasswordHasher
from marge.auth.providers.base import Field, Provider
from marge.auth.providers.homeassistant import LocalUsers
from marge.auth.users import Users
from marge.core.ports import Store

__all__ = ["PROVIDERS", "Field", "LocalUsers", "Provider"]

PROVIDERS: Final[Mapping[str, Callable[[Users, Store, PasswordHasher], Provider]]] = {
    "homeassistant": LocalUsers,
}
