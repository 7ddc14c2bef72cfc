"""What a device offers to automations: its triggers, conditions and actions, and what each takes."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.api.errors import WsError
from marge.api.websocket.command import Command, Message
from marge.automation.devices import Section
from marge.core.errors import NotFound
from marge.util.schema import convert


class OfDevice(Struct, forbid_unknown_fields=True, frozen=True):
    """A device."""

    device_id: str


class OfTrigger(Struct, forbid_unknown_fields=True, frozen=True):
    """A device trigger, as far as it is known yet."""

    trigger: dict[str, Any]


class OfCondition(Struct, forbid_unknown_fields=True, frozen=True):
    """A device condition, as far as it is known yet."""

    condition: dict[str, Any]


class OfAction(Struct, forbid_unknown_fields=True, frozen=True):
    """A device action, as far as it is known yet."""

    action: dict[str, Any]


class Known(Struct, frozen=True):
    """What has to be known of an item before its fields can be told."""

    domain: str
    device_id: str


def _list(section: Section) -> Any:
    def of_device(message: Message) -> list[dict[str, Any]]:
        """What the device has of it."""
        try:
            return message.api.engine.device_automations(section, message.data.device_id)
        except NotFound as error:
            raise WsError("not_found", "Device not found") from error

    return of_device


def _capabilities(section: Section) -> Any:
    def capabilities(message: Message) -> dict[str, Any]:
        """The fields that the item takes."""
        item: dict[str, Any] = getattr(message.data, section)
        convert(item, Known, name=f"data['{section}']")
        return message.api.engine.device_capabilities(section, item)

    return capabilities


COMMANDS: Final = (
    Command("device_automation/trigger/list", _list("trigger"), OfDevice),
    Command("device_automation/condition/list", _list("condition"), OfDevice),
    Command("device_automation/action/list", _list("action"), OfDevice),
    Command("device_automation/trigger/capabilities", _capabilities("trigger"), OfTrigger),
    Command("device_automation/condition/capabilities", _capabilities("condition"), OfCondition),
    Command("device_automation/action/capabilities", _capabilities("action"), OfAction),
)
