"""The recorder: what it writes, when, and what it does when it cannot."""

from __future__ import annotations

import asyncio
import contextlib
import math
import signal
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from recorder_house import OpenHouse

from marge.core.context import Context
from marge.core.errors import OperationFailed
from marge.core.events import Event
from marge.recorder import RecorderOptions
from marge.recorder.encoder import Written
from marge.recorder.filters import Excluded


async def test_a_change_is_read_back_as_it_was(house: OpenHouse) -> None:
    async with house() as h:
        context = Context("01JGXYJ0000000000000000ABC", "01JGXYJ0000000000000000DEF", "0" * 31 + "1")
        h.hub.states.set("light.kitchen", "on", {"friendly_name": "Kitchen", "n": [1, {"a": None}]}, context=context)
        rows = await h.recorder.history.states(h.clock.now() - 1, h.clock.now() + 1, ["light.kitchen"])
        [row] = rows["light.kitchen"]
        assert (row.state, row.last_changed, row.last_updated) == ("on", h.clock.now(), h.clock.now())
        assert row.attributes == b'{"friendly_name":"Kitchen","n":[1,{"a":null}]}'
        assert (row.context_id, row.context_parent_id, row.context_user_id) == (
            context.id,
            context.parent_id,
            context.user_id,
        )


async def test_changes_are_committed_once_per_interval_without_being_asked(house: OpenHouse) -> None:
    async with house() as h:
        for number in range(100):
            h.hub.states.set("sensor.a", str(number))
        assert h.recorder.info().rows_written == 0
        assert h.recorder.info().backlog >= 100
        await h.clock.advance_async(1.0)
        await h.recorder.flush()
        count = await h.database.read(lambda db: db.execute("SELECT count(*) FROM states").fetchone()[0])
        assert count == 100
        assert h.recorder.info().backlog == 0
        assert h.recorder.info().rows_lost == 0


async def test_states_are_there_after_a_restart_with_their_times_and_all_attributes(house: OpenHouse) -> None:
    async with house() as h:
        h.hub.states.set("light.a", "off", {"brightness": 5, "supported_features": 4})
        h.clock.advance(10)
        h.hub.states.set("light.a", "off", {"brightness": 9, "supported_features": 4})
        kept = h.hub.states.get("light.a")
        assert kept is not None
    h.clock.advance(100)
    async with house() as h:
        last = h.recorder.last_states.last_state("light.a")
        assert last is not None
        assert last.as_dict() == kept.as_dict()


async def test_attributes_that_history_leaves_out_are_restored_all_the_same(house: OpenHouse) -> None:
    async with house() as h:
        h.hub.states.set("light.a", "on", {"brightness": 5, "friendly_name": "A", "supported_features": 4})
        rows = await h.recorder.history.states(0, h.clock.now() + 1, ["light.a"])
        assert rows["light.a"][0].attributes == b'{"friendly_name":"A"}'
    async with house() as h:
        last = h.recorder.last_states.last_state("light.a")
        assert last is not None
        assert last.attributes == {"brightness": 5, "friendly_name": "A", "supported_features": 4}


async def test_equal_attributes_are_stored_once(house: OpenHouse) -> None:
    async with house() as h:
        for number in range(10):
            h.hub.states.set(f"sensor.a{number}", "1", {"unit_of_measurement": "W"})
            h.hub.states.set(f"sensor.a{number}", "2", {"unit_of_measurement": "W"})
        await h.recorder.flush()
        assert await h.database.read(lambda db: db.execute("SELECT count(*) FROM attributes").fetchone()) == (1,)


async def test_excluded_entities_are_not_recorded_but_restored(house: OpenHouse) -> None:
    options = RecorderOptions(exclude=Excluded(domains=["light"], event_types=["noise", "state_changed"]))
    async with house(options) as h:
        h.hub.states.set("light.a", "on")
        h.hub.states.set("switch.a", "on")
        h.hub.bus.fire("noise", {})
        h.hub.bus.fire("signal", {})
        h.hub.bus.fire("signal", {"entity_id": "light.a"})
        assert list(await h.recorder.history.states(0, h.clock.now() + 1, None)) == ["switch.a"]
        events = await h.recorder.history.events(0, h.clock.now() + 1, ["noise", "signal"])
        assert [event.event_type for event in events] == ["signal"]
    async with house(options) as h:
        assert h.recorder.last_states.last_state("light.a") is not None


async def test_a_placeholder_does_not_replace_what_the_entity_was(house: OpenHouse) -> None:
    async with house() as h:
        h.hub.states.set("light.a", "on", {"brightness": 5})
    for _ in range(2):
        async with house() as h:
            h.hub.states.set("light.a", "unavailable", {"restored": True})
            await h.recorder.flush()
            last = h.recorder.last_states.last_state("light.a")
            assert last is not None
            assert (last.state, last.attributes) == ("on", {"brightness": 5})


async def test_an_entity_that_went_away_can_be_restored_in_the_same_run(house: OpenHouse) -> None:
    async with house() as h:
        h.hub.states.set("light.a", "on", {"brightness": 5})
        await h.recorder.flush()
        assert h.recorder.last_states.last_state("light.a") is None
        h.hub.states.remove("light.a")
        await h.recorder.flush()
        last = h.recorder.last_states.last_state("light.a")
        assert last is not None
        assert last.attributes == {"brightness": 5}


async def test_what_cannot_be_encoded_does_not_stop_the_rest(house: OpenHouse) -> None:
    async with house() as h:
        h.hub.states.set("sensor.before", "1")
        h.hub.states.set("sensor.odd", "x\ud800y", {"half": "\ud800", "huge": 10**40, "self": object, "nan": math.nan})
        h.hub.states.set("sensor.late", "1", timestamp=1e30)
        h.hub.states.set("sensor.never", "1", timestamp=math.inf)
        h.hub.bus.fire("odd", {1: {2, 3}, "big": 1 << 70, "text": "\udfff"})
        h.hub.states.set("sensor.after", "1")
        found = await h.recorder.history.states(0, h.clock.now() + 1, None)
        assert {"sensor.before", "sensor.odd", "sensor.after"} <= found.keys()
        assert found["sensor.odd"][0].state == "x?y"
        assert len(await h.recorder.history.events(0, h.clock.now() + 1, ["odd"])) == 1
        assert h.recorder.info().rows_lost == 2


async def test_attributes_too_large_for_history_are_left_out_with_a_warning(
    house: OpenHouse, caplog: pytest.LogCaptureFixture
) -> None:
    async with house() as h:
        h.hub.states.set("sensor.big", "1", {"text": "x" * 20_000})
        found = await h.recorder.history.states(0, h.clock.now() + 1, ["sensor.big"])
        assert found["sensor.big"][0].attributes == b"{}"
        assert "sensor.big has 20011 bytes of attributes" in caplog.text


def limit_pages(extra: int) -> Callable[[sqlite3.Connection], None]:
    def limit(db: sqlite3.Connection) -> None:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages + extra}")

    return limit


async def test_a_full_disk_loses_nothing_while_there_is_memory(
    house: OpenHouse, caplog: pytest.LogCaptureFixture
) -> None:
    async with house() as h:
        h.hub.states.set("sensor.a", "first")
        await h.recorder.flush()
        await h.database.submit(limit_pages(0))
        for number in range(2000):
            h.hub.states.set(f"sensor.s{number}", "1", {"n": number})
        with pytest.raises(OperationFailed, match="full"):
            await h.recorder.flush()
        # Reading goes on, and so does listening.
        assert list(await h.recorder.history.states(0, h.clock.now() + 1, None)) == ["sensor.a"]
        assert h.recorder.info().backlog >= 2000
        assert h.recorder.info().rows_lost == 0
        assert "free some space" in caplog.text
        await h.database.submit(limit_pages(100_000))
        await h.recorder.flush()
        assert len(await h.recorder.history.states(0, h.clock.now() + 1, None)) == 2001
        assert h.recorder.info().rows_lost == 0


async def test_past_the_bound_the_oldest_are_dropped_counted_and_logged_once_a_minute(
    house: OpenHouse, caplog: pytest.LogCaptureFixture
) -> None:
    async with house(max_backlog=1000) as h:
        await h.recorder.flush()
        await h.database.submit(limit_pages(0))
        for second in range(5):
            for number in range(500):
                h.hub.states.set("sensor.a", f"{second} {number}", {"padding": f"{second} {number}" * 100})
            with contextlib.suppress(OperationFailed):
                await h.recorder.flush()
            h.clock.advance(1.0)
        info = h.recorder.info()
        assert info.backlog <= 1500
        assert caplog.text.count("The recorder lost") == 1
        await h.database.submit(limit_pages(100_000))
        await h.recorder.flush()
        written = await h.recorder.history.states(0, h.clock.now() + 1, ["sensor.a"])
        states = [row.state for row in written["sensor.a"]]
        assert states[-1] == "4 499"
        assert len(states) + h.recorder.info().rows_lost == 2500
        assert h.recorder.info().rows_lost > 0
        assert states == [f"{second} {number}" for second in range(5) for number in range(500)][-len(states) :]


async def test_a_batch_that_hits_a_bug_loses_only_the_event_that_causes_it(
    house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with house() as h:
        whole = h.recorder.encoder.write

        def write(connection: sqlite3.Connection, events: list[Event], recording: bool) -> Written:
            if any(event.event_type == "poison" for event in events):
                raise RuntimeError("bug")
            return whole(connection, events, recording)

        monkeypatch.setattr(h.recorder.encoder, "write", write)
        for number in range(10):
            h.hub.bus.fire("fine", {"n": number})
        h.hub.bus.fire("poison")
        h.hub.bus.fire("fine", {"n": 10})
        rows = await h.recorder.history.events(0, h.clock.now() + 1, ["fine", "poison"])
        assert [row.data for row in rows] == [b'{"n":%d}' % number for number in range(11)]
        assert h.recorder.info().rows_lost == 1


def overwrite(path: Path, place: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(content)


async def test_damage_met_while_running_is_mended_at_the_next_start(
    house: OpenHouse, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with house() as h:
        h.store.put("users", "u", b"anna")
        for number in range(3000):
            h.hub.states.set("sensor.a", str(number))
        await h.recorder.flush()
        root = await h.database.read(
            lambda db: db.execute("SELECT rootpage FROM sqlite_master WHERE name = 'states'").fetchone()[0]
        )
    overwrite(tmp_path / "marge.db", (root - 1) * 4096, b"\xa5" * 4096)
    async with house() as h:
        h.hub.states.set("sensor.a", "while damaged")
        with pytest.raises(OperationFailed, match="malformed; restart Marge"):
            await h.recorder.flush()
        # Registries go on being saved.
        h.store.put("users", "v", b"ben")
        await h.store.flush()
    async with house() as h:
        assert h.store.load("users") == {"u": b"anna", "v": b"ben"}
        assert h.recorder.last_states.last_state("sensor.a") is not None
        h.hub.states.set("sensor.a", "mended")
        rows = await h.recorder.history.states(0, h.clock.now() + 1, ["sensor.a"])
        assert [row.state for row in rows["sensor.a"]] == ["mended"]
    assert "moved to" in caplog.text


async def test_flushing_right_after_a_write_was_answered_ends(
    house: OpenHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_long(*_: object) -> None:
        pytest.fail("flush goes round and round without letting the loop run")

    def answered(run: Any, **_: Any) -> asyncio.Future[Any]:
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        future.set_result(Written(1, 0))
        return future

    before = signal.signal(signal.SIGALRM, too_long)
    # Again and again: the end of the house flushes as well.
    signal.setitimer(signal.ITIMER_REAL, 5, 1)
    try:
        async with house() as h:
            h.hub.states.set("sensor.a", "1")
            with monkeypatch.context() as patch:
                patch.setattr(h.database, "submit", answered)
                await h.recorder.flush()
            assert h.recorder.info().backlog == 0
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
