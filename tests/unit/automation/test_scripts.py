"""Scripts: entities, services, answers, reload."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.core.context import Context
from marge.core.errors import OperationFailed, ServiceNotFound
from marge.core.services import Service, ServiceCall
from marge.core.state import State

GREET = """
greet:
  alias: Greet
  icon: mdi:hand-wave
  description: Says hello.
  mode: parallel
  fields:
    who: {name: Who, required: true, example: Anna, selector: {text: }}
  variables: {greeting: "hello {{ who }}"}
  sequence:
    - event: greeted
      event_data: {text: "{{ greeting }}", this: "{{ this.entity_id }}"}
    - variables: {answer: {text: "{{ greeting }}"}}
    - stop: done
      response_variable: answer
"""
SLOW = "slow: {sequence: [{event: begun}, {delay: 5}, {event: done}]}\n"


async def call(house: House, service: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
    return await house.hub.services.call("script", service, data, **options)


async def test_a_script_is_a_service_that_answers() -> None:
    async with house_with(scripts=GREET) as house:
        context = Context("c")
        assert await call(house, "greet", {"who": "Anna"}, return_response=True, context=context) == {
            "text": "hello Anna"
        }
        assert house.events("greeted") == [{"text": "hello Anna", "this": "script.greet"}]
        assert house.events("script_started") == [{"name": "Greet", "entity_id": "script.greet"}]
        assert {e.context for e in house.log if e.event_type in ("greeted", "script_started")} == {context}
        assert await call(house, "greet", {"who": "Bob"}) is None


async def test_the_service_is_described() -> None:
    async with house_with(scripts=GREET) as house:
        description = house.hub.services.describe()["script"]["greet"]
        assert description["name"] == "Greet"
        assert description["description"] == "Says hello."
        assert description["fields"]["who"]["required"] is True
        assert description["response"] == {"optional": True}
        assert set(house.hub.services.describe()["script"]) == {"greet", "reload", "toggle", "turn_off", "turn_on"}


async def test_attributes_are_home_assistants() -> None:
    async with house_with(scripts=GREET + SLOW) as house:
        assert house.state("script.greet").attributes == {
            "last_triggered": None,
            "mode": "parallel",
            "current": 0,
            "max": 10,
            "icon": "mdi:hand-wave",
            "friendly_name": "Greet",
        }
        await call(house, "turn_on", target={"entity_id": "script.slow"})
        assert house.state("script.slow").state == "on"
        assert house.state("script.slow").attributes["last_action"] == "delay 0:00:05"
        await house.advance(6)
        assert house.state("script.slow").state == "off"
        assert "last_action" not in house.state("script.slow").attributes


async def test_turn_on_off_and_toggle() -> None:
    async with house_with(scripts=SLOW) as house:
        await call(house, "turn_on", target={"entity_id": "script.slow"})
        await call(house, "turn_off", target={"entity_id": "script.slow"})
        assert house.state("script.slow").state == "off"
        await call(house, "toggle", target={"entity_id": "all"})
        assert house.state("script.slow").state == "on"
        await call(house, "toggle", target={"entity_id": "script.slow"})
        await house.advance(10)
        assert len(house.events("begun")) == 2
        assert not house.events("done")


async def test_a_missing_script_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(scripts=SLOW) as house:
        await call(house, "turn_on", target={"entity_id": "script.gone"})
        assert "there is no script.gone" in caplog.text


async def test_what_fails_in_a_script_fails_its_caller() -> None:
    async def fail(call: ServiceCall) -> None:
        raise OperationFailed("away")

    text = "a: {sequence: [{action: test.fail}]}\nb: {sequence: [{action: script.a}, {event: after}]}\n"
    async with house_with(scripts=text) as house:
        house.hub.services.register(Service("test", "fail", fail))
        with pytest.raises(OperationFailed, match="away"):
            await call(house, "b")
        assert not house.events("after")


async def test_stopping_a_script_stops_what_it_waits_for() -> None:
    async with house_with(scripts=SLOW + "outer: {sequence: [{action: script.slow}, {event: after}]}\n") as house:
        await call(house, "turn_on", target={"entity_id": "script.outer"})
        await house.settle()
        assert house.state("script.slow").state == "on"
        await call(house, "turn_off", target={"entity_id": "script.outer"})
        await house.settle()
        assert house.state("script.slow").state == "off"
        await house.advance(10)
        assert not house.events("done", "after")


async def test_variables_that_cannot_be_rendered_fail_the_call() -> None:
    async with house_with(scripts="a: {variables: {x: '{{ y.z.z }}'}, sequence: []}") as house:
        with pytest.raises(Exception, match="variables of script a"):
            await call(house, "a")


async def test_bad_scripts_are_named_and_stop_no_other(caplog: pytest.LogCaptureFixture) -> None:
    text = "bad: {sequence: [{dealy: 5}]}\nturn_on: {sequence: []}\nTwo Words: {sequence: []}\n" + SLOW
    async with house_with(scripts=text) as house:
        assert (
            "Script 'bad' failed to load: unknown action 'dealy' (did you mean 'delay'?) at scripts.yaml:1"
            in caplog.text
        )
        assert "'turn_on' is the name of a service of all scripts" in caplog.text
        assert "has to be of lower-case letters" in caplog.text
        assert house.state("script.bad").state == "unavailable"
        with pytest.raises(ServiceNotFound):
            await call(house, "bad")
        await call(house, "turn_on", target={"entity_id": "script.slow"})
        assert house.events("begun")


async def test_reload_keeps_what_is_unchanged_running() -> None:
    async with house_with(scripts=SLOW + "other: {sequence: []}\ngone: {sequence: []}\n") as house:
        await call(house, "turn_on", target={"entity_id": "script.slow"})
        house.write({"scripts.yaml": SLOW + "other: {alias: New, sequence: []}\n"})
        await call(house, "reload")
        assert house.state("script.other").name == "New"
        assert not house.hub.services.has("script", "gone")
        await house.advance(6)
        assert len(house.events("done")) == 1


async def test_when_it_last_ran_survives_a_restart() -> None:
    before = State("script.slow", "off", {"last_triggered": "2025-12-24T18:00:00+00:00"}, 1.0, 1.0, 1.0, Context("x"))
    async with house_with(scripts=SLOW, last={"script.slow": before}) as house:
        assert house.state("script.slow").attributes["last_triggered"].isoformat() == "2025-12-24T18:00:00+00:00"
