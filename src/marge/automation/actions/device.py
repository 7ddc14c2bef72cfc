"""Action of a device (`device_id` with `domain` and `type`): calls the service that does the same to its entity."""

from __future__ import annotations

from typing import Any

from marge.automation.devices.missing import gone
from marge.automation.devices.reading import Reference, read
from marge.automation.run import Run
from marge.core.errors import OperationFailed
from marge.util.schema import made_by_read


@made_by_read
class DeviceAction:
    """Calls `service` with `data`, in which `entity_id` is an entity id or an id of the entity registry."""

    __slots__ = ("about", "data", "service")

    def __init__(self, about: Reference, service: str, data: dict[str, Any]) -> None:
        self.about = about
        self.service = service
        self.data = data

    @classmethod
    def read(cls, config: Any) -> DeviceAction:
        """Read one from the keys of its kind; raises Invalid."""
        about, plain = read("action", config)
        return cls(about, plain["action"], plain["data"])

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing("device automation")
        if (problem := gone(run.house.registries, self.about)) is not None:
            raise OperationFailed(problem)
        domain, _, name = self.service.partition(".")
        (entity_id,) = run.house.entity_ids([self.data["entity_id"]])
        data = {**self.data, "entity_id": entity_id}
        await run.house.hub.services.call(domain, name, data, context=run.context, blocking=True)
