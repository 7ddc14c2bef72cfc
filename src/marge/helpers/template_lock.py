"""Template locks."""

from __future__ import annotations

from typing import Any, Final

from marge.core.errors import ServiceValidationError, TemplateError
from marge.entities.lock import Features, LockEntity, WithCode
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import LockItem

_STATES: Final = ("jammed", "locked", "locking", "open", "opening", "unlocked", "unlocking")
_SAME: Final = {"true": "locked", "on": "locked", "false": "unlocked", "off": "unlocked"}


class TemplateLock(TemplateEntity, LockEntity):
    """A lock; its `code_format` is a template too, and while that fails it takes no orders."""

    NAME = "Template Lock"

    _format_error: TemplateError | None = None

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, LockItem)
        self.assumed_state = self._optimistic = item.optimistic
        super().prepare(house, item)
        self.supported_features = Features.OPEN.value if self.can("open") else 0

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        if field != "code_format":
            super().take(field, result)
        elif isinstance(result, TemplateError):
            self._format_error, self.code_format = result, None
        else:
            self._format_error = None
            self.code_format = None if result in (None, "None", "") else str(result)

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`; what is no state of a lock is unknown."""
        text = str(result).lower()
        self._show(self.one_of("The state", None if result is None else _SAME.get(text, text), _STATES))

    async def lock(self, data: WithCode) -> None:
        """See `LockEntity.lock`."""
        self._check()
        await super().lock(data)

    async def unlock(self, data: WithCode) -> None:
        """See `LockEntity.unlock`."""
        self._check()
        await super().unlock(data)

    async def open(self, data: WithCode) -> None:
        """See `LockEntity.open`."""
        self._check()
        await super().open(data)

    async def do_lock(self, code: str | None) -> None:
        """Take the actions of `lock`, which know the `code`."""
        await self._told("lock", "locked", code)

    async def do_unlock(self, code: str | None) -> None:
        """Take the actions of `unlock`, which know the `code`."""
        await self._told("unlock", "unlocked", code)

    async def do_open(self, code: str | None) -> None:
        """Take the actions of `open`, which know the `code`."""
        await self._told("open", "open", code)

    async def _told(self, field: str, state: str, code: str | None) -> None:
        if self._optimistic:
            self._show(state)
            self.write_state()
        await self.act(field, code=code)

    def _check(self) -> None:
        if self._format_error is not None:
            raise ServiceValidationError(f"The code format of {self.entity_id} is not known: {self._format_error}")

    def _show(self, state: str | None) -> None:
        self.is_locked = None if state is None else state == "locked"
        self.is_jammed = state == "jammed"
        self.is_locking = state == "locking"
        self.is_unlocking = state == "unlocking"
        self.is_open = state == "open"
        self.is_opening = state == "opening"
