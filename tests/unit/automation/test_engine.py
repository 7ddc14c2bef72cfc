"""The engine: loading, mistakes, on and off, reload, figures."""

from __future__ import annotations

import sys

import pytest
from automation_house import automation, house_with

from marge.core.context import Context
from marge.core.errors import OperationFailed, Unauthorized
from marge.core.state import State
from marge.util.dt import from_timestamp

GO = "triggers: {trigger: event, event_type: go}"


async def test_a_bad_automation_is_named_with_its_place_and_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    text = (
        "- id: morning_lights\n  alias: Morning lights\n  trigger:\n    - platform: stat\n      entity_id: light.a\n"
        "  action: []\n" + automation(GO)
    )
    async with house_with(text) as house:
        assert (
            "Automation 'morning_lights' failed to load: invalid trigger type 'stat' (did you mean 'state'?)"
            " at automations.yaml:4" in caplog.text
        )
        assert house.state("automation.morning_lights").state == "unavailable"
        house.hub.bus.fire("go")
        await house.settle()
        assert len(house.calls) == 1
        assert house.engine.figures() == {"total": 2, "enabled": 1, "triggered_last_hour": 1}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "alias: A\n  triggers: []\n  actionz: []",
            "unknown key 'actionz'|automations.yaml:4|'actions'",
        ),
        ("alias: A\n  triggers: []", "key 'actions' is missing"),
        ("alias: A\n  trigger: []\n  triggers: []\n  actions: []", "cannot specify both 'trigger' and 'triggers'"),
        ("alias: A\n  triggers: []\n  actions: []\n  mode: often", "'mode': expected one of single, restart"),
        ("alias: A\n  triggers: []\n  actions: []\n  max: 1", "at least 2"),
        ("alias: A\n  use_blueprint: {path: x.yaml}", "Unable to find x.yaml"),
        ("alias: A\n  triggers: {entity_id: light.a}\n  actions: []", "key 'trigger' is missing"),
    ],
)
async def test_mistakes_are_told_in_words(body: str, words: str, caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(f"- id: it\n  {body}\n") as house:
        assert house.state("automation.a").state == "unavailable"
        assert all(part in caplog.text for part in words.split("|"))


async def test_what_is_no_automation_at_all_is_left_out() -> None:
    async with house_with("- just text\n- 5\n" + automation(GO)) as house:
        assert house.engine.figures()["enabled"] == 1


async def test_loading_needs_no_jinja() -> None:
    text = automation(
        "triggers: {trigger: state, entity_id: light.a, to: 'on'}\nconditions: \"{{ true }}\"",
        'action: test.note\ndata: {a: "{{ 1 }}"}',
    )
    saved = {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] == "jinja2"}
    try:
        async with house_with(text):
            assert "jinja2" not in sys.modules
    finally:
        sys.modules.update(saved)


async def test_attributes_are_home_assistants() -> None:
    async with house_with(automation(f"mode: queued\nmax: 5\n{GO}")) as house:
        assert house.state("automation.it").attributes == {
            "id": "it",
            "last_triggered": None,
            "mode": "queued",
            "current": 0,
            "max": 5,
            "friendly_name": "It",
        }
        house.hub.bus.fire("go")
        await house.settle()
        assert house.state("automation.it").attributes["last_triggered"] == from_timestamp(house.clock.now())


def last(state: str, **attributes: object) -> dict[str, State]:
    return {"automation.it": State("automation.it", state, dict(attributes), 1.0, 1.0, 1.0, Context("x"))}


async def test_it_is_what_it_was_before_the_restart() -> None:
    before = last("off", last_triggered="2025-12-24T18:00:00+00:00")
    async with house_with(automation(GO), last=before) as house:
        state = house.state("automation.it")
        assert state.state == "off"
        assert state.attributes["last_triggered"].isoformat() == "2025-12-24T18:00:00+00:00"
        house.hub.bus.fire("go")
        await house.settle()
        assert not house.calls


async def test_initial_state_wins() -> None:
    async with house_with(automation(f"initial_state: true\n{GO}"), last=last("off")) as house:
        assert house.state("automation.it").state == "on"
    async with house_with(automation(f"initial_state: false\n{GO}")) as house:
        assert house.state("automation.it").state == "off"


async def test_nothing_is_watched_before_the_hub_has_started() -> None:
    async with house_with(automation(GO), start=False) as house:
        house.engine.start(await house.reread())
        house.hub.bus.fire("go")
        await house.settle()
        assert not house.calls
        house.hub.bus.fire("homeassistant_started")
        house.hub.bus.fire("go")
        await house.settle()
        assert len(house.calls) == 1


async def test_services_turn_on_off_and_toggle() -> None:
    async with house_with(automation(GO)) as house:
        for service, expected in (("turn_off", "off"), ("toggle", "on"), ("toggle", "off"), ("turn_on", "on")):
            await house.hub.services.call("automation", service, target={"entity_id": "automation.it"})
            assert house.state("automation.it").state == expected


async def test_turned_off_without_stopping_its_run_goes_on() -> None:
    text = automation(GO, "[{delay: 5}, {event: done}]")
    async with house_with(text) as house:
        house.hub.bus.fire("go")
        await house.settle()
        await house.hub.services.call(
            "automation", "turn_off", {"stop_actions": False}, target={"entity_id": "automation.it"}
        )
        await house.advance(6)
        assert len(house.events("done")) == 1


async def test_reload_keeps_what_is_unchanged_running() -> None:
    slow = automation(GO, "[{delay: 5}, {event: done}]")
    other = "- {id: b, alias: B, triggers: [], actions: []}\n- {alias: C, triggers: [], actions: []}\n"
    async with house_with(slow + other) as house:
        house.hub.bus.fire("go")
        await house.settle()
        house.write({"automations.yaml": slow + "- {id: b, alias: B2, triggers: [], actions: []}\n"})
        context = Context("reload")
        await house.hub.services.call("automation", "reload", context=context)
        assert house.state("automation.b").name == "B2"
        assert house.hub.states.get("automation.c") is None
        assert [e.context for e in house.log if e.event_type == "automation_reloaded"] == [context]
        await house.advance(6)
        assert len(house.events("done")) == 1


async def test_reload_of_one_leaves_the_others() -> None:
    two = "- {id: a, alias: A, triggers: [], actions: []}\n- {id: b, alias: B, triggers: [], actions: []}\n"
    async with house_with(two) as house:
        house.write({"automations.yaml": two.replace("alias: A", "alias: A2").replace("alias: B", "alias: B2")})
        await house.hub.services.call("automation", "reload", {"id": "a"})
        assert (house.state("automation.a").name, house.state("automation.b").name) == ("A2", "B")


async def test_a_deleted_automation_leaves_and_a_repaired_one_returns() -> None:
    bad = "- {id: a, alias: A, triggers: [{trigger: stat}], actions: []}\n"
    async with house_with(bad) as house:
        assert house.state("automation.a").state == "unavailable"
        house.write({"automations.yaml": bad.replace("[{trigger: stat}]", "[]")})
        await house.hub.services.call("automation", "reload")
        assert house.state("automation.a").state == "on"
        house.write({"automations.yaml": "[]"})
        await house.hub.services.call("automation", "reload")
        assert house.engine.figures()["total"] == 0


async def test_reload_is_for_admins() -> None:
    class Users:
        def is_admin(self, user_id: str) -> bool:
            return False

    async with house_with() as house:
        house.hub.services.users = Users()
        with pytest.raises(Unauthorized):
            await house.hub.services.call("automation", "reload", context=Context("1", None, "guest"))


async def test_automations_of_other_entities_cost_a_change_nothing() -> None:
    many = "".join(
        f"- {{id: a{n}, alias: A{n}, triggers: {{trigger: state, entity_id: light.l{n}}}, actions: []}}\n"
        for n in range(50)
    )
    async with house_with(many) as house:
        before = house.hub.bus._entities.get("light.other")  # type: ignore[attr-defined]  # the index itself is the claim
        assert before is None
        assert house.hub.bus.listener_counts().get("state_changed") == 50


async def test_the_count_of_the_last_hour_forgets() -> None:
    async with house_with(automation(f"mode: parallel\n{GO}", "event: done")) as house:
        for _ in range(3):
            house.hub.bus.fire("go")
            await house.advance(1500)
        assert house.engine.figures()["triggered_last_hour"] == 2
        await house.advance(4000)
        assert house.engine.figures()["triggered_last_hour"] == 0


async def test_the_raw_configuration_is_as_in_the_file() -> None:
    async with house_with("- {id: a, alias: A, trigger: [], action: []}\n") as house:
        assert house.engine.raw_config("automation.a") == {"id": "a", "alias": "A", "trigger": [], "action": []}
        assert house.engine.raw_config("light.a") is None


@pytest.mark.parametrize("domain", ["automation", "script", "scene"])
async def test_a_file_that_cannot_be_read_deletes_nothing(domain: str) -> None:
    texts = {
        "automation": "- {id: a, alias: A, triggers: [], actions: []}\n",
        "script": "a: {sequence: []}\n",
        "scene": "- {name: A, entities: {}}\n",
    }
    async with house_with(texts["automation"], scripts=texts["script"], scenes=texts["scene"]) as house:
        house.write({f"{domain}s.yaml": texts[domain] + "  wrong: [\n"})
        with pytest.raises(OperationFailed, match=f"Nothing is reloaded.*{domain}s.yaml"):
            await house.hub.services.call(domain, "reload")
        assert house.hub.states.get(f"{domain}.a") is not None
        house.write({f"{domain}s.yaml": texts[domain]})
        await house.hub.services.call(domain, "reload")


async def test_a_deleted_automation_with_an_id_is_shown_as_unavailable() -> None:
    async with house_with("- {id: a, alias: A, triggers: [], actions: []}\n") as house:
        house.write({"automations.yaml": "[]"})
        await house.hub.services.call("automation", "reload")
        assert house.state("automation.a").state == "unavailable"
