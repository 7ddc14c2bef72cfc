"""MQTT: the embedded broker and the hub's connection to it.

`BrokerServer` is started and stopped by `app.py`; its `client` implements `marge.core.ports.Mqtt`.
"""

from __future__ import annotations

from marge.mqtt.access import Access, Rule, User
from marge.mqtt.limits import Limits
from marge.mqtt.local import LocalClient
from marge.mqtt.server import BrokerConfig, BrokerServer

__all__ = ["Access", "BrokerConfig", "BrokerServer", "Limits", "LocalClient", "Rule", "User"]
