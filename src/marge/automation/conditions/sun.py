"""Sun condition: before or after sunrise or sunset."""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import Struct

from marge.automation.ports import View
from marge.automation.words import SunEventName
from marge.util.dt import from_timestamp
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
        for wanted, moment in ((self.before, before), (self.after, after)):
            if wanted is not None and moment is None:
                view.note(message=f"there is no {wanted} today")
                return False
        until = None if before is None else before + self.before_offset
        since = None if after is None else after + self.after_offset
        if self.before == "sunrise" and self.after == "sunset":
            assert until is not None
            assert since is not None
            view.note(**_wanted("wanted_time_before", until), **_wanted("wanted_time_after", since))
            return now < until or now > since
        if until is not None and now > until:
            view.note(**_wanted("wanted_time_before", until))
            return False
        view.note(**_wanted("wanted_time_before", until), **_wanted("wanted_time_after", since))
        return since is None or now >= since


def _wanted(name: str, moment: float | None) -> dict[str, datetime]:
    return {} if moment is None else {name: from_timestamp(moment)}
