"""Discovered things that are no entities and keep a device alive: tags and device triggers."""

from __future__ import annotations

from marge.core.errors import Refused
from marge.mqtt.discovery.config import Device
from marge.mqtt.discovery.devices import drop_empty_device, register_device
from marge.mqtt.discovery.ports import MqttPlatform
from marge.util.schema import Invalid


class DeviceHolder:
    """A thing of a device: the device stays while it does."""

    __slots__ = ("device_id", "mqtt")

    def __init__(self, mqtt: MqttPlatform, device: Device | None) -> None:
        self.mqtt = mqtt
        self.device_id: str | None = None
        self.hold(device)

    def hold(self, device: Device | None) -> None:
        """Register the device, new or changed, and hold it instead of the one before; raises Invalid."""
        device_id = None
        if device is not None:
            try:
                device_id = register_device(self.mqtt, device).id
            except Refused as error:
                raise Invalid(str(error), ("device",)) from error
        if device_id == self.device_id:
            return
        if device_id is not None:
            self.mqtt.holders[device_id] = self.mqtt.holders.get(device_id, 0) + 1
        self.release(forget=True)
        self.device_id = device_id

    def release(self, *, forget: bool) -> None:
        """Hold the device no more; with `forget` it goes when nothing is left of it."""
        device_id, self.device_id = self.device_id, None
        if device_id is None:
            return
        left = self.mqtt.holders[device_id] - 1
        if left:
            self.mqtt.holders[device_id] = left
        else:
            del self.mqtt.holders[device_id]
        if forget:
            drop_empty_device(self.mqtt, device_id)
