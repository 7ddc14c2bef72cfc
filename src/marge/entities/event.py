"""Event: something that happens, such as a doorbell; its state is the time it last did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from marge.entities.base import Entity
from marge.entities.domain import Domain
from marge.util.dt import from_timestamp, parse_datetime

DEVICE_CLASSES: Final = frozenset({"button", "doorbell", "motion"})

# Attributes of a restored state that are not the event's own data.
_NOT_EVENT_DATA: Final = frozenset(
    [
        "event_types",
        "event_type",
        "device_class",
        "friendly_name",
        "icon",
        "entity_picture",
        "attribution",
        "assumed_state",
        "supported_features",
        "restored",
    ]
)


class EventEntity(Entity):
    """A source of events of the types in `event_types`."""

    domain = "event"

    event_types: Sequence[str] = ()
    last_triggered: str | None = None
    last_event_type: str | None = None
    last_event_data: dict[str, Any] | None = None

    @property
    def state(self) -> str | None:
        """The time of the last event with milliseconds, or None."""
        return self.last_triggered

    def capabilities(self) -> dict[str, Any]:
        """What may happen."""
        return {"event_types": list(self.event_types)}

    def attributes(self) -> dict[str, Any]:
        """The type of the last event, and its data."""
        data = self.last_event_data
        return {"event_type": self.last_event_type, **data} if data else {"event_type": self.last_event_type}

    def trigger(self, event_type: str, data: dict[str, Any] | None = None) -> None:
        """Tell that it happened and write the state; raises ValueError for a type not in `event_types`."""
        if event_type not in self.event_types:
            raise ValueError(f"{self.entity_id} has no event type {event_type!r}; it has {', '.join(self.event_types)}")
        self.last_triggered = from_timestamp(self.hub.clock.now()).isoformat(timespec="milliseconds")
        self.last_event_type = event_type
        self.last_event_data = data
        self.write_state()

    def added(self) -> None:
        """Take over the last event of the last run."""
        last = self.last_state
        if last is not None and parse_datetime(last.state) is not None:
            self.last_triggered = last.state
            self.last_event_type = last.attributes.get("event_type")
            self.last_event_data = {k: v for k, v in last.attributes.items() if k not in _NOT_EVENT_DATA}


EVENT: Final = Domain("event", EventEntity)
