"""Conversation trigger, and the agent that answers."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, automation, house_with

from marge.automation.conversation.agent import DONE, NOT_UNDERSTOOD, Process
from marge.automation.triggers import parse_triggers
from marge.core.context import Context
from marge.util.schema import Invalid

ALBUM = "triggers: {trigger: conversation, command: ['play {album} [by {artist}]', party time]}"


def of(actions: str, more: str = "mode: parallel") -> str:
    return automation(f"{more}\n{ALBUM}", actions)


async def say(house: House, text: str, **more: Any) -> dict[str, Any]:
    return await house.engine.conversation.process(Process(text, **more), Context("said"))


def speech(answer: dict[str, Any]) -> str:
    return str(answer["response"]["speech"]["plain"]["speech"])


async def test_a_sentence_starts_it_and_is_answered() -> None:
    text = of(
        """
        - action: test.note
          data: {n: "{{ trigger.slots }}", said: "{{ trigger.sentence }}", by: "{{ trigger.user_input.agent_id }}"}
        - set_conversation_response: "Now playing {{ trigger.details.album.value }}"
        """
    )
    async with house_with(text) as house:
        answer = await say(house, "Play The Wall by Pink Floyd!", language="en")
        assert answer["response"] == {
            "speech": {"plain": {"speech": "Now playing The Wall", "extra_data": None}},
            "card": {},
            "language": "en",
            "response_type": "action_done",
            "data": {"targets": [], "success": [], "failed": []},
        }
        assert house.notes() == [
            {
                "n": {"album": "The Wall", "artist": "Pink Floyd"},
                "said": "Play The Wall by Pink Floyd!",
                "by": "conversation.home_assistant",
            }
        ]


async def test_what_nobody_knows_is_not_understood() -> None:
    async with house_with(of("[]")) as house:
        answer = await say(house, "dance", language="de")
        assert speech(answer) == NOT_UNDERSTOOD
        assert answer["response"]["response_type"] == "error"
        assert answer["response"]["data"] == {"code": "no_intent_match"}
        assert answer["response"]["language"] == "de"


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        ("- delay: 0", DONE),
        ("- set_conversation_response: ''", ""),
        ("- set_conversation_response: a\n- set_conversation_response: null", DONE),
        ("- set_conversation_response: a\n- stop: now", "a"),
        ("- set_conversation_response: a\n- stop: now\n  error: true", "a"),
        ("- if: '{{ true }}'\n  then: {set_conversation_response: a}", "a"),
        ("- parallel: [{set_conversation_response: a}]", "a"),
        ("- repeat: {count: 2, sequence: {set_conversation_response: '{{ repeat.index }}'}}", "2"),
    ],
)
async def test_what_is_said_in_the_end(actions: str, said: str) -> None:
    async with house_with(of(actions)) as house:
        assert speech(await say(house, "party time")) == said


async def test_a_run_that_the_mode_refuses_is_done() -> None:
    async with house_with(of("- delay: 100\n- set_conversation_response: a", "mode: single")) as house:
        house.hub.tasks.create(say(house, "party time"), "the first")
        await house.settle()
        assert speech(await say(house, "party time")) == DONE


async def test_all_that_know_it_fire_and_the_first_that_says_something_answers() -> None:
    slow = of("- delay: 10\n- set_conversation_response: slow\n- action: test.note")
    silent = of("- action: test.note").replace("id: it", "id: b").replace("alias: It", "alias: B")
    quick = (
        of("- delay: 1\n- set_conversation_response: quick").replace("id: it", "id: c").replace("alias: It", "alias: C")
    )
    async with house_with(slow + silent + quick) as house:
        saying = house.hub.tasks.create(say(house, "party time"), "say")
        await house.advance(2)
        assert speech(saying.result()) == "quick"
        assert len(house.calls) == 1
        await house.advance(10)
        assert len(house.calls) == 2


async def test_a_conversation_has_an_id() -> None:
    async with house_with(of("[]")) as house:
        first = (await say(house, "party time"))["conversation_id"]
        assert (await say(house, "party time", conversation_id=first))["conversation_id"] == first
        assert (await say(house, "party time", conversation_id="mine"))["conversation_id"] == "mine"
        await house.advance(301)
        assert (await say(house, "party time", conversation_id=first))["conversation_id"] != first
        assert (await say(house, "party time", conversation_id="mine"))["conversation_id"] == "mine"


async def test_the_service_answers_too() -> None:
    async with house_with(of("- set_conversation_response: yes")) as house:
        answer = await house.hub.services.call(
            "conversation", "process", {"text": "party time", "agent_id": "homeassistant"}, return_response=True
        )
        assert isinstance(answer, dict)
        assert speech(answer) == "True"
        with pytest.raises(Invalid, match="invalid agent ID"):
            await house.hub.services.call("conversation", "process", {"text": "x", "agent_id": "other"})


async def test_sentences_end_with_the_automation() -> None:
    async with house_with(of("[]")) as house:
        assert house.engine.conversation.sentences() == ["play {album} [by {artist}]", "party time"]
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        assert house.engine.conversation.sentences() == []
        assert speech(await say(house, "party time")) == NOT_UNDERSTOOD


@pytest.mark.parametrize(
    ("command", "told"),
    [
        ([], "at least one sentence"),
        ("", "expected a sentence"),
        ([" "], "expected a sentence"),
        ("stop!", "punctuation"),
        ("a [b", "']' is missing"),
        ("a b]", "without its beginning"),
        ("a {}", "followed by a name"),
        ("a ()", "is empty"),
        ("a <rule>", "no rules"),
        ("(a|b;c)", "cannot be in one group"),
        ("(a;b;c;d;e;f)", "in any order"),
        (5, None),
        ({"a": 1}, "expected a sentence"),
    ],
)
def test_sentences_are_checked(command: Any, told: str | None) -> None:
    config = {"trigger": "conversation", "command": command}
    if told is None:
        assert parse_triggers(config)
        return
    with pytest.raises(Invalid) as raised:
        parse_triggers(config)
    assert told in str(raised.value)
    assert raised.value.path == ("command",)
