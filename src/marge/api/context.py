"""What the handlers of the API work with, put together by `app.py`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from marge.api.websocket.entity_stream import ChangeEncoder
from marge.core.events import HOMEASSISTANT_STOP, SERVICE_REGISTERED, SERVICE_REMOVED
from marge.core.hub import Hub
from marge.core.ports import HistoryReader, LogbookReader, Mqtt, RecorderStatus, StorageCollection
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.api.websocket.command import Command
    from marge.api.websocket.session import Session
    from marge.auth import AuthManager, Onboarding
    from marge.automation import Engine
    from marge.entities import EntityIndex
    from marge.helpers.persistent_notification import Notifications
    from marge.helpers.shopping_list import ShoppingList
    from marge.registries import Registries
    from marge.templates import TemplateEngine


def _fetch(url: str, headers: Mapping[str, str]) -> str:
    # Loaded with the first address that is asked for.
    from marge.config.blueprints.download import download

    return download(url, headers)


class CoreConfigUpdate(Protocol):
    """Changes the configuration of the house and keeps the changes."""

    async def update(self, changes: dict[str, Any]) -> None:
        """Change fields of `HubConfig`; raises Invalid."""


class Logs(Protocol):
    """The hub's own log."""

    def entries(self) -> list[dict[str, Any]]:
        """The last warnings and errors, newest first, as `system_log/list` answers."""

    def levels(self) -> list[dict[str, Any]]:
        """The level of each loaded component, as `logger/log_info` answers."""

    async def text(self) -> str:
        """The end of the log file, or the last warnings and errors when there is none."""


class ConfigCheck(Struct, frozen=True):
    """What is wrong with the configuration files, as text; None when nothing is.

    `grave` are those of the errors that keep the hub from starting or cost it a whole file.
    """

    errors: str | None
    warnings: str | None
    grave: str | None


@dataclass(slots=True)
class ApiContext:
    """The parts of the hub that requests reach."""

    hub: Hub
    auth: AuthManager
    onboarding: Onboarding
    registries: Registries
    index: EntityIndex
    templates: TemplateEngine
    history: HistoryReader
    logbook: LogbookReader
    recorder: RecorderStatus
    core_config: CoreConfigUpdate
    mqtt: Mqtt
    engine: Engine
    notifications: Notifications
    health: Callable[[], dict[str, Any]]
    config_dir: str
    metrics: Callable[[], str]
    """The figures for Prometheus, as text."""
    logs: Logs
    check_config: Callable[[], Awaitable[ConfigCheck]]
    stop: Callable[[int], None]
    """Ends the hub with an exit code."""
    shopping_list: ShoppingList | None = None
    """None when the household has none."""
    collections: Iterable[StorageCollection] = ()
    """What users keep through the generic commands `<kind>/list`, `create`, `update`, `delete`."""
    editing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while a file of the user interface is read or written."""
    streams: set[asyncio.Task[None]] = field(default_factory=set)
    """Answers that go on until the client or the hub goes."""
    websockets: set[Session] = field(default_factory=set)
    change_encoder: ChangeEncoder = field(default_factory=ChangeEncoder)
    blueprint_users: Callable[[str, str], list[str]] = lambda domain, path: []
    """The entities of a domain that are made from the blueprint at a path."""
    fetch: Callable[[str, Mapping[str, str]], str] = _fetch
    """The text at an address of the web, asked for with these headers; blocks. Raises OperationFailed."""
    _services_json: bytes | None = None
    _commands: Mapping[str, Command] | None = None

    def __post_init__(self) -> None:
        """Forget the encoded service descriptions when a service comes or goes."""
        for event_type in (SERVICE_REGISTERED, SERVICE_REMOVED):
            self.hub.bus.listen(event_type, lambda _event: self._forget_services())
        self.hub.bus.listen(HOMEASSISTANT_STOP, lambda _event: self._end_streams())

    def _end_streams(self) -> None:
        for stream in self.streams:
            stream.cancel()

    def _forget_services(self) -> None:
        self._services_json = None

    def commands(self) -> Mapping[str, Command]:
        """The WebSocket commands; they are imported when the first client connects."""
        if self._commands is None:
            from marge.api.websocket.commands import commands

            self._commands = commands(self.collections)
        return self._commands

    def services_json(self) -> bytes:
        """The service descriptions as JSON, encoded once until they change."""
        if self._services_json is None:
            self._services_json = jsonx.dumps_safe(self.hub.services.describe())
        return self._services_json
