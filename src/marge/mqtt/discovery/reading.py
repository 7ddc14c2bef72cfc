"""Numbers out of payloads: finite, and of a size that something in a house can have."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

LARGEST: Final = 1e15
"""A number beyond this, either way, is a mistake of the device's."""


class NotTaken(ValueError):
    """A value that is not taken over; the text says what is wrong, to be read after it: `is no number`."""


def number(value: Any, what: str = "number") -> float:
    """The number that a device means by a text or by a value of JSON; raises NotTaken."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        raise NotTaken(f"is no {what}") from None
    # False for nan too.
    if not -LARGEST <= found <= LARGEST:
        raise NotTaken(f"is no {what}")
    return found


def is_number(text: str) -> bool:
    """Whether a text is a finite number of whatever size."""
    try:
        return isfinite(float(text))
    except ValueError:
        return False


def whole(value: Any, what: str = "whole number") -> int:
    """As `number`, for what must be written without decimals in a text; raises NotTaken."""
    try:
        found = int(value)
    except (TypeError, ValueError, OverflowError):
        raise NotTaken(f"is no {what}") from None
    if not -LARGEST <= found <= LARGEST:
        raise NotTaken(f"is no {what}")
    return found
