"""Groups of switches, binary sensors, buttons, locks and receivers of messages."""

from __future__ import annotations

from msgspec import UNSET

from marge.core.state import State
from marge.entities.binary_sensor import BinarySensorEntity
from marge.entities.button import ButtonEntity
from marge.entities.lock import Features as LockFeatures
from marge.entities.lock import LockEntity
from marge.entities.notify import Features as NotifyFeatures
from marge.entities.notify import NotifyEntity
from marge.entities.switch import SwitchEntity
from marge.helpers.member_group import (
    NOTHING_KNOWN,
    BinarySensorItem,
    GroupItem,
    MemberGroup,
    SwitchedItem,
    able,
    on_state,
)


class SwitchGroup(MemberGroup, SwitchEntity):
    """Switches as one."""

    ITEM = SwitchedItem
    NAME = "Switch Group"

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        self.is_on = on_state(self.item, states)

    async def turn_on(self) -> None:
        """Switch all on."""
        await self.forward("turn_on")

    async def turn_off(self) -> None:
        """Switch all off."""
        await self.forward("turn_off")


class BinarySensorGroup(MemberGroup, BinarySensorEntity):
    """Binary sensors as one."""

    ITEM = BinarySensorItem
    NAME = "Binary Sensor Group"

    def configure(self, item: GroupItem) -> None:
        """See `MemberGroup.configure`."""
        super().configure(item)
        assert isinstance(item, BinarySensorItem)
        self.device_class = None if item.device_class is UNSET else item.device_class

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        self.is_on = on_state(self.item, states)


class ButtonGroup(MemberGroup, ButtonEntity):
    """Buttons as one."""

    NAME = "Button group"

    def added(self) -> None:
        """See `Entity.added`."""
        ButtonEntity.added(self)
        super().added()

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`: when a member was pressed does not matter."""

    async def do_press(self) -> None:
        """Press all."""
        await self.forward("press")


class LockGroup(MemberGroup, LockEntity):
    """Locks as one: locked when all are."""

    NAME = "Lock Group"
    supported_features = LockFeatures.OPEN.value

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`."""
        found = [state.state for state in states]
        known = any(state not in NOTHING_KNOWN for state in found)
        self.is_jammed = known and "jammed" in found
        self.is_locking = known and "locking" in found
        self.is_opening = known and "opening" in found
        self.is_open = known and "open" in found
        self.is_unlocking = known and "unlocking" in found
        self.is_locked = all(state == "locked" for state in found) if known else None

    async def do_lock(self, code: str | None) -> None:
        """Lock all; the code is the group's own."""
        await self.forward("lock")

    async def do_unlock(self, code: str | None) -> None:
        """Unlock all."""
        await self.forward("unlock")

    async def do_open(self, code: str | None) -> None:
        """Open all."""
        await self.forward("open")


class NotifyGroup(MemberGroup, NotifyEntity):
    """Receivers of messages as one; a title reaches those that show one."""

    NAME = "Notify Group"

    def added(self) -> None:
        """See `Entity.added`."""
        NotifyEntity.added(self)
        super().added()

    def work_out(self, states: list[State]) -> None:
        """See `MemberGroup.work_out`: when a member was told something does not matter."""
        features = NotifyFeatures.TITLE.value if able(states, NotifyFeatures.TITLE) else 0
        if features != self.supported_features:
            self.supported_features = features
            self.description_changed()

    async def do_send_message(self, message: str, title: str | None) -> None:
        """Send it to all."""
        await self.forward("send_message", message=message, **({} if title is None else {"title": title}))
