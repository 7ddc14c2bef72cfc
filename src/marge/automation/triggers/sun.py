"""Sun trigger: sunrise or sunset, moved by an offset."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.schedule import repeat_at
from marge.automation.words import SunEventName
from marge.core.hub import Hub
from marge.util.schema import Seconds
from marge.util.sun import Sun

LONGEST_OFFSET: Final = 7 * 86_400.0


class SunTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires `offset` after each `event`; a negative offset is before it."""

    event: SunEventName
    offset: Seconds = 0.0

    def __post_init__(self) -> None:
        if abs(self.offset) > LONGEST_OFFSET:
            raise ValueError(f"'offset': expected at most a week, got {timedelta(seconds=self.offset)}")

    def next(self, hub: Hub, after: float) -> float | None:
        """The next time after `after`; None where there is no such event within a year."""
        config = hub.config
        today = datetime.fromtimestamp(after, config.zone).date()
        return Sun(config.latitude, config.longitude, config.elevation).next(self.event, after, today, self.offset)

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        hub = host.hub
        return repeat_at(
            hub.clock,
            lambda after: self.next(hub, after),
            lambda: fire(
                {
                    "event": self.event,
                    "offset": timedelta(seconds=self.offset),
                    "description": f"{self.event} with offset" if self.offset else self.event,
                }
            ),
        )
