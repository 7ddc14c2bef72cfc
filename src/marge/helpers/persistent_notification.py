"""persistent_notification: messages that stay in the user interface until somebody dismisses them.

They end with the hub. `notify.persistent_notification` and `notify.notify` make them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Literal

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.hub import Hub
from marge.core.services import Service, ServiceCall
from marge.entities.descriptions import describer
from marge.entities.domain import NoFields
from marge.helpers.kind import given
from marge.util.dt import to_iso
from marge.util.schema import Text

MOST: Final = 1000
"""How many are kept; the oldest goes."""

Notification = dict[str, Any]
"""notification_id, title (None without one), message, created_at (ISO 8601)."""

Change = Literal["current", "added", "updated", "removed"]
Listener = Callable[[Change, dict[str, Notification]], None]


class Create(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `create`."""

    message: Text
    title: Text | UnsetType = UNSET
    notification_id: Text | UnsetType = UNSET


class Dismiss(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `dismiss`."""

    notification_id: Text


class Notify(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of a `notify` service; of `data` only the `notification_id` counts here."""

    message: Text
    title: Text | UnsetType = UNSET
    target: Any = None
    data: dict[str, Any] | None = None


class Notifications:
    """The messages, newest last."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._notifications: dict[str, Notification] = {}
        self._listeners: list[Listener] = []

    def start(self) -> None:
        """Register the services."""
        name = "persistent_notification"
        for service in (
            Service(name, "create", self._create, Create, describe=describer(name, "create")),
            Service(name, "dismiss", self._dismiss, Dismiss, describe=describer(name, "dismiss")),
            Service(name, "dismiss_all", self._dismiss_all, NoFields, describe=describer(name, "dismiss_all")),
            Service("notify", name, self._notify, Notify, describe=describer(name, "notify")),
            Service("notify", "notify", self._notify, Notify, describe=describer(name, "notify")),
        ):
            self._hub.services.register(service)
        self._hub.load_component(name)
        self._hub.load_component("notify")

    @property
    def current(self) -> dict[str, Notification]:
        """All messages by id."""
        return dict(self._notifications)

    def create(self, message: str, title: str | None = None, notification_id: str | None = None) -> str:
        """Add a message, or replace the one of that id; returns the id."""
        notification_id = notification_id or self._hub.hex_id()
        self._notifications.pop(notification_id, None)
        notification = {
            "notification_id": notification_id,
            "title": title,
            "message": message,
            "created_at": to_iso(self._hub.clock.now()),
        }
        self._notifications[notification_id] = notification
        self._tell("added", {notification_id: notification})
        if len(self._notifications) > MOST:
            self.dismiss(next(iter(self._notifications)))
        return notification_id

    def dismiss(self, notification_id: str) -> None:
        """Remove a message; nothing happens when it is not there."""
        notification = self._notifications.pop(notification_id, None)
        if notification is not None:
            self._tell("removed", {notification_id: notification})

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(change, messages)` at each change; returns what ends it."""
        self._listeners.append(listener)

        def remove() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return remove

    def _tell(self, change: Change, notifications: dict[str, Notification]) -> None:
        for listener in list(self._listeners):
            listener(change, notifications)

    def _create(self, call: ServiceCall) -> None:
        data: Create = call.data
        self.create(data.message, given(data.title), given(data.notification_id))

    def _dismiss(self, call: ServiceCall) -> None:
        data: Dismiss = call.data
        self.dismiss(data.notification_id)

    def _dismiss_all(self, _call: ServiceCall) -> None:
        gone, self._notifications = self._notifications, {}
        self._tell("removed", gone)

    def _notify(self, call: ServiceCall) -> None:
        data: Notify = call.data
        notification_id = (data.data or {}).get("notification_id")
        self.create(data.message, given(data.title), None if notification_id is None else str(notification_id))
