"""Devices of discovery payloads in the device registry."""

from __future__ import annotations

from typing import Any

import msgspec

from marge.entities.base import DeviceInfo
from marge.mqtt.discovery.config import Device
from marge.mqtt.discovery.ports import MqttPlatform
from marge.registries import DeviceEntry


def device_info(device: Device) -> DeviceInfo:
    """The device of a discovery payload in the hub's own terms."""
    via = device.via_device or device.via_hub
    return DeviceInfo(
        identifiers=frozenset(("mqtt", identifier) for identifier in device.identifiers),
        connections=frozenset(device.connections),
        name=device.name,
        manufacturer=device.manufacturer,
        model=device.model,
        model_id=device.model_id,
        hw_version=device.hw_version,
        sw_version=device.sw_version,
        serial_number=device.serial_number,
        suggested_area=device.suggested_area,
        configuration_url=device.configuration_url,
        via_device=("mqtt", via) if via else None,
    )


def register_device(mqtt: MqttPlatform, device: Device) -> DeviceEntry:
    """The registry's device for a trigger or tag, which are no entities; raises Refused for what it will not keep."""
    facts: dict[str, Any] = {
        field: value for field, value in msgspec.structs.asdict(device_info(device)).items() if value is not None
    }
    return mqtt.registries.devices.get_or_create(mqtt.config_entry_id, **facts)


def known_device(mqtt: MqttPlatform, device: Device) -> DeviceEntry | None:
    """The registry's device that a discovery payload means, None when it has none."""
    info = device_info(device)
    return mqtt.registries.devices.find(info.identifiers, info.connections)


def drop_empty_device(mqtt: MqttPlatform, device_id: str) -> None:
    """Take the device from the registry when it has no entity, trigger or tag left."""
    if mqtt.holders.get(device_id) or mqtt.registries.entities.for_device(device_id, include_disabled=True):
        return
    if device_id in mqtt.registries.devices:
        mqtt.registries.devices.remove_config_entry(device_id, mqtt.config_entry_id)
