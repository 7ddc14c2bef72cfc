"""Template vacuums."""

from __future__ import annotations

from typing import Any, Final

from msgspec import UNSET

from marge.core.errors import TemplateError
from marge.entities.vacuum import Features, VacuumEntity
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import VacuumItem

_STATES: Final = ("cleaning", "docked", "error", "idle", "paused", "returning")
_FEATURES: Final = {
    "pause": Features.PAUSE,
    "stop": Features.STOP,
    "return_to_base": Features.RETURN_HOME,
    "clean_spot": Features.CLEAN_SPOT,
    "locate": Features.LOCATE,
    "set_fan_speed": Features.FAN_SPEED,
}


class TemplateVacuum(TemplateEntity, VacuumEntity):
    """A vacuum; it can do what it has actions for."""

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, VacuumItem)
        self.fan_speed_list = item.fan_speeds
        super().prepare(house, item)
        features = Features.START | Features.STATE
        if item.battery_level is not UNSET:
            features |= Features.BATTERY
        for field, feature in _FEATURES.items():
            if self.can(field):
                features |= feature
        self.supported_features = features.value

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`; a state that fails is unknown."""
        value = None if isinstance(result, TemplateError) else result
        if field == "state":
            self.take_state(value)
        elif field == "battery_level":
            level = self.number("The battery level", value, 0, 100)
            self.battery_level = None if level is None else int(level)
        elif field == "fan_speed":
            self.fan_speed = self.one_of("The fan speed", value, self.fan_speed_list)
        else:
            super().take(field, result)

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        self.activity = self.one_of("The state", result, _STATES)

    async def do_start(self) -> None:
        """Take the actions of `start`."""
        await self.act("start")

    async def do_pause(self) -> None:
        """Take the actions of `pause`."""
        await self.act("pause")

    async def do_stop(self) -> None:
        """Take the actions of `stop`."""
        await self.act("stop")

    async def do_return_to_base(self) -> None:
        """Take the actions of `return_to_base`."""
        await self.act("return_to_base")

    async def do_clean_spot(self) -> None:
        """Take the actions of `clean_spot`."""
        await self.act("clean_spot")

    async def do_locate(self) -> None:
        """Take the actions of `locate`."""
        await self.act("locate")

    async def do_set_fan_speed(self, fan_speed: str) -> None:
        """Take the actions of `set_fan_speed`, which know the `fan_speed`; another than those it has is refused."""
        if self.one_of("The asked-for fan speed", fan_speed, self.fan_speed_list) is not None:
            await self.act("set_fan_speed", fan_speed=fan_speed)
