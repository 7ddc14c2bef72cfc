"""Templates that do not compile: told before they are needed, and in the way of nothing else."""

from __future__ import annotations

import os
import sys

import pytest
from automation_house import automation, house_with

from marge.automation.template_check import template_problems
from marge.config import Place
from marge.core.errors import ServiceNotFound
from marge.templates import TemplateEngine
from marge.testing import make_hub

GO = "triggers: {trigger: event, event_type: go}"
OTHER = "- {id: other, alias: Other, triggers: [{trigger: event, event_type: go}], actions: [{action: test.note}]}\n"
BROKEN_TRIGGER = automation("triggers:\n  - trigger: template\n    value_template: '{{ foo( }}'") + OTHER


async def test_a_wrong_trigger_template_makes_the_automation_unavailable_at_the_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async with house_with(BROKEN_TRIGGER, start=False) as house:
        house.start()
        assert house.state("automation.it").state == "unavailable"
        assert "Automation 'it' failed to load: the template of 'value_template' is wrong: Template" in caplog.text
        assert " at automations.yaml:5" in caplog.text
        assert caplog.records[-1].levelname == "WARNING"
        house.hub.bus.fire("go")
        await house.hub.tasks.settle()
        await house.settle()
        assert len(house.calls) == 1
        assert caplog.text.count("Automation 'it'") == 1


@pytest.mark.parametrize(
    ("body", "action", "key", "line"),
    [
        (f"{GO}\nconditions: '{{{{ 1 + }}}}'", "action: test.note", "conditions", 4),
        (GO, 'action: test.note\ndata: {a: "{{ 1 | no_such_filter }}"}', "a", 6),
        (f"initial_state: false\n{GO}\nvariables: {{x: '{{% if %}}'}}", "action: test.note", "x", 5),
    ],
)
async def test_other_wrong_templates_are_found_once_the_hub_runs(
    body: str, action: str, key: str, line: int, caplog: pytest.LogCaptureFixture
) -> None:
    async with house_with(automation(body, action) + OTHER) as house:
        await house.hub.tasks.settle()
        assert f"Automation 'it' failed to load: the template of '{key}' is wrong: " in caplog.text
        assert f" at automations.yaml:{line}\n" in caplog.text
        assert house.state("automation.it").state == "unavailable"
        assert house.state("automation.other").state == "on"
        assert house.engine.figures()["total"] == 2


async def test_a_wrong_script_is_unavailable_and_offers_no_service(caplog: pytest.LogCaptureFixture) -> None:
    scripts = 'good: {sequence: [{event: "{{ 1 }}"}]}\nbad:\n  sequence:\n    - event: "{{ 1 + }}"\n'
    async with house_with(scripts=scripts) as house:
        await house.hub.tasks.settle()
        assert "Script 'bad' failed to load: the template of 'event' is wrong: " in caplog.text
        assert " at scripts.yaml:4" in caplog.text
        assert house.state("script.bad").state == "unavailable"
        assert house.state("script.good").state == "off"
        with pytest.raises(ServiceNotFound):
            await house.hub.services.call("script", "bad")


async def test_a_reload_tells_at_once_and_a_corrected_one_works(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(OTHER, scripts="a: {sequence: []}\n") as house:
        house.write({"automations.yaml": BROKEN_TRIGGER, "scripts.yaml": "a: {sequence: [{event: '{{ x( }}'}]}\n"})
        await house.hub.services.call("automation", "reload")
        await house.hub.services.call("script", "reload")
        assert house.state("automation.it").state == "unavailable"
        assert house.state("script.a").state == "unavailable"
        assert "Automation 'it' failed to load: the template of 'value_template' is wrong" in caplog.text
        assert "Script 'a' failed to load: the template of 'event' is wrong" in caplog.text
        house.write({"automations.yaml": automation(GO) + OTHER, "scripts.yaml": "a: {sequence: []}\n"})
        await house.hub.services.call("automation", "reload")
        await house.hub.services.call("script", "reload")
        assert house.state("automation.it").state == "on"
        assert house.state("script.a").state == "off"


async def test_a_house_whose_automations_rest_does_not_load_jinja(caplog: pytest.LogCaptureFixture) -> None:
    text = automation(
        "triggers: {trigger: mqtt, topic: a, value_template: '{{ value_json.a }}'}",
        "delay: '{{ states(\"sensor.a\") | int(1) }}'",
    )
    saved = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "jinja2"}
    try:
        async with house_with(text, scripts="a: {sequence: [{event: '{{ x( }}'}]}\n") as house:
            await house.hub.tasks.settle()
            assert "Script 'a' failed to load: the template of 'event' is wrong: " in caplog.text
            assert house.state("automation.it").state == "on"
            assert "jinja2" not in sys.modules
    finally:
        sys.modules.update(saved)


async def test_templates_that_cannot_be_checked_break_nothing(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_room() -> int:
        raise OSError("no room for another process")

    monkeypatch.setattr(os, "fork", no_room)
    async with house_with(automation(GO, "delay: '{{ x( }}'")) as house:
        await house.hub.tasks.settle()
        assert "The templates of automations and scripts could not be checked: " in caplog.text
        assert "no room for another process" in caplog.text
        assert house.state("automation.it").state == "on"


def test_checking_keeps_nothing_and_leaves_prose_alone() -> None:
    engine = TemplateEngine(make_hub())
    item = {
        "alias": "{{ a",
        "fields": {"b": {"example": "{{ b"}},
        "sequence": [{"delay": "{{ c "}, {"delay": "{{ 1 }}"}],
    }
    problems = list(template_problems(item, engine, Place("scripts.yaml", 1)))
    assert [problem.message.partition(":")[0] for problem in problems] == ["the template of 'delay' is wrong"]
    assert not engine._compiled


async def test_what_a_template_complains_of_names_the_automation_and_is_told_once_a_minute(
    caplog: pytest.LogCaptureFixture,
) -> None:
    text = automation(f"mode: parallel\n{GO}\nconditions: '{{{{ nowhere }}}}'") + automation(
        GO, 'action: test.note\ndata: {a: "{{ gone }}"}'
    ).replace("id: it", "id: acts").replace("alias: It", "alias: Acts")
    number = automation(
        "triggers: {trigger: numeric_state, entity_id: sensor.a, above: 1, value_template: '{{ nil }}'}"
    )
    async with house_with(text + number.replace("id: it", "id: num").replace("alias: It", "alias: Num")) as house:
        for value in range(5):
            house.hub.bus.fire("go")
            house.set("sensor.a", str(value))
            await house.settle()
        lines = [record.getMessage() for record in caplog.records if record.name == "marge.templates"]
        assert [line.partition(":")[0] for line in lines if "'nowhere' is undefined" in line] == ["It"]
        assert [line.partition(":")[0] for line in lines if "'gone' is undefined" in line] == ["Acts"]
        assert [line.partition(":")[0] for line in lines if "'nil' is undefined" in line] == ["Num"]
        assert len(lines) == 3
