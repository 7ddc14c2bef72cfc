"""Action `delay:`: waits for a time."""

from __future__ import annotations

from datetime import timedelta

from msgspec import Struct

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
        run.doing(f"delay {timedelta(seconds=seconds)}", waits=True)
        run.note(delay=seconds, done=not seconds)
        if seconds:
            await run.sleep(seconds)
            run.note(delay=seconds, done=True)
