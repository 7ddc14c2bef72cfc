"""Action `event:`: fires an event."""

from __future__ import annotations

import logging
from typing import Any

from msgspec import Struct

from marge.automation.run import Run
from marge.automation.words import TemplatedMapping
from marge.core.errors import TemplateError
from marge.core.events import MAX_EVENT_TYPE_LENGTH
from marge.util.schema import Text


class EventAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires `event` with `event_data`; data that cannot be rendered is left out, with an error in the log."""

    event: Text
    event_data: TemplatedMapping | None = None
    event_data_template: TemplatedMapping | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.event) <= MAX_EVENT_TYPE_LENGTH:
            raise ValueError(f"'event': expected 1 to {MAX_EVENT_TYPE_LENGTH} characters, got {len(self.event)}")

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing(self.event)
        data: dict[str, Any] = {}
        for part in (self.event_data, self.event_data_template):
            if part is not None:
                try:
                    data.update(part.render(run.house.templates, run.values))
                except TemplateError as error:
                    run.log(logging.ERROR, "the data of event '%s' cannot be rendered: %s", self.event, error)
        run.note(event=self.event, event_data=data)
        run.house.hub.bus.fire(self.event, data, context=run.context)
