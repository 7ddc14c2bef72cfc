"""Template trigger."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with


def of(body: str) -> str:
    return automation(
        f"mode: parallel\ntriggers: {{trigger: template, {body}}}",
        "action: test.note\ndata:\n  t: '{{ trigger.entity_id }} "
        "{{ trigger.description }} {{ trigger.from_state.state }}'",
    )


async def test_one_that_is_true_at_start_has_to_become_false_first() -> None:
    async with house_with(of("value_template: \"{{ is_state('sensor.x', 'on') }}\""), start=False) as house:
        house.set("sensor.x", "on")
        house.start()
        house.set("sensor.x", "on", a=1)
        await house.settle()
        assert not house.calls
        house.set("sensor.x", "off")
        house.set("sensor.x", "on")
        await house.settle()
        assert house.notes() == [{"t": "sensor.x sensor.x via template off"}]


async def test_time_alone_can_make_it_true() -> None:
    text = automation(
        'triggers: {trigger: template, value_template: "{{ now().minute == 5 }}"}',
        'action: test.note\ndata: {t: "{{ trigger.description }}"}',
    )
    async with house_with(text) as house:
        await house.advance(600)
        assert house.notes() == [{"t": "time change or manual update via template"}]


async def test_a_failing_template_is_a_warning_and_the_trigger_stays(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of("value_template: \"{{ states('sensor.x') | float > 5 }}\"")) as house:
        house.set("sensor.x", "much")
        house.set("sensor.x", "1")
        house.set("sensor.x", "9")
        await house.settle()
        assert len(house.calls) == 1
        assert "template" in caplog.text
