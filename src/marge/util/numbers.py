"""How numbers are written as states."""

from __future__ import annotations

from decimal import Decimal
from math import ceil, floor


def number_text(value: float | Decimal) -> str:
    """A number as Home Assistant writes it as a state: floats with 15 significant digits (`0.3`, not `0.30000…04`)."""
    return f"{value:.15}" if isinstance(value, float) else str(value)


def decimals(value: object) -> int:
    """How many digits stand behind the decimal point when `value` is written out."""
    text = str(value)
    return len(text) - text.index(".") - 1 if "." in text else 0


def floor_decimals(value: float, digits: int) -> float:
    """Round down to `digits` decimals."""
    factor = 10.0**digits
    return floor(value * factor) / factor


def ceil_decimals(value: float, digits: int) -> float:
    """Round up to `digits` decimals."""
    factor = 10.0**digits
    return ceil(value * factor) / factor
