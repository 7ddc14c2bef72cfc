"""Template fans."""

from __future__ import annotations

from typing import Any

from msgspec import UNSET

from marge.core.errors import TemplateError
from marge.entities.fan import FanEntity, Features
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import FanItem


class TemplateFan(TemplateEntity, FanEntity):
    """A fan; it has the speeds, presets and so on that it has templates of."""

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, FanItem)
        self.assumed_state = item.state is UNSET
        self.is_on = False
        self.speed_count = item.speed_count or 100
        self.preset_modes = item.preset_modes or None
        features = Features.TURN_ON | Features.TURN_OFF
        for template, feature in (
            (item.percentage, Features.SET_SPEED),
            (item.preset_mode if item.preset_modes else UNSET, Features.PRESET_MODE),
            (item.oscillating, Features.OSCILLATE),
            (item.direction, Features.DIRECTION),
        ):
            if template is not UNSET:
                features |= feature
        self.supported_features = features.value
        super().prepare(house, item)

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`."""
        value = None if isinstance(result, TemplateError) else result
        if field == "percentage":
            self.percentage = int(self.number("The percentage", value, 0, 100) or 0)
        elif field == "preset_mode":
            self.preset_mode = self.one_of("The preset mode", value, self.preset_modes or ())
        elif field == "oscillating":
            found = self.one_of("'oscillating'", value, ("True", "False"))
            self.oscillating = None if found is None else found == "True"
        elif field == "direction":
            self.direction = self.one_of("The direction", value, ("forward", "reverse"))
        else:
            super().take(field, result)

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        on = result is True or (isinstance(result, str) and result.lower() in ("true", "on"))
        self.is_on = on if self.available else None

    async def do_turn_on(self, percentage: int | None, preset_mode: str | None) -> None:
        """Take the actions of `turn_on`, then those of the preset or the speed that was asked for."""
        await self.act("turn_on", percentage=percentage, preset_mode=preset_mode)
        if preset_mode is not None:
            await self.do_set_preset_mode(preset_mode)
        elif percentage is not None:
            await self.do_set_percentage(percentage)
        self._assume(True)

    async def do_turn_off(self) -> None:
        """Take the actions of `turn_off`."""
        await self.act("turn_off")
        self._assume(False)

    async def do_set_percentage(self, percentage: int) -> None:
        """Take the actions of `set_percentage`, which know the `percentage`."""
        if self.can("set_percentage"):
            await self.act("set_percentage", percentage=percentage)
        if self.assumed_state:
            self.percentage = percentage
        self._assume(percentage != 0)

    async def do_set_preset_mode(self, preset_mode: str) -> None:
        """Take the actions of `set_preset_mode`, which know the `preset_mode`."""
        if self.can("set_preset_mode"):
            await self.act("set_preset_mode", preset_mode=preset_mode)
        if self.assumed_state:
            self.preset_mode = preset_mode
        self._assume(True)

    async def do_oscillate(self, oscillating: bool) -> None:
        """Take the actions of `set_oscillating`, which know whether it is to be `oscillating`."""
        if self.can("set_oscillating"):
            await self.act("set_oscillating", oscillating=oscillating)

    async def do_set_direction(self, direction: str) -> None:
        """Take the actions of `set_direction`, which know the `direction`."""
        if self.can("set_direction") and self.one_of("The direction", direction, ("forward", "reverse")):
            await self.act("set_direction", direction=direction)

    def _assume(self, on: bool) -> None:
        if self.assumed_state:
            self.is_on = on
            self.write_state()
