"""Entities whose state is the time at which something was last done with them: button, scene, notify, tts."""

from __future__ import annotations

from marge.core.state import UNAVAILABLE, UNKNOWN
from marge.entities.base import Entity
from marge.util.dt import to_iso


class StampedEntity(Entity):
    """Remembers when it was last used, over a restart too."""

    last_used: str | None = None
    """ISO 8601 in UTC; None when it was never used."""

    @property
    def state(self) -> str | None:
        """The time of the last use, or None."""
        return self.last_used

    def added(self) -> None:
        """Take over the time that the last run knew."""
        last = self.last_state
        if last is not None and last.state not in (UNAVAILABLE, UNKNOWN):
            self.last_used = last.state

    def stamp(self) -> None:
        """Write the present time as the state."""
        self.last_used = to_iso(self.hub.clock.now())
        self.write_state()
