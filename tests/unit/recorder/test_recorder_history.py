"""Reading history back: what a graph gets."""

from __future__ import annotations

from recorder_house import House, OpenHouse


async def write(h: House, entity_id: str, *changes: tuple[str, dict[str, object]]) -> list[float]:
    times = []
    for state, attributes in changes:
        h.clock.advance(10)
        h.hub.states.set(entity_id, state, attributes)
        times.append(h.clock.now())
    return times


async def test_the_first_row_is_what_held_at_the_start(house: OpenHouse) -> None:
    async with house() as h:
        times = await write(h, "switch.a", ("off", {"n": 1}), ("on", {"n": 2}), ("off", {"n": 3}))
        start = times[1] - 3
        rows = (await h.recorder.history.states(start, times[2] + 1, ["switch.a"]))["switch.a"]
        assert [(row.state, row.last_updated, row.attributes) for row in rows] == [
            ("off", start, b'{"n":1}'),
            ("on", times[1], b'{"n":2}'),
            ("off", times[2], b'{"n":3}'),
        ]
        assert rows[0].last_changed == start
        rows = (await h.recorder.history.states(start, times[2], ["switch.a"], include_start_state=False))["switch.a"]
        assert [row.state for row in rows] == ["on"]


async def test_entities_without_rows_are_left_out(house: OpenHouse) -> None:
    async with house() as h:
        [time] = await write(h, "switch.a", ("off", {}))
        assert await h.recorder.history.states(time - 5, time - 1, ["switch.a", "switch.never"]) == {}


async def test_all_entities_when_none_are_named(house: OpenHouse) -> None:
    async with house() as h:
        await write(h, "switch.b", ("off", {}))
        await write(h, "switch.a", ("off", {}))
        assert list(await h.recorder.history.states(0, h.clock.now() + 1, None)) == ["switch.a", "switch.b"]


async def test_changes_of_attributes_alone_are_significant_for_some_domains_only(house: OpenHouse) -> None:
    async with house() as h:
        for entity_id in ("climate.a", "device_tracker.a", "humidifier.a", "water_heater.a", "sensor.a"):
            await write(h, entity_id, ("x", {"n": 1}), ("x", {"n": 2}), ("y", {"n": 2}))
        found = await h.recorder.history.states(
            0, h.clock.now() + 1, ["climate.a", "device_tracker.a", "humidifier.a", "water_heater.a", "sensor.a"],
            significant_changes_only=True,
        )  # fmt: skip
        assert {entity_id: len(rows) for entity_id, rows in found.items()} == {
            "climate.a": 3,
            "device_tracker.a": 3,
            "humidifier.a": 3,
            "water_heater.a": 3,
            "sensor.a": 2,
        }


async def test_without_attributes_only_domains_that_need_them_have_any(house: OpenHouse) -> None:
    async with house() as h:
        await write(h, "climate.a", ("heat", {"temperature": 20}))
        await write(h, "sensor.a", ("1", {"n": 2}))
        found = await h.recorder.history.states(0, h.clock.now() + 1, None, attributes=False)
        assert found["climate.a"][0].attributes == b'{"temperature":20}'
        assert found["sensor.a"][0].attributes is None


async def test_a_minimal_response_drops_repeated_states_and_attributes(house: OpenHouse) -> None:
    async with house() as h:
        changes = (("1", {"n": 1}), ("1", {"n": 2}), ("2", {"n": 2}), ("2", {"n": 3}), ("1", {"n": 3}))
        times = await write(h, "sensor.a", *changes)
        await write(h, "climate.a", *changes)
        found = await h.recorder.history.states(0, h.clock.now() + 1, None, minimal_response=True)
        assert [(row.state, row.attributes, row.last_updated) for row in found["sensor.a"]] == [
            ("1", b'{"n":1}', times[0]),
            ("2", None, times[2]),
            ("1", None, times[4]),
        ]
        assert [row.attributes for row in found["climate.a"]] == [
            b'{"n":1}', b'{"n":2}', b'{"n":2}', b'{"n":3}', b'{"n":3}'
        ]  # fmt: skip


async def test_limit_counts_the_rows_of_each_entity(house: OpenHouse) -> None:
    async with house() as h:
        times = await write(h, "sensor.a", ("1", {}), ("2", {}), ("3", {}))
        found = await h.recorder.history.states(times[0] + 1, h.clock.now() + 1, ["sensor.a"], limit=2)
        assert [row.state for row in found["sensor.a"]] == ["1", "2"]


async def test_a_removed_entity_ends_with_an_empty_state(house: OpenHouse) -> None:
    async with house() as h:
        await write(h, "sensor.a", ("1", {}))
        h.clock.advance(10)
        h.hub.states.remove("sensor.a")
        h.clock.advance(10)
        found = await h.recorder.history.states(0, h.clock.now(), ["sensor.a"])
        assert [row.state for row in found["sensor.a"]] == ["1", ""]
        assert await h.recorder.history.states(h.clock.now() - 5, h.clock.now(), ["sensor.a"]) == {}


async def test_history_follows_an_entity_that_is_renamed(house: OpenHouse) -> None:
    async with house() as h:
        await write(h, "sensor.old", ("1", {}))
        h.hub.bus.fire(
            "entity_registry_updated",
            {"action": "update", "entity_id": "sensor.new", "old_entity_id": "sensor.old", "changes": {}},
        )
        h.hub.states.remove("sensor.old")
        await write(h, "sensor.new", ("2", {}))
        found = await h.recorder.history.states(0, h.clock.now() + 1, None)
        assert {entity_id: [row.state for row in rows] for entity_id, rows in found.items()} == {
            "sensor.new": ["1", "2"]
        }
    async with house() as h:
        last = h.recorder.last_states.last_state("sensor.new")
        assert last is not None
        assert last.state == "2"


async def test_two_changes_within_a_microsecond_keep_their_order(house: OpenHouse) -> None:
    async with house() as h:
        for number in range(50):
            h.hub.states.set("sensor.a", str(number))
        found = await h.recorder.history.states(h.clock.now() - 1, h.clock.now() + 1, ["sensor.a"])
        assert [row.state for row in found["sensor.a"]] == [str(number) for number in range(50)]


async def test_a_clock_set_back_onto_recorded_time_loses_nothing(house: OpenHouse) -> None:
    async with house() as h:
        start = h.clock.now()
        for number in range(30):
            h.hub.states.set("sensor.a", f"first {number}", timestamp=start + number)
        for number in range(30):
            h.hub.states.set("sensor.a", f"second {number}", timestamp=start + number)
        found = await h.recorder.history.states(start - 1, start + 100, ["sensor.a"])
        assert len(found["sensor.a"]) == 60
        assert h.recorder.info().rows_lost == 0


async def test_events_are_read_back_in_order_with_their_data(house: OpenHouse) -> None:
    async with house() as h:
        start = h.clock.now()
        for number in range(3):
            h.clock.advance(1)
            h.hub.bus.fire("doorbell", {"n": number})
            h.hub.bus.fire("other", {"n": number})
        rows = await h.recorder.history.events(start, h.clock.now() + 1, ["doorbell", "other"])
        assert [(row.event_type, row.data) for row in rows] == [
            (kind, b'{"n":%d}' % number) for number in range(3) for kind in ("doorbell", "other")
        ]
        rows = await h.recorder.history.events(start, h.clock.now() + 1, ["doorbell"], limit=2)
        assert [(row.event_type, row.time_fired) for row in rows] == [("doorbell", start + 1), ("doorbell", start + 2)]
        assert await h.recorder.history.events(start, h.clock.now() + 1, ["never"]) == []


async def test_the_newest_changes_of_a_state_come_in_time_order(house: OpenHouse) -> None:
    async with house() as h:
        times = await write(h, "sensor.a", ("1", {"n": 1}), ("2", {}), ("2", {"n": 2}), ("3", {}))
        h.hub.states.remove("sensor.a")
        read = h.recorder.history.newest
        assert [(row.state, row.last_updated) for row in await read("sensor.a", 2, 0)] == [
            ("2", times[1]),
            ("3", times[3]),
        ]
        assert [row.state for row in await read("sensor.a", None, 0)] == ["1", "2", "3"]
        assert (await read("sensor.a", None, 0))[0].attributes == b'{"n":1}'
        assert [row.state for row in await read("sensor.a", None, times[1])] == ["3"]
        assert await read("sensor.never", 5, 0) == []
