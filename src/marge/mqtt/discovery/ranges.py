"""Between a device's range and percent, as Home Assistant counts: the range is that of what is not off."""

from __future__ import annotations

Range = tuple[float, float]


def to_percent(low_high: Range, value: float) -> int:
    """The percentage of `value`; the lowest value is the first step above 0. Raises OverflowError, ValueError."""
    low, high = low_high
    return int((value - (low - 1)) * 100 // (high - low + 1))


def from_percent(low_high: Range, percent: float) -> float:
    """The value of a percentage."""
    low, high = low_high
    return percent * (high - low + 1) / 100 + (low - 1)


def steps(low_high: Range) -> int:
    """How many values there are."""
    low, high = low_high
    return int(high - low + 1)


def to_brightness(scale: int, value: float) -> int:
    """The brightness (1-255) of a device's value on a scale from 1."""
    return min(255, max(1, round(value * 255 / scale)))


def from_brightness(scale: int, brightness: float) -> int:
    """The device's value of a brightness, at least 1."""
    return max(1, round(brightness * scale / 255))
