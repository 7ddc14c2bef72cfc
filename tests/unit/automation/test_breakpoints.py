"""Runs that halt before a step until somebody lets them go on."""

from __future__ import annotations

import pytest
from automation_house import House, automation, house_with

from marge.automation.traces import Trace
from marge.automation.traces.breakpoints import MAX_BREAKPOINTS
from marge.core.errors import OperationFailed

IT = automation("triggers: {trigger: event, event_type: go}", "- event: one\n- event: two\n- event: three")


class Debugger:
    """Watches, and notes where runs halt."""

    def __init__(self, house: House) -> None:
        self.hits: list[tuple[Trace, str]] = []
        self.house = house
        self.points = house.engine.traces.breakpoints
        self.leave = self.points.subscribe(lambda trace, node: self.hits.append((trace, node)))

    @property
    def nodes(self) -> list[str]:
        return [node for _, node in self.hits]

    @property
    def run_id(self) -> str:
        return self.hits[-1][0].run_id

    async def go(self) -> None:
        self.house.hub.bus.fire("go")
        await self.house.settle()

    def done(self) -> list[str]:
        return [name for name, _ in self.house.events("one", "two", "three")]


async def test_a_run_halts_steps_and_goes_on() -> None:
    async with house_with(IT) as house:
        debugger = Debugger(house)
        debugger.points.set("automation.it", None, "action/1")
        await debugger.go()
        assert (debugger.nodes, debugger.done()) == (["action/1"], ["one"])
        assert debugger.hits[0][0].finished is None
        debugger.points.step("automation.it", debugger.run_id)
        await house.settle()
        assert (debugger.nodes, debugger.done()) == (["action/1", "action/2"], ["one", "two"])
        debugger.points.go_on("automation.it", debugger.run_id)
        await house.settle()
        assert debugger.done() == ["one", "two", "three"]
        assert [each.node for each in debugger.points.points] == ["action/1"]


async def test_only_the_run_that_was_meant_halts() -> None:
    async with house_with(IT) as house:
        debugger = Debugger(house)
        debugger.points.set("automation.it", "another run", "action/1")
        debugger.points.set("automation.other", None, "action/1")
        debugger.points.set("automation.it", None, "action/1/choose/0")
        await debugger.go()
        assert debugger.done() == ["one", "two", "three"]


async def test_a_cleared_one_halts_nobody() -> None:
    async with house_with(IT) as house:
        debugger = Debugger(house)
        debugger.points.set("automation.it", None, "*")
        debugger.points.clear("automation.it", None, "*")
        debugger.points.clear("automation.it", None, "never set")
        await debugger.go()
        assert debugger.nodes == []


async def test_when_the_last_watcher_goes_all_runs_go_on() -> None:
    async with house_with(IT) as house:
        debugger, second = Debugger(house), Debugger(house)
        debugger.points.set("automation.it", None, "action/1")
        await debugger.go()
        debugger.leave()
        await house.settle()
        assert debugger.done() == ["one"]
        second.leave()
        await house.settle()
        assert debugger.done() == ["one", "two", "three"]
        assert not debugger.points.points


async def test_a_halted_run_can_be_stopped() -> None:
    async with house_with(IT) as house:
        debugger = Debugger(house)
        debugger.points.set("automation.it", None, "action/1")
        await debugger.go()
        house.engine.traces.stop_run("automation", "it", debugger.run_id)
        house.engine.traces.stop_run("automation", "it", "no such run")
        await house.settle()
        (told,) = await house.engine.traces.summaries("automation", "it")
        assert (told["state"], told["script_execution"], told["last_step"]) == ("stopped", "cancelled", "action/1")
        assert house.state("automation.it").attributes["current"] == 0
        assert debugger.done() == ["one"]


async def test_what_was_set_for_a_run_goes_with_it() -> None:
    async with house_with(IT) as house:
        debugger = Debugger(house)
        debugger.points.set("automation.it", None, "action/2")
        await debugger.go()
        debugger.points.step("automation.it", debugger.run_id)
        await house.settle()
        assert [each.run_id for each in debugger.points.points] == ["*"]


async def test_without_a_watcher_there_are_none() -> None:
    async with house_with(IT) as house:
        points = house.engine.traces.breakpoints
        with pytest.raises(OperationFailed, match="No breakpoint subscription"):
            points.set("automation.it", None, "action/1")
        points.step("automation.it", "some run")
        assert not points.points


async def test_there_is_room_for_so_many() -> None:
    async with house_with(IT) as house:
        debugger = Debugger(house)
        for number in range(MAX_BREAKPOINTS):
            debugger.points.set("automation.it", None, f"action/{number}")
        with pytest.raises(OperationFailed, match="clear some of them"):
            debugger.points.set("automation.it", None, "one more")


async def test_branches_halt_each_for_itself() -> None:
    branches = automation(
        "triggers: {trigger: event, event_type: go}",
        "- parallel: [{event: one}, {event: two}]\n- event: three",
    )
    async with house_with(branches) as house:
        debugger = Debugger(house)
        debugger.points.set("automation.it", None, "action/0/parallel/0/sequence/0")
        await debugger.go()
        assert debugger.done() == ["two"]
        debugger.points.go_on("automation.it", debugger.run_id)
        await house.settle()
        assert debugger.done() == ["two", "one", "three"]
