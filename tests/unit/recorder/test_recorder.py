"""The recorder: what it writes, when, and what it does when it cannot."""

from __future__ import annotations

from recorder_house import OpenHouse

from marge.core.context import Context


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
