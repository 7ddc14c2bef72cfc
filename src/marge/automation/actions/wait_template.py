"""Action `wait_template:`: waits until a template is true."""

from __future__ import annotations

import asyncio
from typing import Any

from msgspec import Struct

from marge.automation.actions.waiting import end_wait, give_up, timeout_of
from marge.automation.paused import Pause
from marge.automation.run import Run
from marge.automation.words import Duration, TplText
from marge.templates import track_template
from marge.util.schema import Flag


class WaitTemplateAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Waits until `wait_template` is true, at most `timeout`; then `wait` has completed and remaining."""

    wait_template: TplText
    timeout: Duration | None = None
    continue_on_timeout: Flag = True

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        await self.go_on(run, run.pause("wait_template", timeout_of(run, self.timeout)))

    async def go_on(self, run: Run, pause: Pause) -> None:
        """See `going_on.Waiting`."""
        wait: dict[str, Any] = {"remaining": pause.seconds, "completed": False}
        run.variables.assign_own("wait", wait)
        run.note(wait=wait)
        run.doing("wait template", waits=True)
        engine = run.house.templates
        template = self.wait_template.bind(engine)
        values = dict(run.values)
        if str(template.render(values, parse_result=False)).lower() == "true":
            wait["completed"] = True
            await run.waited()
            return
        if pause.seconds == 0:
            give_up(run, wait, self.continue_on_timeout)
            return
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def on_true(*_: Any) -> None:
            if not done.done():
                end_wait(run, wait, pause)
                done.set_result(None)

        remove = track_template(engine, template, on_true, values)
        try:
            if not await run.wait(done, pause):
                give_up(run, wait, self.continue_on_timeout)
        finally:
            remove()
