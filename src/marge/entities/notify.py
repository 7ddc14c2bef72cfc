"""Notify: somewhere a message can be sent to; its state is the time of the last message."""

from __future__ import annotations

from enum import IntFlag
from typing import Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.stamped import StampedEntity
from marge.util.schema import Text


class Features(IntFlag):
    """Bits of `supported_features`."""

    TITLE = 1


class SendMessage(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `send_message`."""

    message: Text
    title: Text | msgspec.UnsetType = msgspec.UNSET


class NotifyEntity(StampedEntity):
    """A receiver of messages."""

    domain = "notify"
    has_features = True

    async def send_message(self, data: SendMessage) -> None:
        """Send a message; a title is dropped when the receiver shows none."""
        self.stamp()
        title = data.title if data.title is not msgspec.UNSET and self.supported_features & Features.TITLE else None
        await self.do_send_message(data.message, title)

    async def do_send_message(self, message: str, title: str | None) -> None:
        """Send it; given by the platform."""
        raise NotImplementedError


NOTIFY: Final = Domain("notify", NotifyEntity, (EntityService("send_message", "send_message", SendMessage),))
