"""Whatever platforms and users do, in whatever order, each entity id shows what it should."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from marge.core.errors import Refused
from marge.entities import DeviceInfo, Entity, EntityIndex
from marge.registries import EntityHost, Registries
from marge.testing import FakeClock, MemoryStore, make_hub

UNIQUE_IDS = st.sampled_from(["a", "b", "c"])
DEVICE = DeviceInfo(identifiers=frozenset({("demo", "d")}), name="D")


class Thing(Entity):
    domain = "sensor"
    platform = "demo"

    def __init__(self, unique_id: str, config_entry_id: str, on_device: bool, enabled: bool) -> None:
        self.unique_id = unique_id
        self.name = "Thing"
        self.config_entry_id = config_entry_id
        self.device = DEVICE if on_device else None
        self.enabled_by_default = enabled
        self.inside = False

    @property
    def state(self) -> str:
        return f"of {self.unique_id}"

    def added(self) -> None:
        assert not self.inside
        self.inside = True

    def removed(self) -> None:
        assert self.inside
        self.inside = False


class EntityHostMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.runs = 0
        self.start()

    def start(self) -> None:
        self.runs += 1
        self.hub = make_hub(clock=self.clock, store=self.store, seed=self.runs)
        self.registries = Registries(self.hub)
        self.registries.load()
        self.index = EntityIndex(self.hub, self.registries.targets)
        self.host = EntityHost(self.hub, self.registries, self.index)
        self.entry_id = self.registries.entries.ensure("demo", "Demo").id
        self.backing: dict[str, Thing] = {}
        self.host.unbacked.write_all()

    def entity_id(self, unique_id: str) -> str | None:
        return self.registries.entities.get_entity_id("sensor", "demo", unique_id)

    @rule(unique_id=UNIQUE_IDS, on_device=st.booleans(), enabled=st.booleans())
    def add(self, unique_id: str, on_device: bool, enabled: bool) -> None:
        thing = Thing(unique_id, self.entry_id, on_device, enabled)
        taken_in = self.host.add(thing)
        assert taken_in == (unique_id not in self.backing)
        if taken_in:
            self.backing[unique_id] = thing

    @rule(unique_id=UNIQUE_IDS, forget=st.booleans())
    def leave(self, unique_id: str, forget: bool) -> None:
        if thing := self.backing.pop(unique_id, None):
            self.host.remove(thing, forget=forget)
            assert (self.entity_id(unique_id) is None) == forget

    @rule(unique_id=UNIQUE_IDS)
    def refresh(self, unique_id: str) -> None:
        if thing := self.backing.get(unique_id):
            thing.name = f"{thing.name}!"
            self.host.refresh(thing)

    @rule(unique_id=UNIQUE_IDS, object_id=st.sampled_from(["one", "two"]))
    def rename(self, unique_id: str, object_id: str) -> None:
        if entity_id := self.entity_id(unique_id):
            try:
                self.registries.entities.update(entity_id, new_entity_id=f"sensor.{object_id}", name=object_id)
            except Refused:
                assert f"sensor.{object_id}" in self.registries.entities

    @rule(unique_id=UNIQUE_IDS, disabled=st.booleans())
    def disable_or_enable(self, unique_id: str, disabled: bool) -> None:
        if entity_id := self.entity_id(unique_id):
            self.registries.entities.update(entity_id, disabled_by="user" if disabled else None)

    @rule(disabled=st.booleans())
    def disable_or_enable_device(self, disabled: bool) -> None:
        if device := self.registries.devices.find(identifiers=DEVICE.identifiers):
            self.registries.devices.update(device.id, disabled_by="user" if disabled else None)

    @rule(unique_id=UNIQUE_IDS)
    def remove_by_user(self, unique_id: str) -> None:
        if entity_id := self.entity_id(unique_id):
            self.registries.entities.remove(entity_id)
            self.backing.pop(unique_id, None)

    @rule()
    def remove_device(self) -> None:
        if device := self.registries.devices.find(identifiers=DEVICE.identifiers):
            gone = [entry.unique_id for entry in self.registries.entities.for_device(device.id, include_disabled=True)]
            self.registries.devices.remove(device.id)
            for unique_id in gone:
                self.backing.pop(unique_id, None)

    @rule()
    def restart(self) -> None:
        self.start()

    @invariant()
    def each_entity_id_shows_what_it_should(self) -> None:
        expected: set[str] = set()
        for entry in self.registries.entities:
            state = self.hub.states.get(entry.entity_id)
            thing = self.backing.get(entry.unique_id)
            if entry.disabled_by is not None:
                assert state is None
                assert thing is None or not thing.inside
            elif thing is not None:
                assert thing.inside
                assert thing.entity_id == entry.entity_id
                assert self.index.get(entry.entity_id) is thing
                assert state is not None
                assert state.state == f"of {entry.unique_id}"
                assert state.attributes["friendly_name"] == (entry.name or thing.name)
                expected.add(entry.entity_id)
            elif state is not None:
                assert (state.state, state.attributes["restored"]) == ("unavailable", True)
                expected.add(entry.entity_id)
        assert set(self.hub.states.entity_ids()) == expected
        assert len(self.index) == sum(thing.inside for thing in self.backing.values())


TestEntityHost = EntityHostMachine.TestCase
TestEntityHost.settings = settings(max_examples=80, stateful_step_count=40, deadline=None)
