"""Alarm control panel: what arms and disarms an alarm."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.entities.base import Entity
from marge.entities.domain import Domain, EntityService
from marge.entities.refusal import invalid
from marge.util.schema import Text


class Features(IntFlag):
    """The ways to arm it, and whether it can be set off."""

    ARM_HOME = 1
    ARM_AWAY = 2
    ARM_NIGHT = 4
    TRIGGER = 8
    ARM_CUSTOM_BYPASS = 16
    ARM_VACATION = 32


class WithCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of all services of an alarm control panel."""

    code: Text | None = None


class AlarmControlPanelEntity(Entity):
    """An alarm control panel.

    `alarm_state` is disarmed, armed_home, armed_away, armed_night, armed_vacation, armed_custom_bypass, pending,
    arming, disarming or triggered. `code_format` is text, number, or None when no code is wanted; the registry's
    option `default_code` stands in for a code that was not given.
    """

    domain = "alarm_control_panel"
    has_features = True

    alarm_state: str | None = None
    code_format: str | None = None
    code_arm_required: bool = True
    changed_by: str | None = None

    @property
    def state(self) -> str | None:
        """`alarm_state`."""
        return self.alarm_state

    def attributes(self) -> dict[str, Any]:
        """What it wants of codes, and who changed it last."""
        return {
            "code_format": self.code_format,
            "changed_by": self.changed_by,
            "code_arm_required": self.code_arm_required,
        }

    async def alarm_disarm(self, data: WithCode) -> None:
        """Disarm; whether the code is right is for the platform to say."""
        await self.do_alarm_disarm(self._code(data))

    async def alarm_arm_home(self, data: WithCode) -> None:
        """Arm for people at home."""
        await self.do_alarm_arm_home(self._arming_code(data))

    async def alarm_arm_away(self, data: WithCode) -> None:
        """Arm for an empty house."""
        await self.do_alarm_arm_away(self._arming_code(data))

    async def alarm_arm_night(self, data: WithCode) -> None:
        """Arm for the night."""
        await self.do_alarm_arm_night(self._arming_code(data))

    async def alarm_arm_vacation(self, data: WithCode) -> None:
        """Arm for a longer absence."""
        await self.do_alarm_arm_vacation(self._arming_code(data))

    async def alarm_arm_custom_bypass(self, data: WithCode) -> None:
        """Arm with some sensors left out."""
        await self.do_alarm_arm_custom_bypass(self._arming_code(data))

    async def alarm_trigger(self, data: WithCode) -> None:
        """Set the alarm off."""
        await self.do_alarm_trigger(data.code)

    def _code(self, data: WithCode) -> str | None:
        if data.code:
            return data.code
        default = self.overrides.options.get("default_code")
        return default if isinstance(default, str) and default else None

    def _arming_code(self, data: WithCode) -> str | None:
        """The code to arm with; raises ServiceValidationError when one is required and there is none."""
        code = self._code(data)
        if not code and self.code_arm_required:
            raise invalid(
                "alarm_control_panel",
                "code_arm_required",
                "Arming requires a code but none was given for {entity_id}.",
                entity_id=self.entity_id,
            )
        return code

    async def do_alarm_disarm(self, code: str | None) -> None:
        """Platform: disarm."""
        raise NotImplementedError

    async def do_alarm_arm_home(self, code: str | None) -> None:
        """Platform: arm for people at home."""
        raise NotImplementedError

    async def do_alarm_arm_away(self, code: str | None) -> None:
        """Platform: arm for an empty house."""
        raise NotImplementedError

    async def do_alarm_arm_night(self, code: str | None) -> None:
        """Platform: arm for the night."""
        raise NotImplementedError

    async def do_alarm_arm_vacation(self, code: str | None) -> None:
        """Platform: arm for a longer absence."""
        raise NotImplementedError

    async def do_alarm_arm_custom_bypass(self, code: str | None) -> None:
        """Platform: arm with some sensors left out."""
        raise NotImplementedError

    async def do_alarm_trigger(self, code: str | None) -> None:
        """Platform: set the alarm off."""
        raise NotImplementedError


ALARM_CONTROL_PANEL: Final = Domain(
    "alarm_control_panel",
    AlarmControlPanelEntity,
    (
        EntityService("alarm_disarm", "alarm_disarm", WithCode),
        EntityService("alarm_arm_home", "alarm_arm_home", WithCode, (Features.ARM_HOME,)),
        EntityService("alarm_arm_away", "alarm_arm_away", WithCode, (Features.ARM_AWAY,)),
        EntityService("alarm_arm_night", "alarm_arm_night", WithCode, (Features.ARM_NIGHT,)),
        EntityService("alarm_arm_vacation", "alarm_arm_vacation", WithCode, (Features.ARM_VACATION,)),
        EntityService("alarm_arm_custom_bypass", "alarm_arm_custom_bypass", WithCode, (Features.ARM_CUSTOM_BYPASS,)),
        EntityService("alarm_trigger", "alarm_trigger", WithCode, (Features.TRIGGER,)),
    ),
)
