"""Action `stop:`: ends the run."""

from __future__ import annotations

import logging

from msgspec import Struct

from marge.automation.errors import Aborted, StopSequence
from marge.automation.run import Run
from marge.util.schema import Flag, Text


class StopAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Ends the whole run; with `response_variable` that variable is what a script answers."""

    stop: Text | None
    error: Flag = False
    response_variable: Text | None = None

    def __post_init__(self) -> None:
        if self.error and self.response_variable is not None:
            raise ValueError("a stop with 'error' cannot have a 'response_variable'")

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        reason = self.stop or ""
        run.note(stop=self.stop, error=self.error)
        if self.error:
            run.log(logging.INFO, "stopped with an error: %s", reason)
            raise Aborted(reason)
        run.log(logging.INFO, "stopped: %s", reason)
        response = None
        if self.response_variable is not None:
            values = run.values
            if self.response_variable not in values:
                raise run.abort(f"the response variable '{self.response_variable}' is not defined")
            response = values[self.response_variable]
        raise StopSequence(reason, response)
