"""Passwords: hashed with bcrypt, in a thread, never more than a few at once."""

from __future__ import annotations

import asyncio
from typing import Final

DEFAULT_COST: Final = 12
# bcrypt looks no further; Home Assistant cuts in the same place, so its hashes stay valid.
_MAX_BYTES: Final = 72
_AT_ONCE: Final = 2


def normalize_username(username: str) -> str:
    """The form in which usernames are kept and compared."""
    return username.strip().casefold()


def _bytes(password: str) -> bytes:
    return password.encode("utf-8", "surrogatepass")[:_MAX_BYTES]


def _hash(password: str, cost: int) -> str:
    import bcrypt

    return bcrypt.hashpw(_bytes(password), bcrypt.gensalt(cost)).decode("ascii")


def _check(password: str, hashed: str) -> bool:
    import bcrypt

    try:
        return bcrypt.checkpw(_bytes(password), hashed.encode("ascii"))
    except ValueError:
        return False


class PasswordHasher:
    """Hashes and verifies without blocking the loop. `cost` is bcrypt's: each step doubles the time."""

    def __init__(self, cost: int = DEFAULT_COST) -> None:
        self._cost = cost
        # What an unknown user's password is compared with: a well-formed hash of nothing, as costly as a real one.
        self._nobody = f"$2b${cost:02d}$" + "." * 53
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """Hash a password for keeping."""
        async with self._slots:
            return await asyncio.to_thread(_hash, password, self._cost)

    async def verify(self, password: str, hashed: str | None) -> bool:
        """Whether `password` is the one that was hashed; None, for no such user, takes as long and says False."""
        async with self._slots:
            matches = await asyncio.to_thread(_check, password, self._nobody if hashed is None else hashed)
        return matches and hashed is not None
