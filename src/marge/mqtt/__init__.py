"""MQTT: the embedded broker, or the connection to somebody else's.

`BrokerServer` is started and stopped by `app.py`; its `client` implements `marge.core.ports.Mqtt`. So does
`ExternalClient`, which is loaded only where it is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from marge.mqtt.access import Access, Rule, User
from marge.mqtt.errors import InvalidTopic, ProtocolError
from marge.mqtt.limits import Limits
from marge.mqtt.local import LocalClient
from marge.mqtt.packets import Will
from marge.mqtt.server import BrokerConfig, BrokerServer

if TYPE_CHECKING:
    from marge.mqtt.client import Identity
    from marge.mqtt.external import ExternalClient

__all__ = [
    "Access",
    "BrokerConfig",
    "BrokerServer",
    "ExternalClient",
    "Identity",
    "InvalidTopic",
    "Limits",
    "LocalClient",
    "ProtocolError",
    "Rule",
    "User",
    "Will",
]


def __getattr__(name: str) -> Any:
    """Load the parts for an external broker at their first use."""
    if name == "ExternalClient":
        from marge.mqtt.external import ExternalClient

        return ExternalClient
    if name == "Identity":
        from marge.mqtt.client import Identity

        return Identity
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
