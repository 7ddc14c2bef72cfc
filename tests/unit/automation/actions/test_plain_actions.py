"""Event, variables, scene."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import House, house_with

from marge.automation.actions import parse_action
from marge.util.schema import Invalid


async def run(house: House, *sequence: dict[str, Any], **variables: Any) -> Any:
    return await house.engine.execute(list(sequence), variables=variables)


async def test_event_data_that_cannot_be_rendered_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with() as house:
        await run(house, {"event": "e", "event_data": {"a": "{{ x.y.z }}"}, "event_data_template": {"b": "{{ 1 }}"}})
        assert house.events("e") == [{"b": 1}]
        assert "cannot be rendered" in caplog.text


async def test_variables_see_those_before_them() -> None:
    async with house_with() as house:
        await run(
            house,
            {"variables": {"a": 1, "b": "{{ a + 1 }}", "c": ["{{ b + 1 }}", {"d": "{{ x }}"}]}},
            {"event": "e", "event_data": {"all": "{{ [a, b, c] }}"}},
            x="given",
        )
        assert house.events("e") == [{"all": [1, 2, [3, {"d": "given"}]]}]


async def test_a_scene_is_turned_on_with_the_context_of_the_run() -> None:
    scenes = "- name: Evening\n  entities: {input_boolean.a: 'on'}\n"
    async with house_with(scenes=scenes) as house:
        await run(house, {"scene": "scene.evening"})
        calls = house.events("call_service")
        assert calls[0] == {"domain": "scene", "service": "turn_on", "service_data": {"entity_id": "scene.evening"}}
        assert house.state("scene.evening").state != "unknown"


@pytest.mark.parametrize(
    "config", [{"event": ""}, {"event": "x" * 65}, {"event": "x", "event_data": 5}, {"variables": [1]}]
)
def test_refuses(config: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        parse_action(config)
