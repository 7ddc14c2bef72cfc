"""A state that is written again unchanged: who hears of it, and what they are told."""

from __future__ import annotations

import pytest

from marge.core.state import State
from marge.testing import FakeClock, make_hub


def test_followers_of_an_entity_are_told_when_it_was_reported_before(caplog: pytest.LogCaptureFixture) -> None:
    clock = FakeClock(1000.0)
    hub = make_hub(clock=clock)
    heard: list[tuple[str, float, float]] = []

    def fail(state: State, before: float) -> None:
        raise RuntimeError("of no use")

    hub.bus.listen_reports("sensor.a", fail)
    remove = hub.bus.listen_reports(
        "sensor.a", lambda state, before: heard.append((state.state, before, state.last_reported))
    )
    hub.states.set("sensor.a", "1")
    for entity_id in ("sensor.a", "sensor.a", "sensor.b", "sensor.b"):
        clock.advance(5)
        hub.states.set(entity_id, "1")
    assert heard == [("1", 1000.0, 1005.0), ("1", 1005.0, 1010.0)]
    assert "failed on a report of sensor.a" in caplog.text
    remove()
    remove()
    hub.states.set("sensor.a", "1")
    assert len(heard) == 2


def test_the_event_says_so_too() -> None:
    clock = FakeClock(1000.0)
    hub = make_hub(clock=clock)
    data = []
    hub.bus.listen("state_reported", lambda event: data.append(event.data))
    hub.states.set("sensor.a", "1")
    clock.advance(5)
    hub.states.set("sensor.a", "1")
    assert [(each["old_last_reported"], each["last_reported"]) for each in data] == [(1000.0, 1005.0)]
