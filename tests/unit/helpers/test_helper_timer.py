"""timer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed
from marge.util.schema import Invalid

YAML = "timer:\n  t: {duration: '00:01:00', restore: true}\n  plain: {duration: 90}\n  empty:\n"


def heard(house: HelperHouse) -> list[tuple[str, Any]]:
    return [(each.event_type, each.data) for each in house.events if each.event_type.startswith("timer.")]


async def test_it_runs_and_finishes(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    assert house.state("timer.t") == "idle"
    assert house.attributes("timer.t") == {"duration": "0:01:00", "editable": False, "restore": True}
    assert house.attributes("timer.plain")["duration"] == "0:01:30"
    await house.call("timer.start", "timer.t")
    assert house.state("timer.t") == "active"
    assert house.attributes("timer.t") == {
        "duration": "0:01:00",
        "editable": False,
        "restore": True,
        "finishes_at": "2026-01-01T12:01:00+00:00",
        "remaining": "0:01:00",
    }
    house.clock.advance(59)
    assert house.state("timer.t") == "active"
    house.clock.advance(1)
    assert house.state("timer.t") == "idle"
    assert "finishes_at" not in house.attributes("timer.t")
    assert heard(house) == [
        ("timer.started", {"entity_id": "timer.t"}),
        ("timer.finished", {"entity_id": "timer.t", "finished_at": "2026-01-01T12:01:00+00:00"}),
    ]


async def test_it_pauses_goes_on_and_is_cancelled(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("timer.pause", "timer.t")
    await house.call("timer.start", "timer.t", duration="00:02:00")
    house.clock.advance(30)
    await house.call("timer.pause", "timer.t")
    assert (house.state("timer.t"), house.attributes("timer.t")["remaining"]) == ("paused", "0:01:30")
    house.clock.advance(1000)
    await house.call("timer.start", "timer.t")
    assert house.attributes("timer.t")["remaining"] == "0:01:30"
    assert house.attributes("timer.t")["duration"] == "0:02:00"
    await house.call("timer.cancel", "timer.t")
    await house.call("timer.cancel", "timer.t")
    assert house.state("timer.t") == "idle"
    assert house.attributes("timer.t")["duration"] == "0:01:00"
    house.clock.advance(1000)
    assert [name for name, _ in heard(house)] == [
        "timer.started",
        "timer.paused",
        "timer.restarted",
        "timer.cancelled",
    ]


async def test_finish_ends_it_early(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("timer.finish", "timer.t")
    assert heard(house) == []
    await house.call("timer.start", "timer.t")
    await house.call("timer.finish", "timer.t")
    assert heard(house)[-1] == (
        "timer.finished",
        {"entity_id": "timer.t", "finished_at": "2026-01-01T12:01:00+00:00"},
    )


async def test_change_lengthens_and_shortens_a_running_one(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    with pytest.raises(OperationFailed, match="is not running"):
        await house.call("timer.change", "timer.t", duration=10)
    await house.call("timer.start", "timer.t")
    with pytest.raises(OperationFailed, match="beyond duration"):
        await house.call("timer.change", "timer.t", duration=10)
    with pytest.raises(OperationFailed, match="negative time remaining"):
        await house.call("timer.change", "timer.t", duration=-70)
    await house.call("timer.change", "timer.t", duration=-20)
    assert house.attributes("timer.t")["remaining"] == "0:00:40"
    assert heard(house)[-1] == ("timer.changed", {"entity_id": "timer.t"})
    house.clock.advance(40)
    assert house.state("timer.t") == "idle"


async def test_a_running_one_goes_on_after_a_restart(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("timer.start", "timer.t")
    await house.call("timer.start", "timer.plain")
    house = house.restart(after=20)
    assert house.state("timer.t") == "active"
    assert house.attributes("timer.t")["remaining"] == "0:00:40"
    assert house.attributes("timer.t")["finishes_at"] == "2026-01-01T12:01:00+00:00"
    assert house.state("timer.plain") == "idle"
    house.hub.bus.fire("homeassistant_started")
    assert heard(house) == [("timer.restarted", {"entity_id": "timer.t"})]
    house.clock.advance(40)
    assert house.state("timer.t") == "idle"


async def test_one_that_ran_out_meanwhile_says_so_once_the_hub_runs(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("timer.start", "timer.t")
    house = house.restart(after=3600)
    assert house.state("timer.t") == "idle"
    assert heard(house) == []
    house.hub.bus.fire("homeassistant_started")
    house.hub.bus.fire("homeassistant_started")
    assert heard(house) == [("timer.finished", {"entity_id": "timer.t", "finished_at": "2026-01-01T12:01:00+00:00"})]


async def test_a_paused_one_stays_paused_over_a_restart(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("timer.start", "timer.t", duration=100)
    house.clock.advance(10)
    await house.call("timer.pause", "timer.t")
    house = house.restart(after=500)
    assert (house.state("timer.t"), house.attributes("timer.t")["remaining"]) == ("paused", "0:01:30")
    await house.call("timer.start", "timer.t")
    house.clock.advance(90)
    assert house.state("timer.t") == "idle"


async def test_a_removed_one_runs_no_more(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    items = house.helpers.collections["timer"]
    assert await items.create({"name": "T", "duration": {"minutes": 90}}) == {
        "id": "t",
        "name": "T",
        "duration": "1:30:00",
        "restore": False,
    }
    await house.call("timer.start", "timer.t")
    await items.update("t", {"name": "T", "duration": "00:00:10"})
    assert house.attributes("timer.t")["duration"] == "1:30:00"
    await items.delete("t")
    assert house.clock.pending == 0
    with pytest.raises(Invalid):
        await items.create({"name": "T", "duration": "soon"})
    with pytest.raises(Invalid):
        await items.create({"name": "T", "duration": -5})
