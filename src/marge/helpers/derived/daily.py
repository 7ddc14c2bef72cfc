"""What is worked out once a day, at midnight by the clocks of the house."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from marge.core.clock import Cancel
from marge.core.events import CORE_CONFIG_UPDATED
from marge.helpers.derived.following import DerivedEntity
from marge.helpers.wall_clock import wall_time


class DailyEntity(DerivedEntity):
    """Looks at the day when it is added, at each midnight, and when the house moves."""

    _cancel: Cancel | None = None

    def added(self) -> None:
        """See `Entity.added`."""
        self.on_end(self.hub.bus.listen(CORE_CONFIG_UPDATED, lambda _: self.again()))
        self._plan()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        if self._cancel is not None:
            self._cancel()

    def today(self) -> date:
        """The date at the house."""
        return datetime.fromtimestamp(self.hub.clock.now(), self.hub.config.zone).date()

    def look(self, today: date) -> None:
        """Work out what it shows; given by the kind."""
        raise NotImplementedError

    def again(self) -> None:
        """Work it out anew, and show it."""
        self._plan()
        self.write_state()

    def _plan(self) -> None:
        if self._cancel is not None:
            self._cancel()
        today = self.today()
        self.look(today)
        midnight = wall_time(today + timedelta(days=1), time(), self.hub.config.zone)
        self._cancel = self.hub.clock.call_at(midnight, self.again)
