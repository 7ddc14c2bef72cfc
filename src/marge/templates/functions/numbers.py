"""Numbers: conversion, rounding, trigonometry, statistics, bits and packed bytes."""

from __future__ import annotations

import logging
import math
from collections.abc import Callable, Iterable
from typing import Any

from marge.core.errors import TemplateError
from marge.templates.bounds import MAX_TEXT, text_of
from marge.templates.functions.base import FILTER, GLOBAL, NO_DEFAULT, TEST, Export, no_default
from marge.templates.results import to_boolean

_LOGGER = logging.getLogger("marge.templates")


def to_float(value: Any, default: Any = NO_DEFAULT) -> Any:
    """`float(value)`, or the default."""
    try:
        return float(value)
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("float", value)
        return default


def to_int(value: Any, default: Any = NO_DEFAULT, base: int = 10) -> Any:
    """A whole number from a number or a text ("42.9" gives 42), or the default."""
    try:
        return int(value, base) if isinstance(value, str) else int(value)
    except (TypeError, ValueError):
        try:
            return int(float(value))
        except (TypeError, ValueError, OverflowError):
            if default is NO_DEFAULT:
                no_default("int", value)
            return default


def to_bool(value: Any, default: Any = NO_DEFAULT) -> Any:
    """True for true, yes, on, enable, 1 and numbers but 0; False for their opposites; else the default."""
    found = to_boolean(value)
    if found is None:
        if default is NO_DEFAULT:
            no_default("bool", value)
        return default
    return found


def is_number(value: Any) -> bool:
    """Whether `value` is, or spells, a finite number."""
    try:
        return math.isfinite(float(value))
    except (ValueError, TypeError):
        return False


def rounded(value: Any, precision: int = 0, method: str = "common", default: Any = NO_DEFAULT) -> Any:
    """Round with method `common`, `ceil`, `floor` or `half`; a whole number when precision is 0."""
    try:
        if precision > 308:
            raise OverflowError("int too large to convert to float")
        factor = float(10**precision)
        number = float(value)
        result: float
        if method == "ceil":
            result = math.ceil(number * factor) / factor
        elif method == "floor":
            result = math.floor(number * factor) / factor
        elif method == "half":
            result = round(number * 2) / 2
        else:
            result = round(number, precision)
        return int(result) if precision == 0 else result
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("round", value)
        return default


def multiply(value: Any, amount: Any, default: Any = NO_DEFAULT) -> Any:
    """`float(value) * amount`."""
    try:
        return float(value) * amount
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("multiply", value)
        return default


def add(value: Any, amount: Any, default: Any = NO_DEFAULT) -> Any:
    """`float(value) + amount`."""
    try:
        return float(value) + amount
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("add", value)
        return default


def logarithm(value: Any, base: Any = math.e, default: Any = NO_DEFAULT) -> Any:
    """The logarithm to a base, natural when none is given."""
    try:
        to_base = float(base)
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("log", base)
        return default
    try:
        return math.log(float(value), to_base)
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("log", value)
        return default


def _of_one(name: str, function: Callable[[float], float]) -> Callable[..., Any]:
    def calculate(value: Any, default: Any = NO_DEFAULT) -> Any:
        try:
            return function(float(value))
        except (ValueError, TypeError):
            if default is NO_DEFAULT:
                no_default(name, value)
            return default

    calculate.__qualname__ = name
    return calculate


def arc_tangent2(*args: Any, default: Any = NO_DEFAULT) -> Any:
    """The angle of a point, from y and x or a list of both; a further argument is the default."""
    values = args
    try:
        if 1 <= len(args) <= 2 and isinstance(args[0], (list, tuple)):
            if len(args) == 2 and default is NO_DEFAULT:
                default = args[1]
            values = tuple(args[0])
        elif len(args) == 3 and default is NO_DEFAULT:
            default = args[2]
        return math.atan2(float(values[0]), float(values[1]))
    except (ValueError, TypeError):
        if default is NO_DEFAULT:
            no_default("atan2", values)
        return default


def _values(name: str, args: tuple[Any, ...], default: Any) -> tuple[Iterable[Any], Any]:
    """The numbers meant by `f(list)`, `f(list, default)` or `f(a, b, …)`, and the default."""
    if not args:
        raise TypeError(f"{name} expected at least 1 argument, got 0")
    if isinstance(args[0], Iterable):
        return args[0], args[1] if len(args) > 1 and default is NO_DEFAULT else default
    if len(args) == 1:
        raise TypeError(f"'{type(args[0]).__name__}' object is not iterable")
    return args, default


def average(*args: Any, default: Any = NO_DEFAULT) -> Any:
    """The arithmetic mean of a list or of the arguments."""
    from statistics import StatisticsError, fmean

    values, default = _values("average", args, default)
    try:
        return fmean(values)
    except (TypeError, StatisticsError):
        if default is NO_DEFAULT:
            no_default("average", args)
        return default


def median(*args: Any, default: Any = NO_DEFAULT) -> Any:
    """The middle value of a list or of the arguments."""
    import statistics

    values, default = _values("median", args, default)
    try:
        return statistics.median(values)
    except (TypeError, statistics.StatisticsError):
        if default is NO_DEFAULT:
            no_default("median", args)
        return default


def statistical_mode(*args: Any, default: Any = NO_DEFAULT) -> Any:
    """The most frequent value of a list or of the arguments."""
    import statistics

    values: Iterable[Any] = args
    if not args:
        raise TypeError("statistical_mode expected at least 1 argument, got 0")
    if (len(args) == 1 and isinstance(args[0], Iterable)) or isinstance(args[0], (list, tuple)):
        values = args[0]
        if len(args) > 1 and default is NO_DEFAULT:
            default = args[1]
    elif len(args) == 1:
        raise TypeError(f"'{type(args[0]).__name__}' object is not iterable")
    try:
        return statistics.mode(values)
    except (TypeError, statistics.StatisticsError):
        if default is NO_DEFAULT:
            no_default("statistical_mode", args)
        return default


def bitwise_and(first: Any, second: Any) -> Any:
    """`first & second`."""
    return first & second


def bitwise_or(first: Any, second: Any) -> Any:
    """`first | second`."""
    return first | second


def bitwise_xor(first: Any, second: Any) -> Any:
    """`first ^ second`."""
    return first ^ second


def pack(value: Any, format_string: str) -> bytes | None:
    """Bytes of `value` in a format of Python's struct module; None, with a warning, when it does not fit."""
    import struct

    try:
        if struct.calcsize(format_string) > MAX_TEXT:
            raise TemplateError(f"'{format_string}' would make more than {MAX_TEXT} bytes")
        return struct.pack(format_string, value)
    except struct.error:
        _LOGGER.warning(
            "pack cannot write '%s' (%s) in the format '%s'; formats are those of Python's struct module",
            text_of(value),
            type(value).__name__,
            format_string,
        )
        return None


def unpack(value: Any, format_string: str, offset: int = 0) -> Any:
    """The first value in bytes, in a format of Python's struct module; None, with a warning, when it does not fit."""
    import struct

    try:
        return struct.unpack_from(format_string, value, offset)[0]
    except struct.error:
        _LOGGER.warning(
            "unpack cannot read '%s' in the format '%s' at offset %s; formats are those of Python's struct module",
            text_of(value),
            format_string,
            offset,
        )
        return None


def ordinal(value: Any) -> str:
    """1st, 2nd, 3rd, 4th, … 11th, 12th, 13th."""
    text = text_of(value)
    if 11 <= int(text[-2:]) % 100 <= 13:
        return text + "th"
    return text + {1: "st", 2: "nd", 3: "rd"}.get(int(text[-1]), "th")


EXPORTS = (
    Export("float", to_float),
    Export("int", to_int),
    Export("bool", to_bool),
    Export("is_number", is_number, GLOBAL + FILTER + TEST),
    Export("round", rounded, FILTER),
    Export("multiply", multiply, FILTER),
    Export("add", add, FILTER),
    Export("log", logarithm),
    Export("sin", _of_one("sin", math.sin)),
    Export("cos", _of_one("cos", math.cos)),
    Export("tan", _of_one("tan", math.tan)),
    Export("asin", _of_one("asin", math.asin)),
    Export("acos", _of_one("acos", math.acos)),
    Export("atan", _of_one("atan", math.atan)),
    Export("atan2", arc_tangent2),
    Export("sqrt", _of_one("sqrt", math.sqrt)),
    Export("average", average),
    Export("median", median),
    Export("statistical_mode", statistical_mode),
    Export("bitwise_and", bitwise_and, FILTER),
    Export("bitwise_or", bitwise_or, FILTER),
    Export("bitwise_xor", bitwise_xor, FILTER),
    Export("pack", pack),
    Export("unpack", unpack),
    Export("ordinal", ordinal, FILTER),
    Export("e", math.e, GLOBAL),
    Export("pi", math.pi, GLOBAL),
    Export("tau", math.tau, GLOBAL),
)
