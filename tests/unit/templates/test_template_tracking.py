"""Tracking: who is told of what, when, and what is listened to."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from marge.core.errors import TemplateError
from marge.core.events import Event
from marge.templates import (
    TemplateEngine,
    TemplateResult,
    TemplateTracker,
    TrackedTemplate,
    track_template,
    track_template_result,
)
from marge.testing import FakeClock, make_hub


class House:
    """An engine on a fake clock, and the results that a tracker gave."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.hub = make_hub(clock=self.clock, time_zone="Europe/Berlin")
        self.engine = TemplateEngine(self.hub)
        self.results: list[Any] = []
        self.events: list[Event | None] = []

    def set(self, entity_id: str, state: str, **attributes: Any) -> None:
        self.hub.states.set(entity_id, state, attributes)

    def note(self, event: Event | None, results: list[TemplateResult]) -> None:
        self.events.append(event)
        self.results.extend(each.result for each in results)

    def track(self, *texts: str, rate_limit: float | None = None) -> TemplateTracker:
        templates = [TrackedTemplate(self.engine.template(text), rate_limit=rate_limit) for text in texts]
        return track_template_result(self.engine, templates, self.note)


def test_only_a_new_result_is_told_and_only_after_refresh_the_first_one() -> None:
    house = House()
    house.set("sensor.a", "1")
    tracker = house.track("{{ states('sensor.a') | int > 5 }}")
    assert house.results == []
    tracker.refresh()
    assert house.results == [False]
    house.set("sensor.a", "2")
    assert house.results == [False]
    house.set("sensor.a", "9")
    assert house.results == [False, True]
    assert house.events[-1] is not None
    assert house.events[-1].data.entity_id == "sensor.a"


def test_it_listens_to_the_entities_of_the_last_render_and_to_nothing_else() -> None:
    house = House()
    house.set("input_boolean.which", "on")
    house.set("sensor.a", "a")
    house.set("sensor.b", "b")
    text = "{{ states('sensor.a') if is_state('input_boolean.which', 'on') else states('sensor.b') }}"
    tracker = house.track(text)
    tracker.refresh()
    assert tracker.listeners == {
        "all": False,
        "entities": ["input_boolean.which", "sensor.a"],
        "domains": [],
        "time": False,
    }
    assert house.hub.bus.listener_counts() == {"state_changed": 2}
    house.set("sensor.b", "b2")
    assert house.results == ["a"]
    house.set("input_boolean.which", "off")
    assert house.results == ["a", "b2"]
    house.set("sensor.a", "a2")
    assert house.results == ["a", "b2"]
    tracker.remove()
    tracker.remove()
    house.set("sensor.b", "b3")
    assert house.results == ["a", "b2"]
    assert house.hub.bus.listener_counts() == {}
    assert house.clock.pending == 0


def test_an_entity_that_is_not_there_yet_is_waited_for() -> None:
    house = House()
    house.track("{{ states('sensor.late') }}").refresh()
    house.set("sensor.late", "here")
    assert house.results == ["unknown", "here"]


def test_a_domain_is_rendered_at_most_once_a_second_and_the_last_change_is_not_lost() -> None:
    house = House()
    house.set("light.a", "off")
    tracker = house.track("{{ states.light | selectattr('state', 'eq', 'on') | list | count }}")
    tracker.refresh()
    assert tracker.listeners["domains"] == ["light"]
    house.clock.advance(2)
    house.set("light.a", "on")
    house.set("light.b", "on")
    house.set("light.c", "on")
    assert house.results == [0, 1]
    house.clock.advance(0.5)
    assert house.results == [0, 1]
    house.clock.advance(0.5)
    assert house.results == [0, 1, 3]
    house.set("switch.a", "on")
    assert house.clock.pending == 0


def test_all_states_are_rendered_at_most_once_a_minute() -> None:
    house = House()
    tracker = house.track("{{ states | list | count }}")
    tracker.refresh()
    assert tracker.listeners == {"all": True, "entities": [], "domains": [], "time": False}
    house.set("light.a", "on")
    assert house.results == [0]
    house.clock.advance(59)
    assert house.results == [0]
    house.clock.advance(1)
    assert house.results == [0, 1]


def test_counting_all_states_follows_who_comes_and_goes_at_once() -> None:
    house = House()
    house.set("light.a", "on")
    tracker = house.track("{{ states | count }}")
    tracker.refresh()
    house.set("light.b", "on")
    house.set("light.b", "off")
    house.set("light.c", "on")
    assert house.results == [1, 2, 3]


def test_an_entity_read_by_its_id_is_never_held_back() -> None:
    house = House()
    house.set("light.a", "off")
    house.set("sensor.a", "1")
    house.track("{{ states.light | list | count }} {{ states('sensor.a') }}").refresh()
    house.set("sensor.a", "2")
    house.set("sensor.a", "3")
    assert house.results == ["1 1", "1 2", "1 3"]


def test_a_rate_limit_of_its_own_replaces_the_usual_one() -> None:
    house = House()
    house.set("light.a", "off")
    house.track("{{ states.light | map(attribute='state') | join(',') }}", rate_limit=0).refresh()
    house.set("light.a", "on")
    house.set("light.a", "off")
    assert house.results == ["off", "on", "off"]


def test_counting_a_domain_follows_who_comes_and_goes_only() -> None:
    house = House()
    house.set("light.a", "off")
    tracker = house.track("{{ states.light | count }}")
    tracker.refresh()
    info = tracker.infos[0]
    assert not info.wants("light.a", lifecycle=False)
    assert info.wants("light.b", lifecycle=True)
    house.clock.advance(5)
    house.set("light.a", "on")
    assert tracker.infos[0] is info
    house.set("light.b", "on")
    assert house.results == [1, 2]
    house.clock.advance(5)
    house.hub.states.remove("light.b")
    assert house.results == [1, 2, 1]


def test_now_is_rendered_at_the_turn_of_the_minute() -> None:
    house = House()
    house.clock.advance(20)
    tracker = house.track("{{ now().minute }}")
    tracker.refresh()
    assert tracker.listeners["time"] is True
    house.clock.advance(39)
    assert house.results == [0]
    house.clock.advance(1)
    assert house.results == [0, 1]
    house.clock.advance(120)
    assert house.results == [0, 1, 2, 3]
    tracker.remove()
    assert house.clock.pending == 0


def test_registries_call_for_a_new_render() -> None:
    house = House()
    tracker = house.track("{{ areas() | count }}")
    first = tracker.infos[0]
    house.clock.advance(2)
    house.hub.bus.fire("area_registry_updated", {"action": "create", "area_id": "x"})
    assert tracker.infos[0] is not first
    tracker.remove()
    assert house.hub.bus.listener_counts() == {}


def test_one_failure_is_told_once_and_the_recovery_too() -> None:
    house = House()
    house.set("sensor.a", "5")
    house.track("{{ states('sensor.a') | int }}").refresh()
    house.set("sensor.a", "bad")
    house.set("sensor.a", "worse")
    house.set("sensor.a", "6")
    assert [str(each)[:10] for each in house.results] == ["5", "ValueError", "6"]
    assert isinstance(house.results[1], TemplateError)


def test_true_is_another_result_than_one() -> None:
    house = House()
    house.set("sensor.a", "1")
    house.track("{{ states('sensor.a') }}").refresh()
    house.set("sensor.a", "True")
    assert [repr(each) for each in house.results] == ["1", "True"]


def test_several_templates_are_told_apart() -> None:
    house = House()
    house.set("sensor.a", "1")
    house.set("sensor.b", "2")
    seen: list[tuple[int, Any, Any]] = []
    tracker = TemplateTracker(
        house.engine,
        [TrackedTemplate(house.engine.template(f"{{{{ states('sensor.{name}') }}}}")) for name in "ab"],
        lambda _event, results: seen.extend((each.index, each.last_result, each.result) for each in results),
    )
    tracker.refresh()
    house.set("sensor.b", "3")
    assert seen == [(0, None, 1), (1, None, 2), (1, 2, 3)]


def test_variables_are_there_in_every_render() -> None:
    house = House()
    house.set("sensor.a", "1")
    template = house.engine.template("{{ states(entity) ~ this.state }}")
    variables = {"entity": "sensor.a", "this": house.engine.this("sensor.b")}
    tracker = TemplateTracker(house.engine, [TrackedTemplate(template, variables)], house.note)
    tracker.refresh()
    house.set("sensor.b", "7")
    assert house.results == ["1unknown", 17]
    assert tracker.listeners["entities"] == ["sensor.a", "sensor.b"]


def test_a_callback_that_fails_is_logged_and_tracking_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    house.set("sensor.a", "1")
    calls = []

    def broken(_event: Event | None, results: list[TemplateResult]) -> None:
        calls.append(results[0].result)
        raise RuntimeError("broken")

    tracker = TemplateTracker(
        house.engine, [TrackedTemplate(house.engine.template("{{ states('sensor.a') }}"))], broken
    )
    with caplog.at_level(logging.ERROR):
        tracker.refresh()
        house.set("sensor.a", "2")
    assert calls == [1, 2]
    assert "The result of '{{ states('sensor.a') }}' could not be used" in caplog.text


def test_a_callback_may_remove_its_tracker() -> None:
    house = House()
    house.set("sensor.a", "1")
    tracker = house.track("{{ states('sensor.a') }}")
    tracker._on_results = lambda _event, results: (house.results.append(results[0].result), tracker.remove())[0]
    house.set("sensor.a", "2")
    house.set("sensor.a", "3")
    assert house.results == [2]
    assert house.hub.bus.listener_counts() == {}


def test_track_template_calls_when_false_becomes_true() -> None:
    house = House()
    house.set("sensor.a", "9")
    seen: list[tuple[str | None, Any, Any]] = []
    remove = track_template(
        house.engine,
        house.engine.template("{{ states('sensor.a') | int > limit }}"),
        lambda entity_id, old, new: seen.append((entity_id, old.state, new.state)),
        {"limit": 5},
    )
    house.set("sensor.a", "8")
    assert seen == []
    house.set("sensor.a", "3")
    house.set("sensor.a", "bad")
    house.set("sensor.a", "6")
    house.set("sensor.a", "7")
    assert seen == [("sensor.a", "bad", "6")]
    remove()
    house.set("sensor.a", "1")
    house.set("sensor.a", "9")
    assert len(seen) == 1


def test_a_state_that_nothing_tracks_costs_no_render() -> None:
    house = House()
    trackers = [house.track(f"{{{{ states('sensor.n{number}') }}}}") for number in range(50)]
    infos = [tracker.infos[0] for tracker in trackers]
    house.set("sensor.other", "1")
    assert all(tracker.infos[0] is info for tracker, info in zip(trackers, infos, strict=True))


def test_closing_the_engine_ends_the_shared_listeners() -> None:
    house = House()
    house.track("{{ states.light | list | count }} {{ now() }} {{ areas() }}")
    house.engine.close()
    assert house.hub.bus.listener_counts() == {}
    assert house.clock.pending == 0
