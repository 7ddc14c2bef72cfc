"""Conversation trigger: somebody says a sentence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.conversation.punctuation import has_punctuation
from marge.automation.conversation.registry import Utterance
from marge.automation.conversation.template import Program, compile_sentence
from marge.automation.ports import Detach, Fire, TriggerHost
from marge.util.schema import word

if TYPE_CHECKING:
    from marge.automation.conversation.match import Slots


class Sentence(Struct, frozen=True):
    """A sentence as it was written, and the program that knows it."""

    text: str
    program: Program


def _sentences(value: Any) -> list[Sentence]:
    texts = value if isinstance(value, list) else [value]
    if not texts:
        raise ValueError("expected at least one sentence")
    return [_sentence(each) for each in texts]


def _sentence(value: Any) -> Sentence:
    if value is None or isinstance(value, (list, dict)):
        raise ValueError(f"expected a sentence, got {value!r}")
    text = str(value)
    if not text.strip():
        raise ValueError("expected a sentence, got nothing")
    if has_punctuation(text):
        raise ValueError(f"a sentence must not contain punctuation: {text!r}")
    return Sentence(text, compile_sentence(text))


if TYPE_CHECKING:
    Command = list[Sentence]
else:
    Command = word("Command", _sentences)


class ConversationTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when one of the sentences of `command` is said; the run may answer with `set_conversation_response`."""

    command: Command

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""

        async def answer(said: Utterance, slots: Slots) -> str | None:
            trigger = {
                "sentence": said.text,
                "details": {name: {"name": name, "text": text, "value": text} for name, text in slots.items()},
                "slots": dict(slots),
                "device_id": said.device_id,
                "user_input": {
                    "text": said.text,
                    "context": said.context.as_dict(),
                    "conversation_id": said.conversation_id,
                    "device_id": said.device_id,
                    "language": said.language,
                    "agent_id": said.agent_id,
                    "extra_system_prompt": None,
                },
            }
            run = fire(trigger)
            if run is None:
                return None
            await asyncio.wait([run])
            return None if run.cancelled() else run.result().said

        texts = [each.text for each in self.command]
        return host.house.sentences.register(texts, [each.program for each in self.command], answer)
