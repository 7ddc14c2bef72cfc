"""The sentences of all triggers, in the order in which they came."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from marge.automation.conversation.match import Slots
    from marge.automation.conversation.template import Program
    from marge.core.context import Context


class Utterance(Struct, frozen=True):
    """What somebody said, and the circumstances."""

    text: str
    context: Context
    language: str
    agent_id: str
    conversation_id: str | None = None
    device_id: str | None = None


Answer = Callable[[Utterance, "Slots"], Coroutine[Any, Any, "str | None"]]
"""Does what a sentence asks for, and gives what is to be said; None for nothing in particular."""


class Registered(Struct, frozen=True, eq=False):
    """The sentences of one trigger."""

    sentences: Sequence[str]
    programs: Sequence[Program]
    answer: Answer


class Sentences:
    """Keeps sentences and finds whose fit."""

    def __init__(self) -> None:
        self._registered: list[Registered] = []

    def register(self, sentences: Sequence[str], programs: Sequence[Program], answer: Answer) -> Callable[[], None]:
        """Take the sentences of a trigger; returns what takes them back."""
        entry = Registered(sentences, programs, answer)
        self._registered.append(entry)
        return lambda: self._registered.remove(entry)

    def all(self) -> list[str]:
        """All sentences as they were written."""
        return [sentence for entry in self._registered for sentence in entry.sentences]

    def find(self, text: str) -> list[tuple[Answer, Slots]]:
        """Whom `text` means, with the words of the slots: of each trigger the first sentence that fits."""
        if not self._registered:
            return []
        from marge.automation.conversation.match import match
        from marge.automation.conversation.punctuation import plain

        said = plain(text)
        found: list[tuple[Answer, Slots]] = []
        for entry in self._registered:
            slots = next((each for program in entry.programs if (each := match(program, said)) is not None), None)
            if slots is not None:
                found.append((entry.answer, slots))
        return found
