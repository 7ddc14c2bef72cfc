"""Who you are and what you may do: users, logins, tokens, onboarding. No HTTP here; the API speaks to `AuthManager`."""

from __future__ import annotations

from marge.auth.errors import AuthRefused, LoginRefused
from marge.auth.grants import Grant, GrantError, TokenRequest
from marge.auth.login_flow import LoginStart
from marge.auth.manager import AuthManager
from marge.auth.models import Access, Credential, RefreshToken, TokenType, User
from marge.auth.network import is_local
from marge.auth.onboarding import IntegrationStep, NewOwner, Onboarding
from marge.auth.permissions import can_control, can_read, require_admin, require_control, require_owner
from marge.auth.views import current_user, provider_list, token_list, user_info, user_list

__all__ = [
    "Access",
    "AuthManager",
    "AuthRefused",
    "Credential",
    "Grant",
    "GrantError",
    "IntegrationStep",
    "LoginRefused",
    "LoginStart",
    "NewOwner",
    "Onboarding",
    "RefreshToken",
    "TokenRequest",
    "TokenType",
    "User",
    "can_control",
    "can_read",
    "current_user",
    "is_local",
    "provider_list",
    "require_admin",
    "require_control",
    "require_owner",
    "token_list",
    "user_info",
    "user_list",
]
