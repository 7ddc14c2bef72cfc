"""Which sentences fit what is said."""

from __future__ import annotations

import time

import pytest

from marge.automation.conversation.match import MAX_LENGTH, Slots, match
from marge.automation.conversation.punctuation import plain
from marge.automation.conversation.template import compile_sentence


def fits(sentence: str, text: str) -> Slots | None:
    return match(compile_sentence(sentence), plain(text))


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("turn on [the] light", "Turn on light!"),
        ("turn on [the] light", "turn  on the LIGHT."),
        ("light[s] off", "lights off"),
        ("light[s] off", "light off"),
        ("[please] stop", "stop"),
        ("stop [please]", "stop"),
        ("it is (on|off)", "it is off"),
        ("(red;green) now", "green red now"),
        ("living room", "living-room"),
        (r"a \[b\]", "a [b]"),
        ("straße", "STRAßE"),
        ("qué tal", "¿Qué tal?"),
    ],
)
def test_fits(sentence: str, text: str) -> None:
    assert fits(sentence, text) == {}


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("light", "lights"),
        ("party time", "partytime"),
        ("a b", "a"),
        ("a", "a b"),
        ("play {x}", "play"),
        ("play {x}", "play  !"),
    ],
)
def test_does_not_fit(sentence: str, text: str) -> None:
    assert fits(sentence, text) is None


@pytest.mark.parametrize(
    ("sentence", "text", "slots"),
    [
        ("play {album} by {artist}", "play The Wall by Pink Floyd", {"album": "The Wall", "artist": "Pink Floyd"}),
        ("play {album} by {artist}", "play by by by", {"album": "by", "artist": "by"}),
        ("set {x} [now]", "set it up now", {"x": "it up"}),
        ("set {x} [now]", "set it up", {"x": "it up"}),
        ("{all}", "Anything, really.", {"all": "Anything really"}),
        ("{list:slot} on", "tv on", {"slot": "tv"}),
    ],
)
def test_slots_are_the_words_between(sentence: str, text: str, slots: Slots) -> None:
    assert fits(sentence, text) == slots


def test_no_sentence_takes_long() -> None:
    program = compile_sentence(" ".join(f"{{w{number}}} [a|b|a a|{{v{number}}}]" for number in range(15)) + " end")
    began = time.perf_counter()
    assert match(program, "a " * (MAX_LENGTH // 2 - 1) + "x") is None
    assert time.perf_counter() - began < 5
    assert match(program, "a" * (MAX_LENGTH + 1)) is None
