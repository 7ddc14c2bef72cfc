"""Purging: what goes, what stays, and when."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import Any

import pytest
from recorder_house import House, OpenHouse

from marge.core.errors import ServiceNotFound, ServiceValidationError
from marge.core.hubconfig import HubConfig
from marge.recorder import RecorderOptions
from marge.recorder import purge as purge_module
from marge.recorder.filters import Excluded
from marge.util.schema import Invalid

DAY = 86_400


async def counts(h: House) -> dict[str, int]:
    await h.recorder.flush()

    def query(db: sqlite3.Connection) -> dict[str, int]:
        return {
            table: db.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("states", "events", "attributes", "entities", "states_last")
        }

    return await h.database.read(query)


async def days_of_history(h: House, days: int = 12) -> None:
    for day in range(days):
        for entity_id in ("sensor.a", "light.b", "sensor.noise"):
            h.hub.states.set(entity_id, str(day), {"day": day})
        h.hub.bus.fire("signal", {"day": day})
        await h.recorder.flush()
        h.clock.advance(DAY)


async def states_of(h: House) -> dict[str, list[str]]:
    found = await h.recorder.history.states(0, h.clock.now() + 1, None)
    return {entity_id: [row.state for row in rows] for entity_id, rows in found.items()}


async def call(h: House, service: str, data: dict[str, Any] | None = None) -> None:
    await h.hub.services.call("recorder", service, data)
    await h.hub.tasks.settle()


async def test_what_is_older_than_keep_days_goes_with_its_attributes(house: OpenHouse) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        await days_of_history(h)
        await call(h, "purge", {"keep_days": 5})
        assert await states_of(h) == {
            entity_id: ["7", "8", "9", "10", "11"] for entity_id in ("light.b", "sensor.a", "sensor.noise")
        }
        found = await counts(h)
        # A day more than is needed stays: attributes are counted by days.
        assert 5 <= found["attributes"] <= 6
        assert len(await h.recorder.history.events(0, h.clock.now() + 1, ["signal"])) == 5


async def test_purging_goes_in_small_steps(house: OpenHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(purge_module, "STEP_ROWS", 4)
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        await days_of_history(h)
        changed: list[int] = []
        await h.database.submit(
            lambda db: db.set_trace_callback(lambda sql: changed.append(1) if sql == "COMMIT" else None)
        )
        await call(h, "purge", {"keep_days": 0})
        assert len(changed) >= 9
        assert await states_of(h) == {}


async def test_recording_goes_on_after_everything_was_purged(house: OpenHouse) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        await days_of_history(h, 3)
        await call(h, "purge", {"keep_days": 0})
        found = await counts(h)
        assert (found["states"], found["entities"]) == (0, 0)
        for day in range(3):
            h.hub.states.set("sensor.a", f"new {day}", {"day": day})
        rows = (await h.recorder.history.states(0, h.clock.now() + 1, ["sensor.a"]))["sensor.a"]
        assert [(row.state, row.attributes) for row in rows] == [
            (f"new {day}", b'{"day":%d}' % day) for day in range(3)
        ]


async def test_attributes_in_use_survive_however_old_they_are(house: OpenHouse) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        for day in range(30):
            h.hub.states.set("sensor.a", str(day), {"unit": "W"})
            await h.recorder.flush()
            h.clock.advance(DAY)
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        await call(h, "purge", {"keep_days": 5})
        rows = (await h.recorder.history.states(0, h.clock.now() + 1, ["sensor.a"]))["sensor.a"]
        assert [row.attributes for row in rows] == [b'{"unit":"W"}'] * 5


async def test_apply_filter_removes_what_is_excluded_by_now(house: OpenHouse) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        await days_of_history(h, 2)
    excluded = RecorderOptions(
        auto_purge=False, commit_interval=3600, exclude=Excluded(entity_globs=["*.noise"], event_types=["signal"])
    )
    async with house(excluded) as h:
        await call(h, "purge", {"keep_days": 100})
        assert "sensor.noise" in await states_of(h)
        await call(h, "purge", {"keep_days": 100, "apply_filter": True})
        assert list(await states_of(h)) == ["light.b", "sensor.a"]
        assert await h.recorder.history.events(0, h.clock.now() + 1, ["signal"]) == []


@pytest.mark.parametrize(
    ("data", "left"),
    [
        ({"entity_id": "sensor.a"}, ["light.b", "sensor.noise"]),
        ({"domains": ["sensor"]}, ["light.b"]),
        ({"entity_globs": "*.noise", "entity_id": ["light.b"]}, ["sensor.a"]),
        ({"entity_id": ["sensor.a"], "keep_days": 1.0}, ["light.b", "sensor.a", "sensor.noise"]),
    ],
)
async def test_purge_entities(house: OpenHouse, data: dict[str, Any], left: list[str]) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        await days_of_history(h, 3)
        await call(h, "purge_entities", data)
        states = await states_of(h)
        assert list(states) == left
        if "keep_days" in data:
            assert states["sensor.a"] == ["2"]


async def test_services_refuse_what_home_assistant_refuses(house: OpenHouse) -> None:
    async with house() as h:
        with pytest.raises(ServiceValidationError, match="At least one of entity_id, domains, or entity_globs"):
            await call(h, "purge_entities", {})
        for service, data in (
            ("purge", {"keep_days": -1}),
            ("purge", {"keepdays": 1}),
            ("purge_entities", {"entity_id": "nonsense"}),
            ("enable", {"x": 1}),
        ):
            with pytest.raises(Invalid):
                await call(h, service, data)
        with pytest.raises(ServiceNotFound):
            await call(h, "nothing")


async def test_repack_gives_the_space_back(house: OpenHouse) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        for number in range(3000):
            h.hub.states.set("sensor.a", str(number), {"text": f"{number}" * 100})
        await h.recorder.flush()
        pages = await h.database.read(lambda db: db.execute("PRAGMA page_count").fetchone()[0])
        h.clock.advance(2 * DAY)
        await call(h, "purge", {"keep_days": 0, "repack": True})
        after, free = await h.database.read(
            lambda db: (
                db.execute("PRAGMA page_count").fetchone()[0],
                db.execute("PRAGMA freelist_count").fetchone()[0],
            )
        )
        assert free == 0
        assert after < pages / 4


async def test_disable_stops_history_and_enable_resumes_it(house: OpenHouse) -> None:
    async with house() as h:
        h.hub.states.set("sensor.a", "before")
        await call(h, "disable")
        assert not h.recorder.info().recording
        h.hub.states.set("sensor.a", "between")
        await call(h, "enable")
        h.hub.states.set("sensor.a", "after")
        assert await states_of(h) == {"sensor.a": ["before", "after"]}
        assert h.recorder.info().recording


async def test_the_night_purges_at_04_12_local_time(house: OpenHouse) -> None:
    async with house(RecorderOptions(purge_keep_days=2, commit_interval=3600), time_zone="Europe/Berlin") as h:
        await days_of_history(h, 1)
        for _ in range(3):
            await h.clock.advance_async(DAY)
            await h.hub.tasks.settle()
        assert await states_of(h) == {}
        night = h.recorder.purger.next_night(datetime(2026, 3, 28, 12, tzinfo=UTC).timestamp())
        # The clocks go forward that night: 04:12 in Berlin is 02:12 UTC by then.
        assert datetime.fromtimestamp(night, UTC) == datetime(2026, 3, 29, 2, 12, tzinfo=UTC)
        night = h.recorder.purger.next_night(night)
        assert datetime.fromtimestamp(night, UTC) == datetime(2026, 3, 30, 2, 12, tzinfo=UTC)


async def test_the_night_moves_with_the_time_zone(house: OpenHouse) -> None:
    async with house(RecorderOptions(purge_keep_days=1, commit_interval=3600), time_zone="UTC") as h:
        await days_of_history(h, 3)
        before = await states_of(h)
        # Noon in UTC is 02:00 in Honolulu: the night is two hours away instead of sixteen.
        h.hub.update_config(HubConfig(time_zone="Pacific/Honolulu"))
        await h.clock.advance_async(3 * 3600)
        await h.hub.tasks.settle()
        assert await states_of(h) != before


async def test_last_states_of_entities_long_gone_are_forgotten(house: OpenHouse) -> None:
    async with house(RecorderOptions(auto_purge=False, commit_interval=3600)) as h:
        h.hub.states.set("light.alive", "on")
        h.hub.states.set("light.gone", "on")
        await h.recorder.flush()
        h.hub.states.remove("light.gone")
        h.clock.advance(8 * DAY)
        await call(h, "purge")
        kept = await h.database.read(lambda db: db.execute("SELECT entity_id FROM states_last").fetchall())
        assert kept == [("light.alive",)]
