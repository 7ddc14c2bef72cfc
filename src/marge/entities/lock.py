"""Lock: locked or not, with a code when it wants one."""

from __future__ import annotations

import re
from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.entities.complaints import ComplainingEntity
from marge.entities.domain import Domain, EntityService
from marge.entities.refusal import invalid
from marge.util.patterns import PatternTooSlow, matches
from marge.util.schema import Text


class Features(IntFlag):
    """What a lock can do beside locking and unlocking."""

    OPEN = 1


class WithCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of all services of a lock."""

    code: Text | None = None


class LockEntity(ComplainingEntity):
    """A lock. `code_format` is the regular expression that a code must match from its start, None when no code is
    wanted. The registry's option `default_code` stands in for a code that was not given.
    """

    domain = "lock"
    has_features = True

    is_locked: bool | None = None
    is_locking: bool | None = None
    is_unlocking: bool | None = None
    is_open: bool | None = None
    is_opening: bool | None = None
    is_jammed: bool | None = None
    changed_by: str | None = None
    code_format: str | None = None

    @property
    def state(self) -> str | None:
        """`jammed`, `opening`, `locking`, `open`, `unlocking`, `locked`, `unlocked`, or None; the first that is so."""
        if self.is_jammed:
            return "jammed"
        if self.is_opening:
            return "opening"
        if self.is_locking:
            return "locking"
        if self.is_open:
            return "open"
        if self.is_unlocking:
            return "unlocking"
        locked = self.is_locked
        return None if locked is None else "locked" if locked else "unlocked"

    def attributes(self) -> dict[str, Any]:
        """Who changed it last and the format of codes, if known."""
        data: dict[str, Any] = {}
        if (changed_by := self.changed_by) is not None:
            data["changed_by"] = changed_by
        if (code_format := self.code_format) is not None:
            data["code_format"] = code_format
        return data

    async def lock(self, data: WithCode) -> None:
        """Lock."""
        await self.do_lock(self._code(data.code))

    async def unlock(self, data: WithCode) -> None:
        """Unlock."""
        await self.do_unlock(self._code(data.code))

    async def open(self, data: WithCode) -> None:
        """Open the latch."""
        await self.do_open(self._code(data.code))

    def _code(self, given: str | None) -> str | None:
        """The code to use; raises ServiceValidationError when the lock's format does not accept it."""
        pattern = self.code_format
        if pattern is None:
            return given or None
        default = self.overrides.options.get("default_code")
        try:
            code = given or (default if isinstance(default, str) and matches(pattern, default) else "")
            fits = matches(pattern, code)
        except PatternTooSlow as error:
            self.complain("slow pattern", "%s", error)
            raise ServiceValidationError(f"The code for {self.entity_id} is refused: {error}") from None
        except (re.error, RecursionError, OverflowError) as error:
            raise OperationFailed(
                f"The code format {pattern!r} of {self.entity_id} is not a valid regular expression: {error}"
            ) from None
        if not fits:
            raise invalid(
                "lock",
                "add_default_code",
                "The code for {entity_id} doesn't match pattern {code_format}.",
                entity_id=self.entity_id,
                code_format=pattern,
            )
        return code or None

    async def do_lock(self, code: str | None) -> None:
        """Platform: lock."""
        raise NotImplementedError

    async def do_unlock(self, code: str | None) -> None:
        """Platform: unlock."""
        raise NotImplementedError

    async def do_open(self, code: str | None) -> None:
        """Platform: open the latch."""
        raise NotImplementedError


LOCK: Final = Domain(
    "lock",
    LockEntity,
    (
        EntityService("lock", "lock", WithCode),
        EntityService("unlock", "unlock", WithCode),
        EntityService("open", "open", WithCode, (Features.OPEN,)),
    ),
)
