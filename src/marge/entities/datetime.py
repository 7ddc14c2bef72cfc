"""Datetime: a moment that can be set."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import msgspec

from marge.entities.complaints import ComplainingEntity
from marge.entities.domain import Domain, EntityService
from marge.util.schema_dates import DateTime


class SetValue(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `set_value`."""

    datetime: DateTime


class DateTimeEntity(ComplainingEntity):
    """A moment; `native_value` knows its time zone."""

    domain = "datetime"

    native_value: datetime | None = None

    @property
    def state(self) -> str | None:
        """ISO 8601 in UTC without fractions of a second; None for a value without a time zone."""
        value = self.native_value
        if value is None:
            return None
        if value.tzinfo is None:
            self.complain("zone", "provides '%s', which has no time zone", value)
            return None
        try:
            return value.astimezone(UTC).isoformat(timespec="seconds")
        except OverflowError:
            self.complain("range", "provides '%s', which is out of range", value)
            return None

    async def set_value(self, data: SetValue) -> None:
        """Set the moment; without a time zone it is in the house's."""
        value = data.datetime
        await self.do_set_value(value.replace(tzinfo=self.hub.config.zone) if value.tzinfo is None else value)

    async def do_set_value(self, value: datetime) -> None:
        """Set the moment; given by the platform."""
        raise NotImplementedError


DATETIME: Final = Domain("datetime", DateTimeEntity, (EntityService("set_value", "set_value", SetValue),))
