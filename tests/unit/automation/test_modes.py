"""Modes: pure policy, and the rest of it that needs runs."""

from __future__ import annotations

import logging

import pytest
from automation_house import automation, house_with

from marge.automation.modes import Exceeded, Mode, Verdict, decide

GO = "triggers: {trigger: event, event_type: go}"


@pytest.mark.parametrize(
    ("mode", "running", "verdict"),
    [
        (Mode.SINGLE, 0, Verdict.START),
        (Mode.SINGLE, 1, Verdict.ALREADY_RUNNING),
        (Mode.RESTART, 0, Verdict.START),
        (Mode.RESTART, 1, Verdict.REPLACE),
        (Mode.QUEUED, 0, Verdict.START),
        (Mode.QUEUED, 2, Verdict.WAIT),
        (Mode.QUEUED, 3, Verdict.TOO_MANY),
        (Mode.PARALLEL, 2, Verdict.START),
        (Mode.PARALLEL, 3, Verdict.TOO_MANY),
    ],
)
def test_decides(mode: Mode, running: int, verdict: Verdict) -> None:
    assert decide(mode, running, 3) is verdict


def test_levels() -> None:
    assert Exceeded.SILENT.level is None
    assert Exceeded.WARN.level == Exceeded.WARNING.level == logging.WARNING
    assert Exceeded.CRITICAL.level == logging.CRITICAL


@pytest.mark.parametrize(("exceeded", "said"), [("", True), ("max_exceeded: silent", False)])
async def test_a_refused_run_is_told_of_unless_silent(
    exceeded: str, said: bool, caplog: pytest.LogCaptureFixture
) -> None:
    async with house_with(automation(f"{GO}\n{exceeded}", "delay: 5")) as house:
        for _ in range(2):
            house.hub.bus.fire("go")
            await house.settle()
        assert ("It: Already running" in caplog.text) is said


async def test_runs_that_wait_in_the_queue_are_stopped_with_the_rest() -> None:
    async with house_with(automation(f"mode: queued\n{GO}", "[{delay: 5}, {event: done}]")) as house:
        for _ in range(3):
            house.hub.bus.fire("go")
            await house.settle()
        assert house.state("automation.it").attributes["current"] == 3
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        assert house.state("automation.it").attributes["current"] == 0
        await house.hub.services.call("automation", "turn_on", target={"entity_id": "automation.it"})
        house.hub.bus.fire("go")
        await house.advance(20)
        assert len(house.events("done")) == 1


async def test_a_failure_is_logged_once_with_its_place(caplog: pytest.LogCaptureFixture) -> None:
    actions = "[{event: a}, {if: [], then: [{choose: [], default: [{action: no.such}]}]}]"
    async with house_with(automation(GO, actions)) as house:
        house.hub.bus.fire("go")
        await house.settle()
        assert caplog.text.count("no.such not found") == 1
        assert "It: action (step 2, then 1, default 1) failed: Action no.such not found" in caplog.text


@pytest.mark.parametrize(
    ("action", "said"),
    [
        ("{action: automation.turn_on}", "must contain at least one of entity_id"),
        ("{action: automation.turn_on, data: {entity_id: zzz}}", "expected an entity id (domain.object_id)"),
        ("{action: automation.turn_on, target: {entity_id: '{{ 1 }}'}}", "the target is wrong"),
    ],
)
async def test_a_call_that_is_aimed_wrong_fails_when_it_runs(
    action: str, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house_with(automation(GO, f"[{{delay: 0}}, {action}]")) as house:
        assert house.state("automation.it").state == "on"
        house.hub.bus.fire("go")
        await house.settle()
        assert "It: action (step 2) failed: " in caplog.text
        assert said in caplog.text
