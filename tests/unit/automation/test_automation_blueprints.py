"""Automations and scripts from blueprints: they run, are reloaded with the file, and name it in what is wrong."""

from __future__ import annotations

import json

import pytest
from automation_house import House, house_with

from marge.automation.validate import validators
from marge.config.check import check
from marge.testing import MemoryStore

WHERE = "blueprints/automation/go.yaml"
GO = """\
blueprint:
  name: Go
  domain: automation
  input:
    event:
      selector: {text: }
    wait:
      default: 0
mode: restart
triggers:
  - trigger: event
    event_type: !input event
actions:
  - delay: !input wait
  - action: test.note
    data: {said: one}
"""
USE = """\
- id: it
  alias: It
  use_blueprint:
    path: go.yaml
    input:
      event: go
"""
OTHER = """\
- id: other
  alias: Other
  use_blueprint:
    path: go.yaml
    input:
      event: other
      wait: 60
"""


WAITS = USE.replace("event: go", "event: go\n      wait: 3600")


async def reload(house: House, domain: str = "automation") -> None:
    await house.hub.services.call(domain, "reload")
    await house.settle()


async def test_an_automation_from_a_blueprint_runs() -> None:
    async with house_with(USE, files={WHERE: GO}) as house:
        house.hub.bus.fire("go")
        await house.settle()
        assert house.notes() == [{"said": "one"}]
        state = house.state("automation.it")
        assert (state.state, state.attributes["id"], state.attributes["mode"]) == ("on", "it", "restart")


async def test_a_changed_file_is_taken_over_by_a_reload() -> None:
    async with house_with(USE, files={WHERE: GO}) as house:
        house.write({WHERE: GO.replace("one", "two")})
        house.hub.bus.fire("go")
        await house.settle()
        await reload(house)
        house.hub.bus.fire("go")
        await house.settle()
        assert house.notes() == [{"said": "one"}, {"said": "two"}]


async def test_what_is_unchanged_goes_on_over_a_reload() -> None:
    async with house_with(USE + OTHER, files={WHERE: GO, "blueprints/automation/other.yaml": GO}) as house:
        house.hub.bus.fire("other")
        await house.advance(30)
        house.write({"automations.yaml": USE.replace("event: go", "event: gone") + OTHER})
        await reload(house)
        await house.advance(30)
        assert house.notes() == [{"said": "one"}]
        house.write({"automations.yaml": USE + OTHER.replace("go.yaml", "other.yaml")})
        house.hub.bus.fire("other")
        await house.settle()
        await reload(house)
        entity = next(each for each in house.engine.automations.entities if each.entity_id == "automation.other")
        assert entity.referenced_blueprint == "other.yaml"  # type: ignore[attr-defined]


async def test_a_file_that_breaks_costs_its_automations_alone(caplog: pytest.LogCaptureFixture) -> None:
    plain = "- id: plain\n  alias: Plain\n  triggers: []\n  actions: []\n"
    async with house_with(USE + plain, files={WHERE: GO}) as house:
        house.write({WHERE: GO.replace("name: Go", "nmae: Go")})
        await reload(house)
        assert house.state("automation.it").state == "unavailable"
        assert house.state("automation.plain").state == "on"
        told = "Automation 'it' failed to load: Invalid blueprint: unknown key 'nmae' (did you mean 'name'?)"
        assert f"{told} at {WHERE}:2" in caplog.text
        house.write({WHERE: GO})
        await reload(house)
        assert house.state("automation.it").state == "on"


@pytest.mark.parametrize(
    ("use", "blueprint", "words"),
    [
        (
            USE.replace("event: go", "evnet: go"),
            GO,
            f"Missing input event: the blueprint 'Go' has no default for it ({WHERE}:5); give it a value under"
            " 'use_blueprint: input:' (did you mean 'event'?) at automations.yaml:3",
        ),
        (
            USE + "      wait: soon\n",
            GO,
            f"(it is the input 'wait' of the blueprint go.yaml, used at {WHERE}:14) at automations.yaml:7",
        ),
        (
            USE,
            GO.replace("event_type", "event_tpye"),
            f"unknown key 'event_tpye' (did you mean 'event_type'?) at {WHERE}:12",
        ),
        (
            USE.replace("event: go", "event: go\n      wait: '{{ 1 +'"),
            GO,
            f"(it is the input 'wait' of the blueprint go.yaml, used at {WHERE}:14) at automations.yaml:7",
        ),
    ],
)
async def test_mistakes_name_the_automation_the_blueprint_and_the_remedy(
    use: str, blueprint: str, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house_with(use, files={WHERE: blueprint}) as house:
        checking = house.engine._checking
        assert checking is not None
        await checking
        assert house.state("automation.it").state == "unavailable"
        assert "Automation 'it' failed to load: " in caplog.text
        assert words in caplog.text


async def test_another_mistake_is_told_again(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(USE) as house:
        assert "Unable to find go.yaml" in caplog.text
        caplog.clear()
        await reload(house)
        assert "failed to load" not in caplog.text
        house.write({WHERE: GO.replace("name: Go", "")})
        await reload(house)
        assert "key 'name' is missing" in caplog.text


async def test_check_config_looks_into_blueprints() -> None:
    wrong = USE.replace("event: go", "event: null").replace("id: it", "id: wrong")
    async with house_with(USE + wrong, files={WHERE: GO}) as house:
        text = check(house.folder, validators(house.templates), env={}).text()
        assert f"✓ {WHERE}: valid" in text
        assert "✗ automations.yaml: error on line 12:" in text
        assert f"(it is the input 'event' of the blueprint go.yaml, used at {WHERE}:12)" in text
        assert "Result: 1 error, 0 warnings" in text


async def test_traces_find_what_the_file_has() -> None:
    async with house_with(USE, files={WHERE: GO}) as house:
        (entity,) = house.engine.automations.entities
        assert entity.blueprint_inputs == {  # type: ignore[attr-defined]
            "id": "it",
            "alias": "It",
            "use_blueprint": {"path": "go.yaml", "input": {"event": "go"}},
        }
        assert house.engine.raw_config("automation.it") == {
            "id": "it",
            "alias": "It",
            "mode": "restart",
            "triggers": [{"trigger": "event", "event_type": "go"}],
            "actions": [{"delay": 0}, {"action": "test.note", "data": {"said": "one"}}],
        }


async def test_who_uses_a_blueprint() -> None:
    async with house_with(USE + OTHER, files={WHERE: GO}) as house:
        assert sorted(house.engine.with_blueprint("automation", "go.yaml")) == ["automation.it", "automation.other"]
        assert house.engine.with_blueprint("automation", "none.yaml") == []
        assert house.engine.with_blueprint("script", "go.yaml") == []
        search = house.registries.search
        assert search.related("automation_blueprint", "go.yaml") == {
            "automation": ["automation.it", "automation.other"]
        }
        assert search.related("automation", "automation.it") == {"automation_blueprint": ["go.yaml"]}


SAY = """\
blueprint:
  name: Say
  domain: script
  input: {what: }
fields:
  whom: {selector: {text: }}
sequence:
  - action: test.note
    data: {what: !input what, whom: "{{ whom }}"}
"""


async def test_a_script_from_a_blueprint_is_called_and_reloaded() -> None:
    use = "say:\n  alias: Say it\n  use_blueprint: {path: say.yaml, input: {what: hello}}\n"
    where = "blueprints/script/say.yaml"
    async with house_with(scripts=use, files={where: SAY}) as house:
        await house.hub.services.call("script", "say", {"whom": "Anna"})
        house.write(
            {where: SAY.replace("!input what", "bye").replace("input: {what: }", "input: {what: , more: {default: 1}}")}
        )
        await reload(house, "script")
        await house.hub.services.call("script", "say", {"whom": "Ben"})
        assert house.notes() == [{"what": "hello", "whom": "Anna"}, {"what": "bye", "whom": "Ben"}]
        assert house.engine.with_blueprint("script", "say.yaml") == ["script.say"]
        assert house.registries.search.related("script_blueprint", "say.yaml") == {"script": ["script.say"]}


async def test_a_script_with_a_mistake_is_unavailable(caplog: pytest.LogCaptureFixture) -> None:
    use = "say:\n  use_blueprint: {path: say.yaml}\n"
    async with house_with(scripts=use, files={"blueprints/script/say.yaml": SAY}) as house:
        assert house.state("script.say").state == "unavailable"
        assert "Script 'say' failed to load: Missing input what" in caplog.text
        assert house.engine.with_blueprint("script", "say.yaml") == []


async def test_a_run_that_waits_goes_on_over_a_restart() -> None:
    store = MemoryStore()
    async with house_with(WAITS, files={WHERE: GO}, store=store) as house:
        house.hub.bus.fire("go")
        await house.advance(10)
    async with house_with(WAITS, files={WHERE: GO}, store=store) as house:
        await house.advance(3600)
        assert house.notes() == [{"said": "one"}]


@pytest.mark.parametrize(
    ("use", "blueprint"),
    [(WAITS, GO.replace("one", "two")), (WAITS.replace("3600", "7200"), GO)],
    ids=["its file", "an input"],
)
async def test_a_run_that_waits_ends_with_a_restart_when_what_it_was_made_of_has_changed(
    use: str, blueprint: str, caplog: pytest.LogCaptureFixture
) -> None:
    store = MemoryStore()
    async with house_with(WAITS, files={WHERE: GO}, store=store) as house:
        house.hub.bus.fire("go")
        await house.advance(10)
    async with house_with(use, files={WHERE: blueprint}, store=store) as house:
        await house.advance(7200)
        assert not house.calls
    assert "does not go on: it has been changed since" in caplog.text


async def test_its_trace_has_the_configuration_and_the_inputs() -> None:
    async with house_with(USE, files={WHERE: GO}) as house:
        house.hub.bus.fire("go")
        await house.settle()
        (listed,) = await house.engine.traces.summaries("automation")
        trace = json.loads(await house.engine.traces.json("automation", "it", listed["run_id"]) or b"")
    assert trace["blueprint_inputs"]["use_blueprint"] == {"path": "go.yaml", "input": {"event": "go"}}
    assert trace["config"]["triggers"] == [{"trigger": "event", "event_type": "go"}]
