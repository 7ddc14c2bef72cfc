"""Remote: what sends commands to other devices by infrared, radio or network."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.on_off import OnOffEntity
from marge.entities.refusal import not_supported
from marge.entities.words import Number, PositiveInt
from marge.util.schema import Flag, Strings, Text


class Features(IntFlag):
    """What a remote can do beside sending commands."""

    LEARN_COMMAND = 1
    DELETE_COMMAND = 2
    ACTIVITY = 4


_ACTIVITY: Final = Features.ACTIVITY.value


class WithActivity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The data of `remote.turn_on`, `turn_off` and `toggle`."""

    activity: Text | None = None


class SendCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `remote.send_command`; `delay_secs` None leaves the pause between repeats to the platform."""

    command: Strings
    device: Text | None = None
    num_repeats: PositiveInt = 1
    delay_secs: Number | None = None
    hold_secs: Number = 0.0


class LearnCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `remote.learn_command`; `timeout` in seconds."""

    device: Text | None = None
    command: Strings | None = None
    command_type: Text | None = None
    alternative: Flag | None = None
    timeout: PositiveInt | None = None


class DeleteCommand(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The data of `remote.delete_command`."""

    command: Strings
    device: Text | None = None


class RemoteEntity(OnOffEntity):
    """A remote."""

    domain = "remote"
    has_features = True

    current_activity: str | None = None
    activity_list: list[str] | None = None

    def attributes(self) -> dict[str, Any] | None:
        """The activities, if it has some."""
        if not self.supported_features & _ACTIVITY:
            return None
        return {"activity_list": self.activity_list, "current_activity": self.current_activity}

    async def turn_on(self, data: WithActivity) -> None:
        """Switch on, or start an activity."""
        await self.do_turn_on(data.activity)

    async def turn_off(self, data: WithActivity) -> None:
        """Switch off, or end an activity."""
        await self.do_turn_off(data.activity)

    async def toggle(self, data: WithActivity) -> None:
        """Switch off when on, else on."""
        await (self.do_turn_off(data.activity) if self.is_on else self.do_turn_on(data.activity))

    async def send_command(self, data: SendCommand) -> None:
        """Send commands."""
        await self.do_send_command(data)

    async def learn_command(self, data: LearnCommand) -> None:
        """Learn commands from another remote."""
        await self.do_learn_command(data)

    async def delete_command(self, data: DeleteCommand) -> None:
        """Forget commands that were learned."""
        await self.do_delete_command(data)

    async def do_turn_on(self, activity: str | None) -> None:
        """Platform: switch on, or start an activity."""
        raise not_supported(self, "turn_on")

    async def do_turn_off(self, activity: str | None) -> None:
        """Platform: switch off, or end an activity."""
        raise not_supported(self, "turn_off")

    async def do_send_command(self, data: SendCommand) -> None:
        """Platform: send commands."""
        raise not_supported(self, "send_command")

    async def do_learn_command(self, data: LearnCommand) -> None:
        """Platform: learn commands."""
        raise not_supported(self, "learn_command")

    async def do_delete_command(self, data: DeleteCommand) -> None:
        """Platform: forget commands."""
        raise not_supported(self, "delete_command")


REMOTE: Final = Domain(
    "remote",
    RemoteEntity,
    (
        EntityService("turn_on", "turn_on", WithActivity),
        EntityService("turn_off", "turn_off", WithActivity),
        EntityService("toggle", "toggle", WithActivity),
        EntityService("send_command", "send_command", SendCommand),
        EntityService("learn_command", "learn_command", LearnCommand),
        EntityService("delete_command", "delete_command", DeleteCommand),
    ),
)
