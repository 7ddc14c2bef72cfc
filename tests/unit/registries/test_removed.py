"""What was removed is remembered for a time, and never without bound."""

from __future__ import annotations

from marge.registries.entity_entry import RemovedEntity
from marge.registries.removed import Removed
from marge.testing import FakeClock, MemoryStore, make_hub


def removed(store: MemoryStore, clock: FakeClock) -> Removed[RemovedEntity]:
    return Removed(make_hub(store=store, clock=clock), "removed", RemovedEntity, keep_at_most=3)


def entity(name: str, clock: FakeClock) -> RemovedEntity:
    return RemovedEntity(id=name, entity_id=f"light.{name}", platform="p", unique_id=name, modified_at=clock.now())


def test_the_oldest_are_forgotten_when_there_are_too_many() -> None:
    store, clock = MemoryStore(), FakeClock()
    kept = removed(store, clock)
    forgotten = []
    for name in "abcde":
        clock.advance(1)
        forgotten += [each.id for each in kept.add(name, entity(name, clock))]
    assert forgotten == ["a", "b"]
    assert set(store.collections["removed"]) == {"c", "d", "e"}


def test_one_that_is_removed_again_is_the_newest() -> None:
    store, clock = MemoryStore(), FakeClock()
    kept = removed(store, clock)
    for name in "abca":
        clock.advance(1)
        kept.add(name, entity(name, clock))
    assert [each.id for each in kept.add("d", entity("d", clock))] == ["b"]


def test_order_and_age_survive_a_restart() -> None:
    store, clock = MemoryStore(), FakeClock()
    kept = removed(store, clock)
    for name in "abc":
        clock.advance(86400)
        kept.add(name, entity(name, clock))
    store.collections["removed"] = dict(reversed(store.collections["removed"].items()))
    clock.advance(28.5 * 86400)
    again = removed(store, clock)
    assert [key for key, _ in again.load()] == ["b", "c"]
    assert again.get("a") is None
    assert [each.id for each in again.add("d", entity("d", clock)) + again.add("e", entity("e", clock))] == ["b"]


def test_what_came_back_is_forgotten() -> None:
    store, clock = MemoryStore(), FakeClock()
    kept = removed(store, clock)
    kept.add("a", entity("a", clock))
    kept.pop("a")
    kept.pop("a")
    assert kept.get("a") is None
    assert store.collections["removed"] == {}
