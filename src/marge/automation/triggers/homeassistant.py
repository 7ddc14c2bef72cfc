"""Home Assistant trigger: the hub has started, or is about to stop."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.core.events import HOMEASSISTANT_STOP, Event


class HomeAssistantTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires once at `start`, not when the automation is reloaded later; or at `shutdown`."""

    event: Literal["start", "shutdown"]

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        if self.event == "shutdown":

            def on_stop(event: Event) -> None:
                fire({"event": "shutdown", "description": "Home Assistant stopping"}, event.context)

            return host.hub.bus.listen(HOMEASSISTANT_STOP, on_stop)
        if host.starting:
            # After the triggers of all automations are attached: what this starts may be what others wait for.
            return host.hub.clock.call_later(
                0, lambda: fire({"event": "start", "description": "Home Assistant starting"})
            )
        return _nothing


def _nothing() -> None:
    """There is nothing to end."""
