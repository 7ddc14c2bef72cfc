"""Device tracker."""

from __future__ import annotations

from marge.entities.device_tracker import ScannerEntity, TrackerEntity
from marge.testing.entity_house import House


def zones(latitude: float, longitude: float, accuracy: float) -> str | None:
    """Home around (1, 1), work around (2, 2) for whoever is exact."""
    if (latitude, longitude) == (1, 1):
        return "home"
    return "Work" if (latitude, longitude) == (2, 2) and accuracy < 100 else None


async def test_a_position_is_looked_up_among_the_zones() -> None:
    house = House()
    phone = TrackerEntity()
    phone.zone_lookup = zones
    house.add(phone, "device_tracker.phone")
    assert house.state("device_tracker.phone") == "unknown"
    assert house.attributes("device_tracker.phone") == {"source_type": "gps"}
    for position, state in (
        ((1, 1, 5), "home"),
        ((2, 2, 5), "Work"),
        ((2, 2, 500), "not_home"),
        ((0, 0, 0), "not_home"),
    ):
        phone.latitude, phone.longitude, phone.location_accuracy = position
        phone.write_state()
        assert house.state("device_tracker.phone") == state
    assert house.attributes("device_tracker.phone") == {
        "source_type": "gps",
        "latitude": 0,
        "longitude": 0,
        "gps_accuracy": 0,
    }


async def test_a_name_wins_over_the_position() -> None:
    house = House()
    phone = TrackerEntity()
    phone.latitude, phone.longitude, phone.battery_level = 5, 6, 0
    house.add(phone, "device_tracker.phone")
    assert house.state("device_tracker.phone") == "not_home"
    phone.location_name = "Pub"
    phone.write_state()
    assert house.state("device_tracker.phone") == "Pub"
    assert house.attributes("device_tracker.phone")["battery_level"] == 0


async def test_a_scanner_sees_it_or_not() -> None:
    house = House()
    laptop = ScannerEntity()
    laptop.mac_address = "00:11:22:33:44:55"
    house.add(laptop, "device_tracker.laptop")
    assert house.state("device_tracker.laptop") == "not_home"
    assert house.attributes("device_tracker.laptop") == {"source_type": "router", "mac": "00:11:22:33:44:55"}
    laptop.is_connected, laptop.ip_address, laptop.hostname = True, "10.0.0.7", "lap"
    laptop.write_state()
    assert house.state("device_tracker.laptop") == "home"
    assert house.attributes("device_tracker.laptop") == {
        "source_type": "router",
        "mac": "00:11:22:33:44:55",
        "ip": "10.0.0.7",
        "host_name": "lap",
    }
