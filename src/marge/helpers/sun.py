"""sun.sun: where the sun is, and when it rises, sets and the like.

The times of a day are worked out at each of them; the position in between as often as the phase of the day asks for,
as in Home Assistant. astral is imported by the first calculation.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from marge.core.clock import Cancel
from marge.core.events import CORE_CONFIG_UPDATED, Event, Remove
from marge.entities.base import Entity
from marge.util.dt import to_iso
from marge.util.sun import Sun, SunEvent

_MINUTE: Final = 60.0
_FOREVER: Final = 400 * 86_400.0

NIGHT: Final = "night"
ASTRONOMICAL: Final = "astronomical_twilight"
NAUTICAL: Final = "nautical_twilight"
TWILIGHT: Final = "twilight"
SMALL_DAY: Final = "small_day"
DAY: Final = "day"

# How often the position is worked out in each phase: four minutes are a degree of the sun's way.
_UPDATES: Final = {NIGHT: 20, ASTRONOMICAL: 8, NAUTICAL: 8, TWILIGHT: 4, SMALL_DAY: 2, DAY: 4}

# The angles that part the phases, and the phase below each.
_ANGLES: Final = ((-18.0, NIGHT), (-12.0, ASTRONOMICAL), (-6.0, NAUTICAL), (0.0, TWILIGHT), (10.0, SMALL_DAY))

# What comes next → the phase that it is until then; for noon and midnight the height of the sun tells.
_CIVIL: Final[tuple[tuple[SunEvent, str | None], ...]] = (
    ("dawn", NAUTICAL),
    ("sunrise", TWILIGHT),
    ("noon", None),
    ("sunset", SMALL_DAY),
    ("dusk", TWILIGHT),
    ("midnight", None),
)
_FURTHER: Final = (
    ("dawn", 18.0, NIGHT),
    ("dawn", 12.0, ASTRONOMICAL),
    ("dawn", -10.0, SMALL_DAY),
    ("dusk", -10.0, DAY),
    ("dusk", 12.0, NAUTICAL),
    ("dusk", 18.0, ASTRONOMICAL),
)

EVENTS: Final[dict[str, SunEvent]] = {
    "next_dawn": "dawn",
    "next_dusk": "dusk",
    "next_midnight": "midnight",
    "next_noon": "noon",
    "next_rising": "sunrise",
    "next_setting": "sunset",
}


class SunEntity(Entity):
    """The sun as seen from home."""

    domain = "sun"
    name = "Sun"
    platform = "sun"

    def __init__(self, on_events: Callable[[], object], on_position: Callable[[], object]) -> None:
        self.entity_id = "sun.sun"
        self.next: dict[SunEvent, float | None] = {}
        self.elevation = 0.0
        self.azimuth = 0.0
        self.rising = False
        self.phase = DAY
        self._on_events = on_events
        self._on_position = on_position
        self._place: tuple[float, float, float] | None = None
        self._sun = Sun(0.0, 0.0)
        self._next_change = 0.0
        self._events_timer: Cancel | None = None
        self._position_timer: Cancel | None = None
        self._remove: Remove | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self._remove = self.hub.bus.listen(CORE_CONFIG_UPDATED, self._config_updated)
        self._locate()

    def removed(self) -> None:
        """See `Entity.removed`."""
        self._cancel()
        if self._remove is not None:
            self._remove()

    @property
    def state(self) -> str:
        """`above_horizon` or `below_horizon`."""
        return "above_horizon" if self.elevation > -0.833 else "below_horizon"

    def attributes(self) -> dict[str, Any]:
        """The next times in UTC, the position in degrees, and whether the sun is on its way up."""
        times = {name: self.next.get(event) for name, event in EVENTS.items()}
        return {
            **{name: None if moment is None else to_iso(moment) for name, moment in times.items()},
            "elevation": self.elevation,
            "azimuth": self.azimuth,
            "rising": self.rising,
        }

    def _config_updated(self, _event: Event) -> None:
        self._locate()

    def _locate(self) -> None:
        config = self.hub.config
        place = (config.latitude, config.longitude, float(config.elevation))
        if place != self._place:
            self._place = place
            self._sun = Sun(*place)
            self._update_events()

    def _cancel(self) -> None:
        for timer in (self._events_timer, self._position_timer):
            if timer is not None:
                timer()
        self._events_timer = self._position_timer = None

    def _update_events(self) -> None:
        now = self.hub.clock.now()
        today = datetime.fromtimestamp(now, self.hub.config.zone).date()
        self._cancel()
        self.next = {event: self._sun.next(event, now, today) for event, _ in _CIVIL}
        changes: list[tuple[float, str | None]] = [(now + _FOREVER, None)]
        changes += [(moment, phase) for event, phase in _CIVIL if (moment := self.next[event]) is not None]
        for event, depression, before in _FURTHER:
            moment = self._next_at_angle(event, depression, now)
            if moment is not None:
                changes.append((moment, before))
        self._next_change, phase = min(changes, key=lambda change: change[0])
        self.phase = phase or _phase(self._sun.position(self._next_change)[0])
        noon, midnight = self.next["noon"], self.next["midnight"]
        self.rising = noon is not None and midnight is not None and noon < midnight
        self._update_position()
        self._on_events()
        self._events_timer = self.hub.clock.call_at(self._next_change, self._update_events)

    def _next_at_angle(self, event: str, depression: float, now: float) -> float | None:
        """When the sun next passes an angle other than that of dawn and dusk; within two days, later does not matter.

        Noon and midnight come before that, and everything is worked out again then.
        """
        import astral
        import astral.sun

        observer = astral.Observer(*self._place) if self._place is not None else astral.Observer()
        find = astral.sun.dawn if event == "dawn" else astral.sun.dusk
        today = datetime.fromtimestamp(now, self.hub.config.zone).date()
        for days in range(-1, 3):
            try:
                moment = float(find(observer, today + timedelta(days=days), depression).timestamp())
            except ValueError:
                continue
            if moment > now:
                return moment
        return None

    def _update_position(self) -> None:
        now = self.hub.clock.now()
        elevation, azimuth = self._sun.position(now)
        self.elevation, self.azimuth = round(elevation, 2), round(azimuth, 2)
        self.write_state()
        self._on_position()
        delta = _UPDATES[self.phase] * _MINUTE
        # One that would come shortly before the next event is left to that.
        later = now + delta * 1.25 <= self._next_change
        self._position_timer = self.hub.clock.call_at(now + delta, self._update_position) if later else None


def _phase(elevation: float) -> str:
    for angle, below in _ANGLES:
        if elevation < angle:
            return below
    return DAY
