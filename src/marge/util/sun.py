"""Where the sun is: sunrise, sunset and the like for a place, as Home Assistant works them out (with astral)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from astral import Observer

SunEvent = Literal["sunrise", "sunset", "dawn", "dusk", "noon", "midnight"]

_LONGEST: Final = 367
"""Days within which every event that can happen at a place happens."""


class Sun:
    """The sun as seen from one place; degrees and metres. astral is imported at the first question."""

    __slots__ = ("_observer", "_place")

    def __init__(self, latitude: float, longitude: float, elevation: float = 0.0) -> None:
        self._place = (latitude, longitude, elevation)
        self._observer: Observer | None = None

    def at(self, event: SunEvent, day: date) -> float | None:
        """When `event` happens on `day` (a date in UTC terms, as in Home Assistant); None when it does not that day."""
        import astral.sun

        latitude, longitude, elevation = self._place
        try:
            if event == "noon" or event == "midnight":
                flat = astral.Observer(latitude, longitude, 0.0)
                moment = (astral.sun.noon if event == "noon" else astral.sun.midnight)(flat, day)
            else:
                if self._observer is None:
                    self._observer = astral.Observer(latitude, longitude, elevation)
                moment = getattr(astral.sun, event)(self._observer, day)
        except ValueError:
            return None
        return float(moment.astimezone(UTC).timestamp())

    def next(self, event: SunEvent, after: float, today: date, offset: float = 0.0) -> float | None:
        """The first `event`, moved by `offset` seconds, after `after`; `today` is the local date of `after`.

        None where it does not happen within a year.
        """
        for days in range(-1 - abs(int(offset // 86_400)), _LONGEST):
            moment = self.at(event, today + timedelta(days=days))
            if moment is not None and moment + offset > after:
                return moment + offset
        return None

    def position(self, moment: float) -> tuple[float, float]:
        """Elevation and azimuth of the sun at Unix time `moment`, in degrees."""
        import astral.sun

        latitude, longitude, elevation = self._place
        observer = astral.Observer(latitude, longitude, elevation)
        when = datetime.fromtimestamp(moment, UTC)
        return float(astral.sun.elevation(observer, when)), float(astral.sun.azimuth(observer, when))
