"""A group of events: what a member tells, it tells too."""

from __future__ import annotations

from typing import Final

from marge.core.events import Event
from marge.core.state import State
from marge.entities.event import EventEntity
from marge.helpers.member_group import NOTHING_KNOWN, MemberGroup, values

_MEMBERS_OWN: Final = frozenset({"event_type", "event_types", "device_class", "friendly_name"})


class EventGroup(MemberGroup, EventEntity):
    """Events as one; it has the types of all."""

    NAME = "Event group"

    def added(self) -> None:
        """See `Entity.added`."""
        EventEntity.added(self)
        super().added()

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        self.event_types = sorted({kind for found in values(states, "event_types") for kind in found})

    def _member_changed(self, event: Event) -> None:
        old, new = event.data.old_state, event.data.new_state
        if _known(old) and _known(new) and old.state != new.state and (kind := new.attributes.get("event_type")):
            self._look()
            self.set_context(event.context)
            if kind in self.event_types:
                self.trigger(kind, {key: new.attributes[key] for key in new.attributes if key not in _MEMBERS_OWN})
                return
        super()._member_changed(event)


def _known(state: State | None) -> bool:
    """Whether a member was there before: one that comes back tells nothing new."""
    return state is not None and state.state not in NOTHING_KNOWN
