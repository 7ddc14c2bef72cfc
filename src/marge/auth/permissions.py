"""What a user may do, from the three system groups: administer, control, or only look."""

from __future__ import annotations

from typing import Final

from marge.auth.models import GROUP_ADMIN, GROUP_READ_ONLY, GROUP_USER, User
from marge.core.errors import Unauthorized

_CONTROL: Final = frozenset({GROUP_ADMIN, GROUP_USER})
_READ: Final = _CONTROL | {GROUP_READ_ONLY}


def can_control(user: User) -> bool:
    """Whether the user may call services."""
    return user.is_owner or (user.is_active and not _CONTROL.isdisjoint(user.group_ids))


def can_read(user: User) -> bool:
    """Whether the user may see states; a user in no group sees none, as in Home Assistant."""
    return user.is_owner or (user.is_active and not _READ.isdisjoint(user.group_ids))


def require_admin(user: User) -> None:
    """Raise Unauthorized unless the user is an admin."""
    if not user.is_admin:
        raise Unauthorized("admin")


def require_control(user: User) -> None:
    """Raise Unauthorized unless the user may call services."""
    if not can_control(user):
        raise Unauthorized("control")


def require_owner(user: User) -> None:
    """Raise Unauthorized unless the user is the owner."""
    if not user.is_owner:
        raise Unauthorized("owner")
