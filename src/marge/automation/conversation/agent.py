"""The agent that answers: it knows the sentences of triggers, and says that it did not understand anything else."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.conversation.registry import Utterance
from marge.core.context import Context
from marge.core.services import Service, ServiceCall, SupportsResponse
from marge.entities.descriptions import describer
from marge.util.ids import is_ulid
from marge.util.schema import Text, word

if TYPE_CHECKING:
    from marge.automation.ports import House

AGENT: Final = "conversation.home_assistant"
_NAMES: Final = (AGENT, "homeassistant")
"""What the agent is known by; the latter is from before it was an entity."""

SESSION_SECONDS: Final = 300.0
"""How long a conversation is remembered."""
MAX_SESSIONS: Final = 1000

DONE: Final = "Done"
NOT_UNDERSTOOD: Final = "Sorry, I couldn't understand that"


def _agent_id(value: Any) -> str:
    if value not in _NAMES:
        raise ValueError("invalid agent ID")
    return str(value)


if TYPE_CHECKING:
    AgentId = str
else:
    AgentId = word("AgentId", _agent_id)


class Process(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `conversation.process`, and of the same in the APIs."""

    text: Text
    language: Text | None = None
    agent_id: AgentId = AGENT
    conversation_id: Text | None = None


class Conversation:
    """Answers sentences."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._sessions: dict[str, float] = {}

    def setup(self) -> None:
        """Register the service."""
        # Not listed as a component: the frontend would then offer Assist, which asks for pipelines.
        self._house.hub.services.register(
            Service(
                "conversation",
                "process",
                self._process,
                Process,
                supports_response=SupportsResponse.OPTIONAL,
                describe=describer("conversation", "process"),
            )
        )

    def sentences(self) -> list[str]:
        """The sentences of all triggers."""
        return self._house.sentences.all()

    async def process(self, data: Process, context: Context) -> dict[str, Any]:
        """Do what a sentence asks for and answer as Home Assistant's default agent does."""
        language = data.language or self._house.hub.config.language
        utterance = Utterance(data.text, context, language, data.agent_id, data.conversation_id)
        found = self._house.sentences.find(data.text)
        session = self._session(data.conversation_id)
        if not found:
            response = _response(language, NOT_UNDERSTOOD, "error", {"code": "no_intent_match"})
        else:
            tasks = self._house.hub.tasks
            said = await _first([tasks.create(answer(utterance, slots), "answer") for answer, slots in found])
            response = _response(
                language, DONE if said is None else said, "action_done", {"targets": [], "success": [], "failed": []}
            )
        return {"response": response, "conversation_id": session, "continue_conversation": False}

    async def _process(self, call: ServiceCall) -> dict[str, Any] | None:
        answer = await self.process(call.data, call.context)
        return answer if call.return_response else None

    def _session(self, wanted: str | None) -> str:
        """The id of the conversation: the one that is wanted, unless it is one of ours that is over."""
        hub = self._house.hub
        now = hub.clock.now()
        for known, until in list(self._sessions.items()):
            if until <= now or len(self._sessions) >= MAX_SESSIONS:
                del self._sessions[known]
        if wanted is None or (wanted not in self._sessions and is_ulid(wanted)):
            wanted = hub.ulid()
        self._sessions.pop(wanted, None)
        self._sessions[wanted] = now + SESSION_SECONDS
        return wanted


async def _first(answers: list[asyncio.Task[str | None]]) -> str | None:
    """The first answer that says something; the others go on. None when none does."""
    for each in asyncio.as_completed(answers):
        if (said := await each) is not None:
            return said
    return None


def _response(language: str, speech: str, kind: str, data: dict[str, Any]) -> dict[str, Any]:
    return {
        "speech": {"plain": {"speech": speech, "extra_data": None}},
        "card": {},
        "language": language,
        "response_type": kind,
        "data": data,
    }
