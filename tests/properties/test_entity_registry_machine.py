"""Whatever is done to the entity registry, its look-ups agree with each other, the store and a plain model."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from marge.core.errors import InvalidEntityId, Refused
from marge.registries import EntityEntry, Registries
from marge.testing import FakeClock, MemoryStore, make_hub
from marge.util.schema import is_entity_id

NAMES = st.sampled_from(["Lamp", "lamp 2", "Lämp", "", "_", "x" * 300, "lamp_2"])
DOMAINS = st.sampled_from(["light", "sensor"])
PLATFORMS = st.sampled_from(["mqtt", "demo"])
UNIQUE_IDS = st.sampled_from([f"u{number}" for number in range(6)])
LABELS = st.sets(st.sampled_from(["a", "b", "c"]))
AREAS = st.sampled_from([None, "hall", "attic"])


class EntityRegistryMachine(RuleBasedStateMachine):
    entities = Bundle("entities")

    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.model: dict[str, dict[str, Any]] = {}
        self.start()

    def start(self) -> None:
        hub = make_hub(clock=self.clock, store=self.store, seed=len(self.model) + int(self.clock.now()))
        hub.states.set("light.lamp_3", "on")
        self.registries = Registries(hub)
        self.registries.load()
        mqtt = self.registries.entries.ensure("mqtt", "MQTT")
        self.device_ids = [
            self.registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", name)], name=name).id
            for name in ("one", "two")
        ]

    def remember(self, entry: EntityEntry) -> str:
        self.model[entry.id] = {
            "entity_id": entry.entity_id,
            "unique": (entry.domain, entry.platform, entry.unique_id),
            "area_id": entry.area_id,
            "device_id": entry.device_id,
            "labels": entry.labels,
        }
        return entry.id

    @rule(
        target=entities, domain=DOMAINS, platform=PLATFORMS, unique_id=UNIQUE_IDS, name=NAMES, device=st.integers(0, 2)
    )
    def add(self, domain: str, platform: str, unique_id: str, name: str, device: int) -> str:
        known = next((id for id, row in self.model.items() if row["unique"] == (domain, platform, unique_id)), None)
        entry = self.registries.entities.get_or_create(
            domain,
            platform,
            unique_id,
            suggested_object_id=name,
            device_id=None if device == 2 else self.device_ids[device],
        )
        assert known is None or entry.id == known
        return self.remember(entry)

    @rule(id=entities, area_id=AREAS, labels=LABELS)
    def change(self, id: str, area_id: str | None, labels: set[str]) -> None:
        if id in self.model:
            entry = self.registries.entities.update(id, area_id=area_id, labels=labels)
            assert (entry.area_id, entry.labels) == (area_id, labels)
            self.remember(entry)

    @rule(id=entities, domain=DOMAINS, object_id=st.sampled_from(["lamp", "lamp_2", "lamp_3", "new", "Bad", "bad_"]))
    def rename(self, id: str, domain: str, object_id: str) -> None:
        if id not in self.model:
            return
        wanted = f"{domain}.{object_id}"
        taken = {row["entity_id"] for other, row in self.model.items() if other != id} | {"light.lamp_3"}
        present = self.model[id]["entity_id"]
        allowed = wanted == present or (
            is_entity_id(wanted) and wanted not in taken and domain == present.partition(".")[0]
        )
        try:
            entry = self.registries.entities.update(id, new_entity_id=wanted)
        except (InvalidEntityId, Refused):
            assert not allowed
        else:
            assert allowed
            assert entry.entity_id == wanted
            self.remember(entry)

    @rule(id=consumes(entities))
    def remove(self, id: str) -> None:
        if id in self.model:
            self.registries.entities.remove(self.model.pop(id)["entity_id"])

    @rule(device=st.integers(0, 1))
    def remove_device(self, device: int) -> None:
        device_id = self.device_ids[device]
        self.registries.devices.remove(device_id)
        self.model = {id: row for id, row in self.model.items() if row["device_id"] != device_id}
        mqtt = self.registries.entries.ensure("mqtt", "MQTT")
        name = ("one", "two")[device]
        back = self.registries.devices.get_or_create(mqtt.id, identifiers=[("mqtt", name)], name=name)
        assert back.id == device_id

    @rule(days=st.sampled_from([1, 20, 40]))
    def restart_later(self, days: int) -> None:
        self.clock.advance(days * 86400)
        self.start()

    @invariant()
    def look_ups_agree(self) -> None:
        entities = self.registries.entities
        assert {entry.id for entry in entities} == set(self.model)
        assert len({row["entity_id"] for row in self.model.values()}) == len(self.model)
        for id, row in self.model.items():
            entry = entities.get(id)
            assert entry is not None
            assert entities.get(row["entity_id"]) is entry
            assert entry.entity_id == row["entity_id"]
            assert is_entity_id(entry.entity_id)
            assert entry.entity_id != "light.lamp_3"
            assert entities.get_entity_id(*row["unique"]) == row["entity_id"]
        for area_id in ("hall", "attic"):
            assert {entry.id for entry in entities.for_area(area_id)} == self.having(area_id=area_id)
        for device_id in self.device_ids:
            found = {entry.id for entry in entities.for_device(device_id, include_disabled=True)}
            assert found == self.having(device_id=device_id)
        for label in ("a", "b", "c"):
            found = {entry.id for entry in entities.for_label(label)}
            assert found == {id for id, row in self.model.items() if label in row["labels"]}
        assert set(self.store.collections.get("entity_registry", {})) == set(self.model)

    def having(self, **wanted: str) -> set[str]:
        return {id for id, row in self.model.items() if all(row[field] == value for field, value in wanted.items())}


TestEntityRegistry = EntityRegistryMachine.TestCase
TestEntityRegistry.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
