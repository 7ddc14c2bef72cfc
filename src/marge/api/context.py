"""What the handlers of the API work with, put together by `app.py`."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from marge.api.websocket.entity_stream import ChangeEncoder
from marge.core.events import SERVICE_REGISTERED, SERVICE_REMOVED
from marge.core.hub import Hub
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.api.websocket.session import Session
    from marge.auth import AuthManager


@dataclass(slots=True)
class ApiContext:
    """The parts of the hub that requests reach."""

    hub: Hub
    auth: AuthManager
    config_dir: str = ""
    websockets: set[Session] = field(default_factory=set)
    change_encoder: ChangeEncoder = field(default_factory=ChangeEncoder)
    _services_json: bytes | None = None

    def __post_init__(self) -> None:
        """Forget the encoded service descriptions when a service comes or goes."""
        for event_type in (SERVICE_REGISTERED, SERVICE_REMOVED):
            self.hub.bus.listen(event_type, lambda _event: self._forget_services())

    def _forget_services(self) -> None:
        self._services_json = None

    def services_json(self) -> bytes:
        """The service descriptions as JSON, encoded once until they change."""
        if self._services_json is None:
            self._services_json = jsonx.dumps_safe(self.hub.services.describe())
        return self._services_json
