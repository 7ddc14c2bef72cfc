"""Tag trigger: a tag is scanned."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.triggers.event import plain_data
from marge.automation.views import EventView
from marge.core.events import Event
from marge.util.schema import Strings


class TagTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when one of the tags is scanned; with `device_id`, by one of those devices."""

    tag_id: Strings
    device_id: Strings | None = None

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        tags = frozenset(self.tag_id)
        devices = None if self.device_id is None else frozenset(self.device_id)
        engine = host.house.templates

        def on_scan(event: Event) -> None:
            data = plain_data(event)
            if data.get("tag_id") not in tags or (devices is not None and data.get("device_id") not in devices):
                return
            fire({"event": EventView(engine, event), "description": "Tag scanned"}, event.context)

        return host.hub.bus.listen("tag_scanned", on_scan)
