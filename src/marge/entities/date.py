"""Date: a day that can be set."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.util.schema_dates import Date


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    date: Date


class DateEntity(Entity):
    """A day."""

    domain = "date"

    native_value: date | None = None

    @property
    def state(self) -> str | None:
        """`YYYY-MM-DD`, or None."""
        value = self.native_value
        return None if value is None else value.isoformat()

    async def set_value(self, data: SetValue) -> None:
        """Set the day."""
        await self.do_set_value(data.date)

    async def do_set_value(self, value: date) -> None:
        """Set the day; given by the platform."""
        raise NotImplementedError


DATE: Final = Domain("date", DateEntity, (EntityService("set_value", "set_value", SetValue),))
