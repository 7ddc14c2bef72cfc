"""However devices are described, merged and removed, each identifier and connection leads to one device only."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from marge.registries import DeviceEntry, Registries
from marge.testing import FakeClock, MemoryStore, make_hub

IDENTIFIERS = [("mqtt", "a"), ("mqtt", "b"), ("demo", "a"), ("demo", "c")]
CONNECTIONS = [("mac", "aa:bb:cc:dd:ee:0f"), ("mac", "aa:bb:cc:dd:ee:1f"), ("zigbee", "x")]
SPELLINGS = {CONNECTIONS[0]: ("mac", "AABBCCDDEE0F")}


class DeviceRegistryMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.clock = FakeClock()
        self.store = MemoryStore()
        self.runs = 0
        self.start()

    def start(self) -> None:
        self.runs += 1
        self.registries = Registries(make_hub(clock=self.clock, store=self.store, seed=self.runs))
        self.registries.load()
        self.entry_ids = [self.registries.entries.ensure(domain, domain).id for domain in ("mqtt", "demo")]

    def any_device(self, number: int) -> DeviceEntry | None:
        devices = sorted(self.registries.devices, key=lambda device: device.id)
        return devices[number % len(devices)] if devices else None

    @rule(
        identifiers=st.sets(st.sampled_from(IDENTIFIERS), min_size=1, max_size=2),
        connections=st.sets(st.sampled_from(CONNECTIONS), max_size=1),
        entry=st.integers(0, 1),
        via=st.sampled_from(IDENTIFIERS),
        spelled=st.booleans(),
    )
    def describe(
        self,
        identifiers: set[tuple[str, str]],
        connections: set[tuple[str, str]],
        entry: int,
        via: tuple[str, str],
        spelled: bool,
    ) -> None:
        devices = self.registries.devices
        free = {pair for pair in identifiers if devices.find(identifiers=[pair]) is None}
        written = {SPELLINGS.get(pair, pair) if spelled else pair for pair in connections}
        device = devices.get_or_create(
            self.entry_ids[entry], identifiers=identifiers, connections=written, name="D", via_device=via
        )
        assert free <= device.identifiers
        assert self.entry_ids[entry] in device.config_entries
        assert device.via_device_id != device.id
        # Each of what was given leads to a device now, if to another one.
        assert all(devices.find(identifiers=[pair]) for pair in identifiers)
        assert all(devices.find(connections=[pair]) for pair in connections)

    @rule(number=st.integers(0, 9))
    def remove(self, number: int) -> None:
        if device := self.any_device(number):
            self.registries.devices.remove(device.id)

    @rule(number=st.integers(0, 9), entry=st.integers(0, 1))
    def leave(self, number: int, entry: int) -> None:
        if device := self.any_device(number):
            left = self.registries.devices.remove_config_entry(device.id, self.entry_ids[entry])
            assert left is None or (left.config_entries and self.entry_ids[entry] not in left.config_entries)

    @rule(days=st.sampled_from([1, 40]))
    def restart(self, days: int) -> None:
        before = sorted(self.registries.devices, key=lambda device: device.id)
        self.clock.advance(days * 86400)
        self.start()
        assert sorted(self.registries.devices, key=lambda device: device.id) == before

    @invariant()
    def every_pair_leads_to_its_device(self) -> None:
        devices = self.registries.devices
        seen: set[tuple[str, str, str]] = set()
        for device in devices:
            for pair in device.identifiers:
                assert devices.find(identifiers=[pair]) is device
                assert ("identifier", *pair) not in seen
                seen.add(("identifier", *pair))
            for pair in device.connections:
                assert devices.find(connections=[pair]) is device
                assert ("connection", *pair) not in seen
                seen.add(("connection", *pair))
            assert device.identifiers or device.connections
            assert device.via_device_id is None or device.via_device_id in devices
            assert all(device in devices.for_config_entry(entry_id) for entry_id in device.config_entries)
            assert device.primary_config_entry is None or device.primary_config_entry in device.config_entries


TestDeviceRegistry = DeviceRegistryMachine.TestCase
TestDeviceRegistry.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
