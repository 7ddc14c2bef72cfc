"""Users, their credentials and their refresh tokens, as they are stored; values that are replaced, never changed."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

GROUP_ADMIN: Final = "system-admin"
GROUP_USER: Final = "system-users"
GROUP_READ_ONLY: Final = "system-read-only"

GROUPS: Final = (GROUP_ADMIN, GROUP_USER, GROUP_READ_ONLY)


class TokenType(StrEnum):
    """What a refresh token is for: a logged-in client, a token shown once and kept by a program, or the hub itself."""

    NORMAL = "normal"
    LONG_LIVED = "long_lived_access_token"
    SYSTEM = "system"


class User(msgspec.Struct, frozen=True, gc=False):
    """Somebody who may use the hub; `local_only` users only from the local network."""

    id: str
    name: str | None
    group_ids: tuple[str, ...] = ()
    is_owner: bool = False
    is_active: bool = True
    local_only: bool = False
    system_generated: bool = False

    @property
    def is_admin(self) -> bool:
        """Whether the user may administer the hub."""
        return self.is_owner or (self.is_active and GROUP_ADMIN in self.group_ids)


class Credential(msgspec.Struct, frozen=True, gc=False):
    """One way in for a user: which provider vouches for them, and under which name."""

    id: str
    user_id: str
    auth_provider_type: str
    auth_provider_id: str | None
    username: str


class RefreshToken(msgspec.Struct, frozen=True, gc=False):
    """Lets one client obtain access tokens. Times are Unix seconds, `access_token_expiration` is in seconds.

    `secret_hash` is the SHA-256 of what the client holds; long-lived and system tokens have no such secret. `jwt_key`
    signs this token's access tokens.
    """

    id: str
    user_id: str
    token_type: TokenType
    jwt_key: str
    created_at: float
    access_token_expiration: int
    client_id: str | None = None
    client_name: str | None = None
    client_icon: str | None = None
    secret_hash: str | None = None
    credential_id: str | None = None
    last_used_at: float | None = None
    last_used_ip: str | None = None
    expire_at: float | None = None


class Access(msgspec.Struct, frozen=True, gc=False):
    """Who is asking, and by which refresh token."""

    user: User
    token: RefreshToken
