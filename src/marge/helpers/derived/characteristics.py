"""The characteristics of a row of values that the statistics sensor can show.

Each takes the values and their ages (Unix seconds), as many of both and at least one, in time order.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

Values = Sequence[float]
Ages = Sequence[float]
Characteristic = Callable[[Values, Ages], Any]


def _stdev(values: Values, ages: Ages) -> float:
    return statistics.stdev(values) if len(values) > 1 else 0.0


def _variance(values: Values, ages: Ages) -> float:
    return statistics.variance(values) if len(values) > 1 else 0.0


def _by_time(height: Callable[[float, float], float]) -> Characteristic:
    """The mean over time, where two neighbours make `height` between them."""

    def mean(values: Values, ages: Ages) -> float:
        span = ages[-1] - ages[0]
        if span <= 0:
            return values[0] if len(values) == 1 else statistics.mean(values)
        steps = zip(pairwise(values), pairwise(ages), strict=True)
        return sum(height(*pair) * (end - start) for pair, (start, end) in steps) / span

    return mean


def _change_second(values: Values, ages: Ages) -> float | None:
    span = ages[-1] - ages[0]
    return (values[-1] - values[0]) / span if span > 0 else None


def _mean_circular(values: Values, ages: Ages) -> float:
    up = sum(math.sin(math.radians(value)) for value in values)
    along = sum(math.cos(math.radians(value)) for value in values)
    return (math.degrees(math.atan2(up, along)) + 360) % 360


def _differences(values: Values, ages: Ages) -> float:
    return sum((abs(later - earlier) for earlier, later in pairwise(values)), 0.0)


def _growth(values: Values, ages: Ages) -> float:
    """What it grew by; a fall is a new beginning at zero."""
    return sum((later - earlier if later >= earlier else later for earlier, later in pairwise(values)), 0.0)


def percentile(percent: int) -> Characteristic:
    """The value that so many percent are below."""

    def found(values: Values, ages: Ages) -> float:
        return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else values[0]

    return found


def _sum(values: Values, ages: Ages) -> float:
    return sum(values)


def _mean(values: Values, ages: Ages) -> float:
    return statistics.mean(values)


TIMES: Final[Mapping[str, Characteristic]] = {
    "datetime_newest": lambda values, ages: ages[-1],
    "datetime_oldest": lambda values, ages: ages[0],
    "datetime_value_max": lambda values, ages: ages[values.index(max(values))],
    "datetime_value_min": lambda values, ages: ages[values.index(min(values))],
}
"""Those whose value is a time."""

IN_UNIT: Final[Mapping[str, Characteristic]] = {
    "average_linear": _by_time(lambda earlier, later: 0.5 * (later + earlier)),
    "average_step": _by_time(lambda earlier, later: earlier),
    "average_timeless": _mean,
    "change": lambda values, ages: values[-1] - values[0],
    "distance_95_percent_of_values": lambda values, ages: 2 * 1.96 * _stdev(values, ages),
    "distance_99_percent_of_values": lambda values, ages: 2 * 2.58 * _stdev(values, ages),
    "distance_absolute": lambda values, ages: max(values) - min(values),
    "mean": _mean,
    "mean_circular": _mean_circular,
    "median": lambda values, ages: statistics.median(values),
    "noisiness": lambda values, ages: _differences(values, ages) / max(1, len(values) - 1),
    "percentile": percentile(50),
    "standard_deviation": _stdev,
    "sum": _sum,
    "sum_differences": _differences,
    "sum_differences_nonnegative": _growth,
    "total": _sum,
    "value_max": lambda values, ages: max(values),
    "value_min": lambda values, ages: min(values),
}
"""Those whose value is in the unit of the source."""

OTHER: Final[Mapping[str, tuple[Characteristic, str | None]]] = {
    "change_sample": (lambda v, a: (v[-1] - v[0]) / (len(v) - 1) if len(v) > 1 else None, "{}/sample"),
    "change_second": (_change_second, "{}/s"),
    "count": (lambda values, ages: len(values), None),
    "variance": (_variance, "{}²"),
}
"""The others, with what becomes of the unit."""

NUMERIC: Final[Mapping[str, Characteristic]] = {
    **TIMES,
    **IN_UNIT,
    **{name: found for name, (found, _) in OTHER.items()},
}

PERCENTAGES: Final = frozenset({"average_step", "average_timeless", "mean"})
"""Those of a binary sensor whose value is how much of it is on, in percent."""


def _on(values: Values, ages: Ages) -> float:
    return 100.0 / len(values) * values.count(True)


def _on_time(values: Values, ages: Ages) -> float:
    span = ages[-1] - ages[0]
    if span <= 0:
        return 100.0 * values[0] if len(values) == 1 else _on(values, ages)
    lit = sum(end - start for on, (start, end) in zip(values, pairwise(ages), strict=False) if on)
    return 100 / span * lit


BINARY: Final[Mapping[str, Characteristic]] = {
    "average_step": _on_time,
    "average_timeless": _on,
    "count": lambda values, ages: len(values),
    "count_off": lambda values, ages: values.count(False),
    "count_on": lambda values, ages: values.count(True),
    "datetime_newest": TIMES["datetime_newest"],
    "datetime_oldest": TIMES["datetime_oldest"],
    "mean": _on,
}
