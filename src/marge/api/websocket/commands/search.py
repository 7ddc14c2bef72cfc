"""search/related: what has to do with a thing."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

from marge.api.routing import Access
from marge.api.websocket.command import Command, Message


class Related(Struct, forbid_unknown_fields=True, frozen=True):
    """The thing: its type and id."""

    item_type: Literal[
        "area",
        "automation",
        "automation_blueprint",
        "config_entry",
        "device",
        "entity",
        "floor",
        "group",
        "integration",
        "label",
        "person",
        "scene",
        "script",
        "script_blueprint",
    ]
    item_id: str


def related(message: Message) -> dict[str, list[str]]:
    """The related ids by type."""
    return message.api.registries.search.related(message.data.item_type, message.data.item_id)


COMMANDS: Final = (Command("search/related", related, Related, Access.READ),)
