"""Sun condition: before or after sunrise or sunset."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from marge.automation.ports import View
from marge.automation.words import SunEventName
from marge.util.schema import Seconds
from marge.util.sun import Sun, SunEvent


class SunCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds `before` and `after` sunrise or sunset of this day, moved by offsets in seconds.

    `after: sunset` with `before: sunrise` is the night: either is enough.
    """

    before: SunEventName | None = None
    before_offset: Seconds = 0.0
    after: SunEventName | None = None
    after_offset: Seconds = 0.0

    def __post_init__(self) -> None:
        if self.before is None and self.after is None:
            raise ValueError("needs 'before' or 'after'")

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        config = view.hub.config
        now = view.hub.clock.now()
        sun = Sun(config.latitude, config.longitude, config.elevation)
        today = datetime.fromtimestamp(now, config.zone).date()

        def event(name: SunEvent) -> float | None:
            moment = sun.at(name, today)
            if moment is not None and today > datetime.fromtimestamp(moment, config.zone).date():
                moment = sun.at(name, today + timedelta(days=1))
            return moment

        before = None if self.before is None else event(self.before)
        after = None if self.after is None else event(self.after)
        if (self.before is not None and before is None) or (self.after is not None and after is None):
            return False
        is_before = before is None or now <= before + self.before_offset
        is_after = after is None or now >= after + self.after_offset
        if self.before == "sunrise" and self.after == "sunset":
            assert before is not None
            assert after is not None
            return now < before + self.before_offset or now > after + self.after_offset
        return is_before and is_after
