"""Vacuum: a robot that cleans floors."""

from __future__ import annotations

from enum import IntFlag
from typing import TYPE_CHECKING, Any, Final

import msgspec

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.util.schema import Text, word


class Features(IntFlag):
    """What a vacuum can do; TURN_ON, TURN_OFF and STATUS are of the past and have no service."""

    TURN_ON = 1
    TURN_OFF = 2
    PAUSE = 4
    STOP = 8
    RETURN_HOME = 16
    FAN_SPEED = 32
    BATTERY = 64
    STATUS = 128
    SEND_COMMAND = 256
    LOCATE = 512
    CLEAN_SPOT = 1024
    MAP = 2048
    STATE = 4096
    START = 8192


_FAN_SPEED: Final = Features.FAN_SPEED.value
_BATTERY: Final = Features.BATTERY.value

if TYPE_CHECKING:
    Params = dict[str, Any] | list[Any]
else:
    Params = word("Params", lambda value: value if isinstance(value, (dict, list)) else [value])


class SetFanSpeed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `vacuum.set_fan_speed`."""

    fan_speed: Text


class SendCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `vacuum.send_command`; what commands there are is for the platform to say."""

    command: Text
    params: Params | None = None


class VacuumEntity(Entity):
    """A vacuum; `activity` is cleaning, docked, idle, paused, returning or error. `battery_level` is 0-100."""

    domain = "vacuum"
    has_features = True

    activity: str | None = None
    battery_level: int | None = None
    fan_speed: str | None = None
    fan_speed_list: list[str] = []

    @property
    def state(self) -> str | None:
        """`activity`."""
        return self.activity

    def capabilities(self) -> dict[str, Any] | None:
        """The fan speeds."""
        return {"fan_speed_list": self.fan_speed_list} if self.supported_features & _FAN_SPEED else None

    def attributes(self) -> dict[str, Any]:
        """Battery and fan speed, if it has them."""
        features = self.supported_features
        data: dict[str, Any] = {}
        if features & _BATTERY:
            level = self.battery_level
            data["battery_level"] = level
            data["battery_icon"] = battery_icon(level, charging=self.activity == "docked")
        if features & _FAN_SPEED:
            data["fan_speed"] = self.fan_speed
        return data

    async def start(self) -> None:
        """Start or resume cleaning."""
        await self.do_start()

    async def pause(self) -> None:
        """Pause."""
        await self.do_pause()

    async def stop(self) -> None:
        """Stop."""
        await self.do_stop()

    async def return_to_base(self) -> None:
        """Go back to the dock."""
        await self.do_return_to_base()

    async def clean_spot(self) -> None:
        """Clean where it stands."""
        await self.do_clean_spot()

    async def locate(self) -> None:
        """Make itself heard."""
        await self.do_locate()

    async def set_fan_speed(self, data: SetFanSpeed) -> None:
        """Set the suction."""
        await self.do_set_fan_speed(data.fan_speed)

    async def send_command(self, data: SendCommand) -> None:
        """Send a command of the manufacturer's."""
        await self.do_send_command(data.command, data.params)

    async def do_start(self) -> None:
        """Platform: start or resume cleaning."""
        raise NotImplementedError

    async def do_pause(self) -> None:
        """Platform: pause."""
        raise NotImplementedError

    async def do_stop(self) -> None:
        """Platform: stop."""
        raise NotImplementedError

    async def do_return_to_base(self) -> None:
        """Platform: go back to the dock."""
        raise NotImplementedError

    async def do_clean_spot(self) -> None:
        """Platform: clean where it stands."""
        raise NotImplementedError

    async def do_locate(self) -> None:
        """Platform: make itself heard."""
        raise NotImplementedError

    async def do_set_fan_speed(self, fan_speed: str) -> None:
        """Platform: set the suction."""
        raise NotImplementedError

    async def do_send_command(self, command: str, params: dict[str, Any] | list[Any] | None) -> None:
        """Platform: send a command."""
        raise NotImplementedError


def battery_icon(level: int | None, *, charging: bool) -> str:
    """The icon of a battery with `level` percent, in steps of 10, or 20 while it charges."""
    if level is None:
        return "mdi:battery-unknown"
    if charging:
        return f"mdi:battery-charging-{round(level / 20 - 0.01) * 20}" if level > 10 else "mdi:battery-outline"
    if level <= 5:
        return "mdi:battery-alert"
    return "mdi:battery" if level >= 95 else f"mdi:battery-{round(level / 10 - 0.01) * 10}"


VACUUM: Final = Domain(
    "vacuum",
    VacuumEntity,
    (
        EntityService("start", "start", features=(Features.START,)),
        EntityService("pause", "pause", features=(Features.PAUSE,)),
        EntityService("return_to_base", "return_to_base", features=(Features.RETURN_HOME,)),
        EntityService("clean_spot", "clean_spot", features=(Features.CLEAN_SPOT,)),
        EntityService("locate", "locate", features=(Features.LOCATE,)),
        EntityService("stop", "stop", features=(Features.STOP,)),
        EntityService("set_fan_speed", "set_fan_speed", SetFanSpeed, (Features.FAN_SPEED,)),
        EntityService("send_command", "send_command", SendCommand, (Features.SEND_COMMAND,)),
    ),
)
