"""Data of the services of to-do lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from marge.util.schema import Strings, Text, kind_of, word
from marge.util.schema_dates import Date, DateTime

_STATUSES = ("needs_action", "completed")


def _name(value: Any) -> str:
    if isinstance(value, (list, dict)) or value is None:
        raise ValueError(f"expected text, got {kind_of(value)}")
    if not (text := str(value)):
        raise ValueError("length of value must be at least 1")
    return text


def _statuses(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [] if value is None else [value]
    for status in found:
        if status not in _STATUSES:
            raise ValueError(f"value must be one of {', '.join(_STATUSES)}, got {status!r}")
    return found


if TYPE_CHECKING:
    Name = str
    Statuses = list[str]
else:
    Name = word("Name", _name)
    Statuses = word("Statuses", _statuses)


class GetItems(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `get_items`: only items of these statuses, all when empty."""

    status: Statuses = []


class AddItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `add_item`; null leaves a field empty."""

    item: Name
    due_date: Date | UnsetType | None = UNSET
    due_datetime: DateTime | UnsetType | None = UNSET
    description: Text | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        """Refuse two due times."""
        _one_due(self)


class UpdateItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `update_item`; null clears a field, what is left out stays."""

    item: Name
    rename: Name | UnsetType = UNSET
    status: Literal["needs_action", "completed"] | UnsetType = UNSET
    due_date: Date | UnsetType | None = UNSET
    due_datetime: DateTime | UnsetType | None = UNSET
    description: Text | UnsetType | None = UNSET

    def __post_init__(self) -> None:
        """Refuse two due times, and a call that changes nothing."""
        _one_due(self)
        changes = ("rename", "status", "due_date", "due_datetime", "description")
        if all(getattr(self, field) is UNSET for field in changes):
            raise ValueError(f"must contain at least one of {', '.join(changes)}.")


class RemoveItem(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `remove_item`."""

    item: Strings


def _one_due(data: AddItem | UpdateItem) -> None:
    if data.due_date is not UNSET and data.due_datetime is not UNSET:
        raise ValueError("must contain at most one of due_date, due_datetime.")
