"""Persistent notification trigger: a message of the user interface comes, changes or goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.ports import Detach, Fire, TriggerHost
from marge.core.errors import Refused
from marge.util.schema import Text, word

_TYPES: Final = ("added", "current", "removed", "updated")


def _update_types(value: Any) -> list[str]:
    types = value if isinstance(value, list) else [value]
    for each in types:
        if each not in _TYPES:
            raise ValueError(f"expected one or several of {', '.join(_TYPES)}, got {each!r}")
    return types


if TYPE_CHECKING:
    UpdateTypes = list[str]
else:
    UpdateTypes = word("UpdateTypes", _update_types)


class PersistentNotificationTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires once for each message that changes, if it is the one of `notification_id` and one of the `update_type`s."""

    update_type: UpdateTypes | None = None
    notification_id: Text | None = None

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        if host.house.notifications is None:
            raise Refused("there are no persistent notifications")

        def on_change(change: str, notifications: dict[str, dict[str, Any]]) -> None:
            if self.update_type and change not in self.update_type:
                return
            for notification_id, notification in notifications.items():
                if not self.notification_id or self.notification_id == notification_id:
                    fire({"update_type": change, "notification": notification})

        return host.house.notifications().listen(on_change)
