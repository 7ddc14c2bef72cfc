"""Event trigger: an event is fired on the bus."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.views import EventView
from marge.automation.words import LimitedMapping, LimitedTexts
from marge.core.errors import Refused
from marge.core.events import STATE_REPORTED, Event, StateChanged


class EventTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires at events of one of the types whose data and context hold what is given.

    Of lists in `context` one member has to be there; mappings in `event_data` have to hold what theirs hold.
    """

    event_type: LimitedTexts
    event_data: LimitedMapping | None = None
    context: LimitedMapping | None = None

    def __post_init__(self) -> None:
        if any(each.text == STATE_REPORTED for each in self.event_type):
            raise ValueError(f"'{STATE_REPORTED}' cannot be listened to by a trigger")

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        engine = host.house.templates
        types = [str(each.bind(engine).render(host.variables, parse_result=False)) for each in self.event_type]
        if STATE_REPORTED in types:
            raise Refused(f"'{STATE_REPORTED}' cannot be listened to by a trigger")
        data = None if self.event_data is None else self.event_data.render(engine, host.variables)
        context = None if self.context is None else self.context.render(engine, host.variables)

        def on_event(event: Event) -> None:
            if context is not None and not holds(event.context.as_dict(), context, lists=True):
                return
            if data is not None and not holds(plain_data(event), data):
                return
            trigger = {"event": EventView(engine, event), "description": f"event '{event.event_type}'"}
            # After everybody has heard of the event: what the automation does comes after it, as in Home Assistant.
            asyncio.get_running_loop().call_soon(fire, trigger, event.context)

        removes = [host.hub.bus.listen(event_type, on_event) for event_type in dict.fromkeys(types)]

        def detach() -> None:
            for remove in removes:
                remove()

        return detach


def plain_data(event: Event) -> Mapping[str, Any]:
    """The data of an event as a mapping."""
    data = event.data
    if isinstance(data, StateChanged):
        return {"entity_id": data.entity_id, "old_state": data.old_state, "new_state": data.new_state}
    return data if isinstance(data, Mapping) else {}


def holds(given: Any, wanted: Mapping[str, Any], *, lists: bool = False) -> bool:
    """Whether `given` has every key of `wanted` with its value; with `lists`, one of several values."""
    if not isinstance(given, Mapping):
        return False
    for key, value in wanted.items():
        if key not in given:
            return False
        found = given[key]
        if isinstance(value, Mapping):
            if not holds(found, value):
                return False
        elif lists and isinstance(value, list):
            if found not in value:
                return False
        elif found != value:
            return False
    return True
