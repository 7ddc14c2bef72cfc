"""Talking to the hub, and with whom."""

from __future__ import annotations

from typing import Any, Final

from msgspec import Struct

from marge.api.routing import Access
from marge.api.websocket.command import Command, Message
from marge.automation.conversation.agent import AGENT, Process


class ListAgents(Struct, forbid_unknown_fields=True, frozen=True):
    """The language that the agents are to speak."""

    language: str | None = None
    country: str | None = None


async def process(message: Message) -> dict[str, Any]:
    """Do what is said, and answer."""
    return await message.api.engine.conversation.process(message.data, message.context())


def list_agents(message: Message) -> dict[str, Any]:
    """The agents: there is one, and it takes the sentences of triggers in whatever language they are written."""
    data: ListAgents = message.data
    languages = "*" if data.language is None else [data.language]
    return {"agents": [{"id": AGENT, "name": "Home Assistant", "supported_languages": languages}]}


def list_sentences(message: Message) -> dict[str, Any]:
    """The sentences of all triggers, as they were written."""
    return {"trigger_sentences": message.api.engine.conversation.sentences()}


COMMANDS: Final = (
    Command("conversation/process", process, Process, Access.CONTROL),
    Command("conversation/agent/list", list_agents, ListAgents),
    Command("conversation/sentences/list", list_sentences, access=Access.ADMIN),
)
