"""Traces over a restart of the hub."""

from __future__ import annotations

import json
from typing import Any

import pytest
from automation_house import House, automation, house_with

from marge.automation.traces import stored
from marge.core.errors import OperationFailed
from marge.testing import MemoryStore

GO = automation(
    "triggers: {trigger: event, event_type: go}", "event: out\nevent_data: {x: '{{ trigger.event.data.x }}'}"
)
SCRIPT = "mine: {sequence: [{event: out}]}"


async def run(house: House, *numbers: int) -> None:
    for number in numbers:
        house.hub.bus.fire("go", {"x": number})
        await house.settle()


async def kept(house: House, domain: str = "automation") -> list[dict[str, Any]]:
    return await house.engine.traces.summaries(domain)


class CountingStore(MemoryStore):
    reads = 0

    async def read(self, collection: str) -> dict[str, bytes]:
        self.reads += 1
        return await super().read(collection)


async def test_they_come_back_as_they_were() -> None:
    store = MemoryStore()
    async with house_with(GO, scripts=SCRIPT, store=store) as house:
        await run(house, 1, 2)
        await house.hub.services.call("script", "mine", {})
        before, scripts = await kept(house), await kept(house, "script")
        whole = await house.engine.traces.json("automation", "it", before[0]["run_id"])
        contexts = await house.engine.traces.contexts()
    async with house_with(GO, scripts=SCRIPT, store=store) as house:
        assert await kept(house) == before
        assert await kept(house, "script") == scripts
        assert await house.engine.traces.json("automation", "it", before[0]["run_id"]) == whole
        assert await house.engine.traces.contexts() == contexts
        assert list(scripts[0]) == list((await kept(house, "script"))[0])


async def test_nothing_is_read_or_written_while_nobody_asks() -> None:
    store = CountingStore()
    async with house_with(GO, store=store) as house:
        await house.advance(3600)
    assert store.reads == 0
    assert not store.collections.get(stored.COLLECTION)


async def test_old_and_new_ones_together_are_no_more_than_are_kept() -> None:
    store = MemoryStore()
    async with house_with(GO, store=store) as house:
        await run(house, 1, 2, 3, 4, 5)
        old = [each["run_id"] for each in await kept(house)]
    async with house_with(GO, store=store) as house:
        await run(house, 6, 7)
        both = [each["run_id"] for each in await kept(house)]
        assert both[:3] == old[2:]
        assert len(both) == 5
        await run(house, 8)
        assert [each["run_id"] for each in await kept(house)][:2] == old[3:]
        last = await kept(house)
    async with house_with(GO, store=store) as house:
        assert await kept(house) == last


async def test_they_are_merged_at_the_stop_when_nobody_asked() -> None:
    store = MemoryStore()
    async with house_with(GO, store=store) as house:
        await run(house, 1, 2, 3)
        old = [each["run_id"] for each in await kept(house)]
    async with house_with(GO, store=store) as house:
        await run(house, 4)
    async with house_with(GO, store=store) as house:
        assert [each["run_id"] for each in await kept(house)][:3] == old
        assert len(await kept(house)) == 4


async def test_those_of_a_removed_automation_are_forgotten() -> None:
    store = MemoryStore()
    async with house_with(GO, store=store) as house:
        await run(house, 1)
    async with house_with("[]", store=store) as house:
        assert await kept(house) == []
    assert not store.collections[stored.COLLECTION]


async def test_a_run_under_way_is_stored_as_cancelled() -> None:
    store = MemoryStore()
    slow = automation("triggers: {trigger: event, event_type: go}", "wait_template: '{{ false }}'")
    async with house_with(slow, store=store) as house:
        await run(house, 1)
    async with house_with(slow, store=store) as house:
        only, *_ = await kept(house)
    assert (only["state"], only["script_execution"]) == ("stopped", "cancelled")


async def test_a_run_that_goes_on_has_a_trace_of_what_it_does_after_the_restart() -> None:
    store = MemoryStore()
    text = automation(
        "triggers: {trigger: event, event_type: go}",
        """
        - choose:
            - conditions: "{{ false }}"
              sequence: []
            - conditions: "{{ true }}"
              sequence:
                - delay: 3600
                - action: test.note
        - if: "{{ true }}"
          then: {action: test.note}
        """,
    )
    async with house_with(text, store=store) as house:
        await run(house, 1)
    async with house_with(text, store=store) as house:
        await house.advance(3600)
        before, after = await kept(house)
        contexts = await house.engine.traces.contexts("automation", "it")
        answer = json.loads(await house.engine.traces.json("automation", "it", after["run_id"]) or b"")
    assert (before["script_execution"], after["script_execution"]) == ("cancelled", "finished")
    assert after["trigger"] == before["trigger"] == "event 'go'"
    assert list(answer["trace"]) == [
        "trigger/0",
        "action/0",
        "action/0/choose/1/sequence/0",
        "action/0/choose/1/sequence/1",
        "action/1",
        "action/1/if",
        "action/1/if/condition/0",
        "action/1/then/0",
    ]
    assert answer["trace"]["action/0"][0]["result"] == {"choice": 1}
    assert answer["trace"]["action/0/choose/1/sequence/0"][0]["result"] == {"delay": 3600.0, "done": True}
    assert [each["run_id"] for each in contexts.values()] == [after["run_id"]]


async def test_so_has_a_script_that_goes_on() -> None:
    store = MemoryStore()
    scripts = "it: {sequence: [{delay: 3600}, {action: test.note}]}"
    async with house_with(scripts=scripts, store=store) as house:
        await house.hub.services.call("script", "turn_on", {"entity_id": "script.it"})
        await house.settle()
    async with house_with(scripts=scripts, store=store) as house:
        await house.advance(3600)
        _, after = await house.engine.traces.summaries("script", "it")
        answer = json.loads(await house.engine.traces.json("script", "it", after["run_id"]) or b"")
    assert list(answer["trace"]) == ["sequence/0", "sequence/1"]
    assert after["script_execution"] == "finished"


@pytest.mark.parametrize("damage", [b"", b"{}", b'["no trace"]', b'[{"run_id": 5}]', b"\xff"])
async def test_what_cannot_be_read_is_dropped(damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    store = MemoryStore()
    store.put(stored.COLLECTION, "automation.it", damage)
    async with house_with(GO, store=store) as house:
        assert await kept(house) == []
        assert "The stored traces of automation.it cannot be read and are dropped" in caplog.text
        await run(house, 1)
        assert len(await kept(house)) == 1


async def test_the_documents_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    store = MemoryStore()
    async with house_with(GO, store=store) as house:
        await run(house, 1, 2, 3)
        newest = (await kept(house))[-1]
    size = len(store.collections[stored.COLLECTION]["automation.it"])
    monkeypatch.setattr(stored, "MAX_STORED", size // 2)
    async with house_with(GO, store=store) as house:
        await run(house, 4)
    assert len(store.collections[stored.COLLECTION]["automation.it"]) <= size // 2
    monkeypatch.setattr(stored, "MAX_STORED", 10)
    async with house_with(GO, store=store) as house:
        assert newest["run_id"] not in [each["run_id"] for each in (await kept(house))[:-1]]
        await run(house, 5)
    assert not store.collections[stored.COLLECTION]


async def test_a_disk_that_refuses_keeps_the_hub_from_nothing(caplog: pytest.LogCaptureFixture) -> None:
    class Refusing(MemoryStore):
        async def read(self, collection: str) -> dict[str, bytes]:
            raise OperationFailed("the disk is full")

    async with house_with(GO, store=Refusing()) as house:
        await run(house, 1)
        with pytest.raises(OperationFailed):
            await kept(house)
    assert "The traces of automations and scripts were not saved: the disk is full" in caplog.text
