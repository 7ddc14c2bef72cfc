"""Choose, if, sequence, parallel, repeat, stop, condition: which actions are taken, and in which order."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from automation_house import House, house_with

from marge.automation.actions import parse_action, parse_actions
from marge.util.schema import Invalid

YES, NO = {"condition": "{{ true }}"}, {"condition": "{{ false }}"}


async def run(house: House, *sequence: Any, **variables: Any) -> Any:
    return await house.engine.execute(list(sequence), variables=variables)


def event(name: str, **data: Any) -> dict[str, Any]:
    return {"event": name, "event_data": data}


def fired(house: House) -> list[str]:
    return [entry.event_type for entry in house.log if entry.event_type.startswith("e_")]


async def test_choose_takes_one() -> None:
    async with house_with() as house:
        choose = [
            {"conditions": "{{ x == 1 }}", "sequence": [event("e_one")], "alias": "one"},
            {"conditions": [], "sequence": event("e_always")},
        ]
        await run(house, {"choose": choose, "default": event("e_default")}, x=1)
        await run(house, {"choose": choose}, x=2)
        await run(house, {"choose": choose[0], "default": [event("e_default")]}, x=3)
        await run(house, {"choose": []}, event("e_after"))
        assert fired(house) == ["e_one", "e_always", "e_default", "e_after"]


async def test_if_without_else_goes_on() -> None:
    async with house_with() as house:
        await run(house, {"if": NO, "then": event("e_no")}, {"if": [YES], "then": [event("e_yes")]}, event("e_after"))
        assert fired(house) == ["e_yes", "e_after"]


async def test_a_condition_within_ends_only_its_sequence() -> None:
    async with house_with() as house:
        await run(house, {"sequence": [event("e_a"), NO, event("e_b")]}, event("e_c"), {"not": [YES]}, event("e_d"))
        assert fired(house) == ["e_a", "e_c"]


async def test_a_condition_that_cannot_be_told_is_not_met(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with() as house:
        untold = {"condition": "state", "entity_id": "light.gone", "state": "on"}
        await run(house, event("e_a"), untold, event("e_b"))
        assert fired(house) == ["e_a"]
        assert "there is no entity light.gone" in caplog.text


async def test_parallel_waits_for_the_slowest_and_keeps_waits_apart() -> None:
    async with house_with() as house:
        task = asyncio.ensure_future(
            run(
                house,
                {
                    "parallel": [
                        [{"wait_template": "{{ true }}"}, {"delay": 2}, event("e_slow", w="{{ wait.completed }}")],
                        {
                            "alias": "quick",
                            "sequence": [
                                {"wait_template": "{{ false }}", "timeout": 1},
                                event("e_quick", w="{{ wait.completed }}"),
                            ],
                        },
                    ]
                },
                event("e_after", w="{{ wait is defined }}"),
            )
        )
        await house.advance(3)
        await task
        assert house.events("e_quick", "e_slow", "e_after") == [
            ("e_quick", {"w": False}),
            ("e_slow", {"w": True}),
            ("e_after", {"w": False}),
        ]


async def test_a_failing_branch_fails_the_run_after_the_others() -> None:
    async with house_with() as house:
        with pytest.raises(Exception, match=r"no\.such"):
            await run(house, {"parallel": [{"action": "no.such"}, event("e_other")]}, event("e_after"))
        assert fired(house) == ["e_other"]


async def test_stop_within_a_branch_ends_the_run() -> None:
    async with house_with() as house:
        response = await run(
            house,
            {"variables": {"x": {"a": 1}}},
            {"if": YES, "then": [{"stop": "enough", "response_variable": "x"}]},
            event("e_after"),
        )
        assert response == {"a": 1}
        assert not fired(house)


async def test_an_error_stop_answers_nothing() -> None:
    async with house_with() as house:
        assert await run(house, {"stop": "bad", "error": True}, event("e_after")) is None
        assert await run(house, {"stop": None, "response_variable": "missing"}, event("e_after")) is None
        assert not fired(house)


async def test_repeat_knows_its_round() -> None:
    async with house_with() as house:
        seen = "{{ repeat.index }} {{ repeat.first }} {{ repeat.last }} {{ repeat.item | default('-') }}"
        inner = {"repeat": {"for_each": ["a", "b"], "sequence": event("e_inner", s=seen)}}
        await run(house, {"repeat": {"count": 2, "sequence": [inner, event("e_outer", s=seen)]}})
        assert [data["s"] for _, data in house.events("e_inner", "e_outer")] == [
            "1 True False a",
            "2 False True b",
            "1 True False -",
            "1 True False a",
            "2 False True b",
            "2 False True -",
        ]


@pytest.mark.parametrize(
    ("repeat", "words"),
    [
        ({"count": "{{ 'many' }}"}, "'count' of repeat cannot be told"),
        ({"for_each": "{{ 'abc' }}"}, "has to be a list"),
        ({"for_each": "{{ x.y.z }}"}, "cannot be rendered"),
    ],
)
async def test_a_repeat_that_cannot_be_told_ends_the_run(
    repeat: dict[str, Any], words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house_with() as house:
        await run(house, {"repeat": {**repeat, "sequence": event("e_in")}}, event("e_after"))
        assert not fired(house)
        assert words in caplog.text


async def test_an_endless_loop_yields_and_is_ended(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with() as house:
        turns = 0

        async def others() -> None:
            nonlocal turns
            while True:
                await asyncio.sleep(0)
                turns += 1

        beside = asyncio.ensure_future(others())
        await run(house, {"repeat": {"while": "{{ true }}", "sequence": [{"variables": {"x": 1}}]}}, event("e_after"))
        beside.cancel()
        assert turns >= 10_000
        assert "has gone round 5000 times" in caplog.text
        assert "is ended after 10000 rounds" in caplog.text
        assert not fired(house)


async def test_many_actions_in_a_row_yield() -> None:
    async with house_with() as house:
        task = asyncio.ensure_future(run(house, *[{"variables": {"x": 1}}] * 500))
        turns = 0
        while not task.done():
            await asyncio.sleep(0)
            turns += 1
        assert turns >= 10


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"choose": [{"conditions": [], "sequence": [{"delay": "soon"}]}]}, ("choose", 0, "sequence", 0, "delay")),
        ({"if": {"condition": "stat"}, "then": []}, ("if", "condition")),
        ({"if": [], "then": [], "else": [{"action": "x"}]}, ("else", 0, "action")),
        ({"repeat": {"count": 1, "sequence": {"action": "x"}}}, ("repeat", "sequence", "action")),
        ({"repeat": {"count": 1, "until": [], "sequence": []}}, ("repeat",)),
        ({"repeat": {"count": "many", "sequence": []}}, ("repeat",)),
        ({"parallel": [{"sequence": [{"action": "x"}]}]}, ("parallel", 0, "sequence", 0, "action")),
        ({"wait_for_trigger": [{"trigger": "stat"}]}, ("wait_for_trigger", 0, "trigger")),
        ({"sequence": [{"delayed": 5}]}, ("sequence", 0, "delayed")),
        ({"stop": "x", "error": True, "response_variable": "y"}, ()),
        ({"scene": "light.a"}, ()),
        ({"device_id": "x", "domain": "light", "type": "turn_on"}, ("entity_id",)),
        ({"set_conversation_response": ["hi"]}, ("set_conversation_response",)),
        ({"alias": "only"}, ()),
    ],
)
def test_a_mistake_keeps_its_path(config: dict[str, Any], path: tuple[Any, ...]) -> None:
    with pytest.raises(Invalid) as raised:
        parse_action(config)
    assert raised.value.path == path


def test_what_is_no_action_is_refused() -> None:
    for config in ("text", 5, None):
        with pytest.raises(Invalid):
            parse_action(config)
    with pytest.raises(Invalid) as raised:
        parse_actions([{"dealy": 5}])
    assert raised.value.hint == "delay"
    nested: Any = {"delay": 1}
    for _ in range(2000):
        nested = {"sequence": [nested]}
    with pytest.raises(Invalid):
        parse_action(nested)
