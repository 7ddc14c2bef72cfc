"""MQTT discovery: devices that announce themselves become entities.

A message travels: `manager.py` (topic, known or new) → `payload.py` (JSON, short keys, bundles) → the component's
module (its configuration and its entity) → the entity host. Front door: `Discovery`, `ManualEntities`, `MqttPlatform`.
"""

from marge.mqtt.discovery.manager import Discovery
from marge.mqtt.discovery.manual import ManualEntities
from marge.mqtt.discovery.ports import MqttPlatform

__all__ = ["Discovery", "ManualEntities", "MqttPlatform"]
