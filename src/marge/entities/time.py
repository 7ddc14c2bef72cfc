"""Time: a time of day that can be set."""

from __future__ import annotations

from datetime import time
from typing import Final

import msgspec

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.util.schema_dates import TimeOfDay


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    time: TimeOfDay


class TimeEntity(Entity):
    """A time of day."""

    domain = "time"

    native_value: time | None = None

    @property
    def state(self) -> str | None:
        """`HH:MM:SS`, or None."""
        value = self.native_value
        return None if value is None else value.isoformat()

    async def set_value(self, data: SetValue) -> None:
        """Set the time of day."""
        await self.do_set_value(data.time)

    async def do_set_value(self, value: time) -> None:
        """Set the time of day; given by the platform."""
        raise NotImplementedError


TIME: Final = Domain("time", TimeEntity, (EntityService("set_value", "set_value", SetValue),))
