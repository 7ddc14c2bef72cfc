"""Action `wait_for_trigger:`: waits until a trigger fires."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.actions.waiting import end_wait, give_up, timeout_of
from marge.automation.paused import Pause
from marge.automation.ports import PlainTimers, TriggerHost
from marge.automation.run import Run
from marge.automation.triggers import ConfiguredTrigger, attach_all, parse_triggers
from marge.automation.words import Duration
from marge.core.context import Context
from marge.util.schema import Flag, word

if TYPE_CHECKING:
    Triggers = list[ConfiguredTrigger]
else:
    Triggers = word("Triggers", parse_triggers)


class WaitForTriggerAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Waits until one of the triggers fires, at most `timeout`; then `wait` has trigger, completed and remaining."""

    wait_for_trigger: Triggers
    timeout: Duration | None = None
    continue_on_timeout: Flag = True

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        await self.go_on(run, run.pause("wait_for_trigger", timeout_of(run, self.timeout)))

    async def go_on(self, run: Run, pause: Pause) -> None:
        """See `going_on.Waiting`."""
        values = dict(run.values)
        wait: dict[str, Any] = {"remaining": pause.seconds, "completed": False, "trigger": None}
        run.variables.assign_own("wait", wait)
        run.note(wait=wait)
        run.doing("wait for trigger", waits=True)
        if pause.seconds == 0:
            give_up(run, wait, self.continue_on_timeout)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_trigger(variables: dict[str, Any], context: Context | None = None) -> None:
            if not done.done():
                wait["trigger"] = variables["trigger"]
                end_wait(run, wait, pause)
                done.set_result(None)

        host = TriggerHost(run.house, run.name, PlainTimers(run.house.clock), values)
        remove = attach_all(self.wait_for_trigger, host, on_trigger)
        if remove is None:
            # Nothing can ever fire: the errors are in the log, and the run goes on as in Home Assistant.
            await run.waited()
            return
        try:
            if not await run.wait(done, pause):
                give_up(run, wait, self.continue_on_timeout)
        finally:
            remove()
