"""Device classes and the units that a user may choose."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.api.websocket.command import Command, Message


class DeviceClass(Struct, forbid_unknown_fields=True, frozen=True):
    """One device class."""

    device_class: str


def numeric_device_classes(message: Message) -> dict[str, Any]:
    """The device classes of sensors whose states are numbers."""
    from marge.entities.sensor_classes import NUMERIC_DEVICE_CLASSES

    return {"numeric_device_classes": NUMERIC_DEVICE_CLASSES}


def sensor_units(message: Message) -> dict[str, Any]:
    """The units of a device class of sensors."""
    from marge.entities.sensor_classes import convertible_units

    return {"units": convertible_units(message.data.device_class)}


def number_units(message: Message) -> dict[str, Any]:
    """The units of a device class of numbers."""
    from marge.entities.number import convertible_units

    return {"units": convertible_units(message.data.device_class)}


def weather_units(message: Message) -> dict[str, Any]:
    """The units of each kind of value of the weather."""
    from marge.entities.weather import convertible_units

    return {"units": convertible_units()}


COMMANDS: Final = (
    Command("sensor/numeric_device_classes", numeric_device_classes),
    Command("sensor/device_class_convertible_units", sensor_units, DeviceClass),
    Command("number/device_class_convertible_units", number_units, DeviceClass),
    Command("weather/convertible_units", weather_units),
)
