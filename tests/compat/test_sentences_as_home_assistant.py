"""Which sentences Home Assistant's matcher knew, and what it took for the slots, replayed against Marge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from marge.automation.conversation.match import match
from marge.automation.conversation.punctuation import plain
from marge.automation.conversation.template import compile_sentence

CASES = json.loads((Path(__file__).parent / "automation" / "sentences.json").read_text())


@pytest.mark.parametrize(("sentence", "text", "slots"), CASES)
def test_knows_what_home_assistant_knows(sentence: str, text: str, slots: dict[str, Any] | None) -> None:
    assert match(compile_sentence(sentence), plain(text)) == slots
