"""Event."""

from __future__ import annotations

import pytest

from marge.entities.event import EventEntity
from marge.testing.entity_house import House


class Doorbell(EventEntity):
    event_types = ("press", "hold")
    device_class = "doorbell"


async def test_an_event_is_its_time_type_and_data() -> None:
    house = House()
    bell = house.add(Doorbell(), "event.door")
    assert house.state("event.door") == "unknown"
    assert house.attributes("event.door") == {
        "event_types": ["press", "hold"],
        "event_type": None,
        "device_class": "doorbell",
    }
    house.clock.advance(1.25)
    bell.trigger("press", {"button": 3})
    assert house.state("event.door") == "2026-01-01T00:00:01.250+00:00"
    assert house.attributes("event.door")["event_type"] == "press"
    assert house.attributes("event.door")["button"] == 3
    bell.trigger("hold")
    assert "button" not in house.attributes("event.door")


async def test_an_unknown_type_is_an_error_of_the_platform() -> None:
    house = House()
    bell = house.add(Doorbell(), "event.door")
    with pytest.raises(ValueError, match="no event type 'kick'"):
        bell.trigger("kick")
    assert house.state("event.door") == "unknown"


async def test_the_last_event_survives_a_restart() -> None:
    house = House()
    last = house.last(
        "event.door",
        "2025-12-24T18:00:00.000+00:00",
        event_types=["press"],
        event_type="press",
        button=3,
        friendly_name="Door",
        device_class="doorbell",
    )
    bell = house.add(Doorbell(), "event.door", last=last)
    assert house.state("event.door") == "2025-12-24T18:00:00.000+00:00"
    assert house.attributes("event.door")["event_type"] == "press"
    assert bell.last_event_data == {"button": 3}


async def test_an_unavailable_last_state_is_no_event() -> None:
    house = House()
    house.add(Doorbell(), "event.door", last=house.last("event.door", "unavailable", event_types=["press"]))
    assert house.state("event.door") == "unknown"
