"""How states, events and times look to the templates of an automation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from marge.core.events import Event, StateChanged
from marge.core.state import State
from marge.templates.functions.states import TemplateState
from marge.util.dt import from_timestamp

if TYPE_CHECKING:
    from marge.core.context import Context
    from marge.core.hub import Hub
    from marge.templates import TemplateEngine


def state_view(engine: TemplateEngine, state: State | None) -> TemplateState | None:
    """`trigger.to_state` and the like: a state as it was; reading it makes nothing depend on the entity."""
    return None if state is None else TemplateState(engine.scope, state, False)


def local_now(hub: Hub) -> datetime:
    """The present time in the zone of the house."""
    return datetime.fromtimestamp(hub.clock.now(), hub.config.zone)


class EventView:
    """`trigger.event`."""

    __slots__ = ("context", "data", "event_type", "origin", "time_fired_timestamp")

    def __init__(self, engine: TemplateEngine, event: Event) -> None:
        self.event_type = event.event_type
        self.origin = event.origin
        self.time_fired_timestamp = event.time_fired
        self.context: Context = event.context
        data = event.data
        if isinstance(data, StateChanged):
            data = {
                "entity_id": data.entity_id,
                "old_state": state_view(engine, data.old_state),
                "new_state": state_view(engine, data.new_state),
            }
        self.data: Any = data

    @property
    def time_fired(self) -> datetime:
        """When it happened, in UTC."""
        return from_timestamp(self.time_fired_timestamp)

    def as_dict(self) -> dict[str, Any]:
        """The event as it is on the wire."""
        return {
            "event_type": self.event_type,
            "data": self.data,
            "origin": self.origin,
            "time_fired": self.time_fired.isoformat(),
            "context": self.context.as_dict(),
        }
