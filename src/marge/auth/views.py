"""Users and tokens as the WebSocket commands show them."""

from __future__ import annotations

from typing import Any

from marge.auth.manager import AuthManager
from marge.auth.models import RefreshToken, User
from marge.util.dt import to_iso


def current_user(auth: AuthManager, user: User) -> dict[str, Any]:
    """The result of `auth/current_user`."""
    return {
        "id": user.id,
        "name": user.name,
        "is_owner": user.is_owner,
        "is_admin": user.is_admin,
        "credentials": [
            {"auth_provider_type": credential.auth_provider_type, "auth_provider_id": credential.auth_provider_id}
            for credential in auth.users.credentials_of(user.id)
        ],
        "mfa_modules": [],
    }


def user_info(auth: AuthManager, user: User) -> dict[str, Any]:
    """A user in `config/auth/list`, `create` and `update`."""
    credentials = auth.users.credentials_of(user.id)
    return {
        "id": user.id,
        "username": next((c.username for c in credentials if c.auth_provider_type == auth.local.type), None),
        "name": user.name,
        "is_owner": user.is_owner,
        "is_active": user.is_active,
        "local_only": user.local_only,
        "system_generated": user.system_generated,
        "group_ids": list(user.group_ids),
        "credentials": [{"type": credential.auth_provider_type} for credential in credentials],
    }


def user_list(auth: AuthManager) -> list[dict[str, Any]]:
    """The result of `config/auth/list`."""
    return [user_info(auth, user) for user in auth.users.all()]


def token_list(auth: AuthManager, user: User, current_id: str) -> list[dict[str, Any]]:
    """The result of `auth/refresh_tokens`; `current_id` is the token of the connection that asks."""
    return [_token_info(auth, token, current_id) for token in auth.tokens.of_user(user.id)]


def _token_info(auth: AuthManager, token: RefreshToken, current_id: str) -> dict[str, Any]:
    credential = None if token.credential_id is None else auth.users.credential(token.credential_id)
    return {
        "auth_provider_type": None if credential is None else credential.auth_provider_type,
        "client_icon": token.client_icon,
        "client_id": token.client_id,
        "client_name": token.client_name,
        "created_at": to_iso(token.created_at),
        "expire_at": None if token.expire_at is None else to_iso(token.expire_at),
        "id": token.id,
        "is_current": token.id == current_id,
        "last_used_at": None if token.last_used_at is None else to_iso(token.last_used_at),
        "last_used_ip": token.last_used_ip,
        "type": token.token_type.value,
    }


def provider_list(auth: AuthManager, is_local_client: bool) -> dict[str, Any]:
    """The answer of `GET /auth/providers`; local clients are offered to stay logged in."""
    return {
        "providers": [
            {"name": provider.name, "id": provider.id, "type": provider.type} for provider in auth.providers.values()
        ],
        "preselect_remember_me": is_local_client,
    }
