"""A group of fans: on when one is, and what is asked of it goes to those that can do it."""

from __future__ import annotations

from typing import Final

from marge.core.state import State
from marge.entities.fan import FanEntity, Features
from marge.helpers.member_group import MemberGroup, able, mean_int, most_common, on_state, reduced, values

_ON: Final = Features.TURN_ON.value
_OFF: Final = Features.TURN_OFF.value
_SPEED: Final = Features.SET_SPEED.value
_OSCILLATE: Final = Features.OSCILLATE.value
_DIRECTION: Final = Features.DIRECTION.value


class FanGroup(MemberGroup, FanEntity):
    """Fans as one; presets stay with the members."""

    NAME = "Fan Group"

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        self.is_on = on_state(self.item, states)
        fast = able(states, _SPEED)
        self.percentage = reduced(fast, "percentage", mean_int)
        steps = set(values(fast, "percentage_step"))
        step = steps.pop() if len(steps) == 1 else 0
        self.speed_count = (round(100 / step) or 100) if step else 100
        self.oscillating = most_common(values(able(states, _OSCILLATE), "oscillating"))
        self.direction = most_common(values(able(states, _DIRECTION), "direction"))
        features = sum(bit for bit in (_ON, _OFF, _SPEED, _OSCILLATE, _DIRECTION) if able(states, bit))
        if features != self.supported_features:
            self.supported_features = features
            self.description_changed()

    async def do_turn_on(self, percentage: int | None, preset_mode: str | None) -> None:
        """Switch on those that can be switched on, or give those with speeds a speed."""
        if percentage is not None:
            await self.do_set_percentage(percentage)
        else:
            await self.forward("turn_on", self.able_members(_ON))

    async def do_turn_off(self) -> None:
        """Switch off those that can be switched off."""
        await self.forward("turn_off", self.able_members(_OFF))

    async def do_set_percentage(self, percentage: int) -> None:
        """Set the speed of those that have speeds; 0 is off."""
        if percentage == 0:
            await self.do_turn_off()
        await self.forward("set_percentage", self.able_members(_SPEED), percentage=percentage)

    async def do_oscillate(self, oscillating: bool) -> None:
        """Let those that can do it oscillate, or stop."""
        await self.forward("oscillate", self.able_members(_OSCILLATE), oscillating=oscillating)

    async def do_set_direction(self, direction: str) -> None:
        """Set the direction of those that have one."""
        await self.forward("set_direction", self.able_members(_DIRECTION), direction=direction)
