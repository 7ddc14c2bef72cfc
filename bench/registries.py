"""Registries: what a device that MQTT discovers costs, and how long a start with many waits for them."""

from __future__ import annotations

import time

from marge.entities import DeviceInfo, EntityIndex
from marge.entities.switch import SwitchEntity
from marge.registries import EntityHost, Registries
from marge.testing import MemoryStore, make_hub


def _house(store: MemoryStore) -> tuple[Registries, EntityHost]:
    hub = make_hub(store=store)
    registries = Registries(hub)
    registries.load()
    return registries, EntityHost(hub, registries, EntityIndex(hub, registries.targets))


def _switch(number: int, config_entry_id: str) -> SwitchEntity:
    switch = SwitchEntity()
    switch.platform = "mqtt"
    switch.unique_id = f"relay_{number}"
    switch.name = "Relay"
    switch.has_entity_name = True
    switch.config_entry_id = config_entry_id
    identifiers = frozenset({("mqtt", f"plug_{number}")})
    switch.device = DeviceInfo(identifiers=identifiers, name=f"Plug {number}", manufacturer="Maker", sw_version="1.0")
    return switch


def main() -> None:
    """Print microseconds for each new entity with its device, and milliseconds to load 5,000 of them."""
    store = MemoryStore()
    registries, host = _house(store)
    entry = registries.entries.ensure("mqtt", "MQTT")
    switches = [_switch(number, entry.id) for number in range(5000)]
    started = time.perf_counter()
    for switch in switches:
        host.add(switch)
    took = time.perf_counter() - started
    print(f"new entity with a device of its own: {took / len(switches) * 1e6:.1f} µs each")
    started = time.perf_counter()
    registries, host = _house(store)
    print(f"load {len(registries.entities)} entities and devices: {(time.perf_counter() - started) * 1e3:.1f} ms")
    switches = [_switch(number, entry.id) for number in range(5000)]
    started = time.perf_counter()
    for switch in switches:
        host.add(switch)
    print(f"entity that is registered already: {(time.perf_counter() - started) / len(switches) * 1e6:.1f} µs each")


if __name__ == "__main__":
    main()
