"""Delay, wait_template, wait_for_trigger: by the hub's clock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from automation_house import House, house_with

SHOW = {"event": "e_done", "event_data": {"w": "{{ wait.completed }} {{ wait.remaining }}"}}


def begin(house: House, *sequence: dict[str, Any], **variables: Any) -> asyncio.Task[Any]:
    return asyncio.ensure_future(house.engine.execute(list(sequence), variables=variables))


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        (5, 5),
        ("00:01:00", 60),
        ("01:30", 5400),
        ({"minutes": 1, "seconds": "{{ 10 * 2 }}"}, 80),
        ("{{ x }}", 7),
        ("00:00:{{ x }}", 7),
        ({"milliseconds": 1500}, 1.5),
        (0, 0),
    ],
)
async def test_delay_in_all_its_forms(delay: Any, seconds: float) -> None:
    async with house_with() as house:
        task = begin(house, {"delay": delay}, {"event": "e_done"}, x=7)
        if seconds:
            await house.advance(seconds - 0.1)
            assert not house.events("e_done")
        await house.advance(0.2)
        assert len(house.events("e_done")) == 1
        await task


async def test_a_delay_that_cannot_be_told_ends_the_run(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with() as house:
        await begin(house, {"delay": "{{ 'a while' }}"}, {"event": "e_done"})
        assert not house.events("e_done")
        assert "the delay cannot be told" in caplog.text


async def test_a_wait_ends_with_its_template() -> None:
    async with house_with() as house:
        task = begin(house, {"wait_template": "{{ is_state('light.a', 'on') }}", "timeout": 10}, SHOW)
        await house.advance(4)
        house.set("light.a", "on")
        await house.settle()
        assert house.events("e_done") == [{"w": "True 6.0"}]
        await task


async def test_a_wait_that_times_out_goes_on_or_not() -> None:
    async with house_with() as house:
        tasks = [
            begin(house, {"wait_template": "{{ false }}", "timeout": 2}, SHOW),
            begin(house, {"wait_template": "{{ false }}", "timeout": 0}, SHOW),
            begin(house, {"wait_template": "{{ false }}", "timeout": 2, "continue_on_timeout": False}, SHOW),
            begin(house, {"wait_for_trigger": [], "timeout": 2}, {"event": "e_done", "event_data": {"w": "none"}}),
        ]
        await house.advance(5)
        await asyncio.gather(*tasks)
        assert sorted(data["w"] for data in house.events("e_done")) == ["False 0.0", "False 0.0", "none"]


async def test_a_trigger_ends_a_wait_and_tells_what_it_was() -> None:
    async with house_with() as house:
        show = {"event": "e_done", "event_data": {"w": "{{ wait.trigger.to_state.state }} {{ wait.remaining }}"}}
        trigger = {"wait_for_trigger": {"trigger": "state", "entity_id": "light.a", "to": "on", "for": 3}}
        task = begin(house, trigger, show)
        await house.settle()
        house.set("light.a", "on")
        await house.advance(2.9)
        assert not house.events("e_done")
        await house.advance(0.2)
        assert house.events("e_done") == [{"w": "on None"}]
        await task
        assert house.clock.pending == 0


async def test_a_wait_that_is_stopped_leaves_nothing_behind() -> None:
    async with house_with() as house:
        task = begin(house, {"wait_for_trigger": {"trigger": "event", "event_type": "go"}, "timeout": 60}, SHOW)
        await house.settle()
        assert house.hub.bus.listener_counts()["go"] == 1
        task.cancel()
        await asyncio.wait([task])
        assert "go" not in house.hub.bus.listener_counts()
        assert house.clock.pending == 0
