"""The words of service schemas: numbers with their range, colours, choices; errors say what was expected.

`TYPE_CHECKING` tells mypy what each word reads to; at run time a word is a type of `marge.util.schema`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from marge.util.schema import word


def whole(name: str, low: int | None = None, high: int | None = None, *, clamp: bool = False) -> Any:
    """A word for a whole number; out of range it is refused, or with `clamp` moved to the nearer end."""
    return word(name, _number(_whole, low, high, clamp))


def real(name: str, low: float | None = None, high: float | None = None, *, clamp: bool = False) -> Any:
    """A word for a number; out of range it is refused, or with `clamp` moved to the nearer end."""
    return word(name, _number(_real, low, high, clamp))


def choice(name: str, *choices: str) -> Any:
    """A word for one of a few texts."""

    def read(value: Any) -> str:
        if isinstance(value, str) and value in choices:
            return str(value)
        raise ValueError(f"value must be one of {sorted(choices)}, got {value!r}")

    return word(name, read)


def row(name: str, *parts: tuple[Callable[[Any], Any], float, float]) -> Any:
    """A word for a fixed number of numbers, each with its reader and range."""
    readers = [_number(read, low, high, False) for read, low, high in parts]

    def read(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, (list, tuple)) or len(value) != len(readers):
            raise ValueError(f"expected {len(readers)} numbers, got {value!r}")
        return tuple(reader(item) for reader, item in zip(readers, value, strict=True))

    return word(name, read)


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError, OverflowError):
        raise ValueError(f"expected int, got {value!r}") from None


def _real(value: Any) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"expected float, got {value!r}")
    return number


def _number(read: Callable[[Any], Any], low: float | None, high: float | None, clamp: bool) -> Callable[[Any], Any]:
    def checked(value: Any) -> Any:
        number = read(value)
        if low is not None and number < low:
            if clamp:
                return low
            raise ValueError(f"value must be at least {low}, got {value!r}")
        if high is not None and number > high:
            if clamp:
                return high
            raise ValueError(f"value must be at most {high}, got {value!r}")
        return number

    return checked


_BYTE = (_whole, 0, 255)

if TYPE_CHECKING:
    Percentage = int
    WholeNumber = int
    PositiveInt = int
    Number = float
    PositiveNumber = float
    Fraction = float
    RGBColor = tuple[int, int, int]
    RGBWColor = tuple[int, int, int, int]
    RGBWWColor = tuple[int, int, int, int, int]
    HSColor = tuple[float, float]
    XYColor = tuple[float, float]
    Position = tuple[float, float]
else:
    Percentage = whole("Percentage", 0, 100)
    WholeNumber = whole("WholeNumber")
    PositiveInt = whole("PositiveInt", 0)
    Number = real("Number")
    PositiveNumber = real("PositiveNumber", 0)
    Fraction = real("Fraction", 0, 1)
    RGBColor = row("RGBColor", *[_BYTE] * 3)
    RGBWColor = row("RGBWColor", *[_BYTE] * 4)
    RGBWWColor = row("RGBWWColor", *[_BYTE] * 5)
    HSColor = row("HSColor", (_real, 0, 360), (_real, 0, 100))
    XYColor = row("XYColor", (_real, 0, 1), (_real, 0, 1))
    Position = row("Position", (_real, -90, 90), (_real, -180, 180))
