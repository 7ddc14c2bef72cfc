"""The filters of the filter sensor: each takes samples in time order, and passes one on or keeps it back."""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Mapping
from typing import ClassVar, Final

from marge.helpers.derived.following import real

Sample = tuple[float, str | float]
"""When (Unix seconds), and what."""


class Filter:
    """A filter with a window of the last values that it passed on, or of seconds."""

    KEYS: ClassVar[tuple[str, ...]] = ("window_size",)
    """The options it has beside `precision`."""
    BY_TIME: ClassVar[bool] = False
    NUMBERS: ClassVar[bool] = True
    """Whether it refuses what is no number."""
    PRECISION: ClassVar[int | None] = None

    def __init__(self, window: float, precision: int | None = None) -> None:
        self.window = window
        self._precision = self.PRECISION if precision is None else precision
        self._past: deque[float | str] = deque(maxlen=0 if self.BY_TIME else int(window))

    def reset(self) -> None:
        """Forget the last values."""
        self._past.clear()

    def pass_on(self, sample: Sample) -> Sample | None:
        """The sample as it comes out, None when it is kept back; raises ValueError for what is no number."""
        at, value = sample
        number = real(value)
        if number is not None:
            value = number
        elif self.NUMBERS:
            raise ValueError(value)
        result = self.filtered(at, value)
        if result is not None and self._precision is not None and not isinstance(result, str):
            result = round(float(result), self._precision)
            result = int(result) if self._precision == 0 else result
        self.remember(value, result)
        return None if result is None else (at, result)

    def remember(self, value: float | str, result: float | str | None) -> None:
        """Keep what came out."""
        self._past.append(value if result is None else result)

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """What becomes of a value, not rounded yet; given by the filter."""
        raise NotImplementedError

    def _numbers(self) -> list[float]:
        return [each for each in self._past if not isinstance(each, str)]


class Range(Filter):
    """Moves what is out of a range to its nearer end."""

    KEYS = ("lower_bound", "upper_bound")

    def __init__(
        self,
        window: float,
        precision: int | None = None,
        lower_bound: float | None = None,
        upper_bound: float | None = None,
    ) -> None:
        super().__init__(window, precision)
        self._low, self._high = lower_bound, upper_bound

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """See `Filter.filtered`."""
        number = float(value)
        if self._high is not None and number > self._high:
            return self._high
        if self._low is not None and number < self._low:
            return self._low
        return number


class Outlier(Filter):
    """Shows the median of the last values in the place of what is far from it, once the window is full."""

    KEYS = ("window_size", "radius")

    def __init__(self, window: float, precision: int | None = None, radius: float = 2.0) -> None:
        super().__init__(window, precision)
        self._radius = radius

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """See `Filter.filtered`."""
        number, past = float(value), self._numbers()
        if len(past) < self.window:
            return number
        median = statistics.median(past)
        return median if abs(number - median) > self._radius else number

    def remember(self, value: float | str, result: float | str | None) -> None:
        """Keep what came in."""
        self._past.append(value)


class LowPass(Filter):
    """Follows slowly: a new value counts one part in `time_constant`."""

    KEYS = ("window_size", "time_constant")
    PRECISION = 2

    def __init__(self, window: float, precision: int | None = None, time_constant: float = 10) -> None:
        super().__init__(window, precision)
        self._weight = 1.0 / int(time_constant)

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """See `Filter.filtered`."""
        past = self._numbers()
        if not past:
            return float(value)
        return (1.0 - self._weight) * past[-1] + self._weight * float(value)


class MovingAverage(Filter):
    """The mean over a time, where a value holds until the next one."""

    KEYS = ("window_size", "type")
    BY_TIME = True
    PRECISION = 2

    def __init__(self, window: float, precision: int | None = None) -> None:
        super().__init__(window, precision)
        self._within: deque[tuple[float, float]] = deque()
        self._before: tuple[float, float] | None = None

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """See `Filter.filtered`."""
        while self._within and self._within[0][0] + self.window <= at:
            self._before = self._within.popleft()
        self._within.append((at, float(value)))
        start, held = at - self.window, (self._before or self._within[0])[1]
        area = 0.0
        for moment, number in self._within:
            area += (moment - start) * held
            start, held = moment, number
        return area / self.window


class Throttle(Filter):
    """Passes one value in so many on."""

    NUMBERS = False

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """See `Filter.filtered`."""
        if self._past and len(self._past) < self.window:
            return None
        self._past.clear()
        return value


class TimeThrottle(Filter):
    """Passes a value on when none was for some time."""

    BY_TIME = True
    NUMBERS = False

    _last: float | None = None

    def filtered(self, at: float, value: float | str) -> float | str | None:
        """See `Filter.filtered`."""
        if self._last is not None and self._last > at - self.window:
            return None
        self._last = at
        return value


FILTERS: Final[Mapping[str, type[Filter]]] = {
    "lowpass": LowPass,
    "outlier": Outlier,
    "range": Range,
    "throttle": Throttle,
    "time_simple_moving_average": MovingAverage,
    "time_throttle": TimeThrottle,
}
