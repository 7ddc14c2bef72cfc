"""Template alarm control panels."""

from __future__ import annotations

from typing import Any, Final

from marge.entities.alarm_control_panel import AlarmControlPanelEntity, Features
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_platforms import AlarmItem

_STATES: Final = (
    "armed_away",
    "armed_custom_bypass",
    "armed_home",
    "armed_night",
    "armed_vacation",
    "arming",
    "disarmed",
    "pending",
    "triggered",
)


class TemplateAlarm(TemplateEntity, AlarmControlPanelEntity):
    """A panel; without a template of its state it is in the state that it was last told to be in."""

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, AlarmItem)
        self.code_arm_required = item.code_arm_required
        self.code_format = None if item.code_format == "no_code" else item.code_format
        super().prepare(house, item)
        for feature in Features:
            if self.can(str(feature.name).lower()):
                self.supported_features |= feature.value

    def added(self) -> None:
        """See `TemplateEntity.added`."""
        super().added()
        last = self.last_state
        if self.alarm_state is None and last is not None and last.state in _STATES:
            self.alarm_state = last.state

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`; one that fails leaves the panel available."""
        available = self.available
        super().take(field, result)
        self.available = available

    def take_state(self, result: Any) -> None:
        """See `TemplateEntity.take_state`."""
        self.alarm_state = self.one_of("The state", result, _STATES)

    async def do_alarm_disarm(self, code: str | None) -> None:
        """Take the actions of `disarm`."""
        await self._told("disarm", "disarmed", code)

    async def do_alarm_arm_home(self, code: str | None) -> None:
        """Take the actions of `arm_home`."""
        await self._told("arm_home", "armed_home", code)

    async def do_alarm_arm_away(self, code: str | None) -> None:
        """Take the actions of `arm_away`."""
        await self._told("arm_away", "armed_away", code)

    async def do_alarm_arm_night(self, code: str | None) -> None:
        """Take the actions of `arm_night`."""
        await self._told("arm_night", "armed_night", code)

    async def do_alarm_arm_vacation(self, code: str | None) -> None:
        """Take the actions of `arm_vacation`."""
        await self._told("arm_vacation", "armed_vacation", code)

    async def do_alarm_arm_custom_bypass(self, code: str | None) -> None:
        """Take the actions of `arm_custom_bypass`."""
        await self._told("arm_custom_bypass", "armed_custom_bypass", code)

    async def do_alarm_trigger(self, code: str | None) -> None:
        """Take the actions of `trigger`."""
        await self._told("trigger", "triggered", code)

    async def _told(self, field: str, state: str, code: str | None) -> None:
        if self.can(field):
            await self.act(field, code=code)
        if not self.has_state:
            self.alarm_state = state
            self.write_state()
