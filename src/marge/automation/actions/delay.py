"""Action `delay:`: waits for a time."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

from marge.automation.paused import Pause
from marge.automation.run import Run
from marge.automation.words import Duration
from marge.core.errors import TemplateError


class DelayAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Waits for `delay`; templates may stand for the whole or for its parts."""

    delay: Duration

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        try:
            seconds = self.delay.seconds(run.house.templates, run.values)
        except TemplateError as error:
            raise run.abort(f"the delay cannot be told: {error}") from error
        pause = run.pause("delay", seconds)
        if seconds:
            await self.go_on(run, pause)
        else:
            self._tell(run, pause)

    async def go_on(self, run: Run, pause: Pause) -> None:
        """See `going_on.Waiting`."""
        self._tell(run, pause)
        await run.sleep(pause)
        run.note(delay=pause.seconds, done=True)

    def _tell(self, run: Run, pause: Pause) -> None:
        run.doing(f"delay {timedelta(seconds=pause.seconds or 0)}", waits=True)
        run.note(delay=pause.seconds, done=not pause.seconds)
