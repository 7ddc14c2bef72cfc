"""manual: an alarm control panel that automations arm, set off and disarm, with the times in between."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.clock import Cancel
from marge.core.errors import TemplateError
from marge.entities.alarm_control_panel import AlarmControlPanelEntity, Features
from marge.entities.base import Entity
from marge.entities.refusal import invalid
from marge.helpers.derived.following import DerivedEntity
from marge.helpers.derived.platforms import AskedDerived, DerivedItem, Platform
from marge.helpers.kind import given
from marge.helpers.ports import House
from marge.helpers.template_config import TemplateText
from marge.util.schema import Flag, PositiveSeconds, Strings, Text, convert, word

_ARMED: Final = {
    "armed_away": Features.ARM_AWAY,
    "armed_home": Features.ARM_HOME,
    "armed_night": Features.ARM_NIGHT,
    "armed_vacation": Features.ARM_VACATION,
    "armed_custom_bypass": Features.ARM_CUSTOM_BYPASS,
}
_AFTER: Final = 1e-6
"""It is triggered until the trigger time is over: this much later it is not."""


def _arming_states(value: Any) -> list[str]:
    states = convert(value, Strings)
    for state in states:
        if state not in _ARMED:
            raise ValueError(f"expected some of {', '.join(_ARMED)}, got {state!r}")
    return states


if TYPE_CHECKING:
    ArmingStates = list[str]
else:
    ArmingStates = word("ArmingStates", _arming_states)


class DisarmedTimes(msgspec.Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """The times of the state `disarmed`, in the place of those of all states."""

    delay_time: PositiveSeconds | UnsetType = UNSET
    trigger_time: PositiveSeconds | UnsetType = UNSET


class ArmedTimes(DisarmedTimes, frozen=True, kw_only=True):
    """The times of an armed state."""

    arming_time: PositiveSeconds | UnsetType = UNSET


class ManualItem(DerivedItem, frozen=True, kw_only=True):
    """An item of `alarm_control_panel:`; each state may have times of its own."""

    name: Text = "HA Alarm"
    code: Text | UnsetType = UNSET
    code_template: TemplateText | UnsetType = UNSET
    code_arm_required: Flag = True
    delay_time: PositiveSeconds = 60
    arming_time: PositiveSeconds = 60
    trigger_time: PositiveSeconds = 120
    disarm_after_trigger: Flag = False
    arming_states: ArmingStates = msgspec.field(default_factory=lambda: list(_ARMED))
    disarmed: DisarmedTimes = DisarmedTimes()
    armed_away: ArmedTimes = ArmedTimes()
    armed_home: ArmedTimes = ArmedTimes()
    armed_night: ArmedTimes = ArmedTimes()
    armed_vacation: ArmedTimes = ArmedTimes()
    armed_custom_bypass: ArmedTimes = ArmedTimes()

    def __post_init__(self) -> None:
        """Refuse two codes."""
        if self.code is not UNSET and self.code_template is not UNSET:
            raise ValueError("a panel has 'code' or 'code_template', not both")

    def seconds(self, state: str, key: str) -> float:
        """A time of a state, or that of all states."""
        own: float | UnsetType = getattr(getattr(self, state, None), key, UNSET)
        common: float = getattr(self, key)
        return common if own is UNSET else own


class ManualAlarm(DerivedEntity, AlarmControlPanelEntity):
    """Knows where it goes (`_goal`), from where, and since when; what it shows follows from that and the time."""

    platform = "manual"

    def __init__(self, house: House, item: ManualItem) -> None:
        self.item = item
        self.unique_id = given(item.unique_id)
        self.name = item.name
        self._template = None if item.code_template is UNSET else house.templates.template(item.code_template)
        if self._template is not None:
            self._template.ensure_valid()
        self._code_text: str | None = given(item.code) or None
        if self._template is not None or self._code_text is not None:
            digits = self._code_text is not None and self._code_text.isdigit()
            self.code_format = "number" if digits else "text"
        self.code_arm_required = item.code_arm_required
        self.supported_features = Features.TRIGGER
        for state in item.arming_states:
            self.supported_features |= _ARMED[state]
        self._goal = self._before = "disarmed"
        self._since = 0.0
        self._cancels: list[Cancel] = []

    def added(self) -> None:
        """See `Entity.added`."""
        self._since = self.hub.clock.now()
        last = self.last_state
        if last is not None:
            goal = last.attributes.get("next_state") or last.state
            if goal in _ARMED or goal in ("disarmed", "triggered"):
                self._goal, self._since = goal, last.last_updated
                before = last.attributes.get("previous_state")
                if before in _ARMED or before == "disarmed":
                    self._before = before
                    self._wait()
        self._look()

    def removed(self) -> None:
        """See `Entity.removed`."""
        super().removed()
        self._stop_waiting()

    def attributes(self) -> dict[str, Any]:
        """See `AlarmControlPanelEntity.attributes`; on the way it tells from where to where."""
        on_the_way = self.alarm_state in ("pending", "arming")
        return {
            **super().attributes(),
            "previous_state": self._before if on_the_way or self.alarm_state == "triggered" else None,
            "next_state": self._goal if on_the_way else None,
        }

    async def do_alarm_disarm(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_disarm`."""
        self._check_code(code, "disarmed")
        self._stop_waiting()
        self._goal = "disarmed"
        self._since = self.hub.clock.now()
        self._show()

    async def do_alarm_arm_home(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_arm_home`."""
        self._arm("armed_home", code)

    async def do_alarm_arm_away(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_arm_away`."""
        self._arm("armed_away", code)

    async def do_alarm_arm_night(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_arm_night`."""
        self._arm("armed_night", code)

    async def do_alarm_arm_vacation(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_arm_vacation`."""
        self._arm("armed_vacation", code)

    async def do_alarm_arm_custom_bypass(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_arm_custom_bypass`."""
        self._arm("armed_custom_bypass", code)

    async def do_alarm_trigger(self, code: str | None) -> None:
        """See `AlarmControlPanelEntity.do_alarm_trigger`; a state whose trigger time is zero cannot be set off."""
        self._look()
        active = self._before if self.alarm_state in ("pending", "arming", "triggered") else self._goal
        if self.item.seconds(active, "trigger_time"):
            self._go("triggered")

    def _arm(self, state: str, code: str | None) -> None:
        self._check_code(code, state)
        self._look()
        self._go(state)

    def _check_code(self, code: str | None, state: str) -> None:
        """Raise ServiceValidationError for a wrong code."""
        if state != "disarmed" and not self.code_arm_required:
            return
        wanted = self._code_text
        if self._template is not None:
            variables = {"from_state": self._goal, "to_state": state}
            try:
                wanted = self._template.render(variables, parse_result=False)
            except TemplateError as error:
                raise invalid("manual", "invalid_code", f"The code cannot be worked out: {error}") from None
        if wanted and code != wanted:
            raise invalid("manual", "invalid_code", "Invalid alarm code provided")

    def _go(self, state: str) -> None:
        if state == self._goal:
            return
        self._before, self._goal = self._goal, state
        self._since = self.hub.clock.now()
        self._stop_waiting()
        self._wait()
        self._show()

    def _wait(self) -> None:
        """Look again when the time of the state is over."""
        if self._goal == "triggered":
            pending = self._since + self.item.seconds(self._before, "delay_time")
            over = pending + self.item.seconds(self._before, "trigger_time") + _AFTER
            moments = [pending, over]
        elif self._goal in _ARMED:
            moments = [self._since + self.item.seconds(self._goal, "arming_time")]
        else:
            moments = []
        now = self.hub.clock.now()
        self._cancels = [self.hub.clock.call_at(moment, self._show) for moment in moments if moment > now]

    def _stop_waiting(self) -> None:
        for cancel in self._cancels:
            cancel()
        self._cancels = []

    def _show(self) -> None:
        self._look()
        self.write_state()

    def _look(self) -> None:
        """Work out what it shows now."""
        now, item = self.hub.clock.now(), self.item
        if self._goal == "triggered":
            pending = self._since + item.seconds(self._before, "delay_time")
            if pending > now:
                self.alarm_state = "pending"
                return
            if pending + item.seconds(self._before, "trigger_time") >= now:
                self.alarm_state = "triggered"
                return
            self._goal = "disarmed" if item.disarm_after_trigger else self._before
            self._since = -math.inf  # it does not arm again
        if self._goal in _ARMED and self._since + item.seconds(self._goal, "arming_time") > now:
            self.alarm_state = "arming"
        else:
            self.alarm_state = self._goal


def _make(house: House, asked: AskedDerived) -> list[Entity]:
    item: Any = asked.item
    return [ManualAlarm(house, item)]


PLATFORM: Final = Platform(ManualItem, _make)
