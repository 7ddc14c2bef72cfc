"""Geolocation trigger."""

from __future__ import annotations

from typing import Any

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

ZONE = {"latitude": 52.0, "longitude": 4.0, "radius": 10_000.0}
FIRE = {"latitude": 52.01, "longitude": 4.0, "source": "fires"}
SHOW = (
    'action: test.note\ndata: {n: "{{ trigger.description }} {{ trigger.entity_id }} {{ trigger.source }} '
    '{{ trigger.event }} {{ trigger.zone.entity_id }} {{ trigger.to_state is none }}"}'
)


def of(event: str) -> str:
    trigger = f"{{trigger: geo_location, source: Fires, zone: zone.around, event: {event}}}"
    return automation(f"mode: parallel\ntriggers: {trigger}", SHOW)


async def test_one_that_appears_enters() -> None:
    async with house_with(of("enter")) as house:
        house.set("zone.around", "0", **ZONE)
        house.set("geo_location.one", "3", **FIRE)
        house.set("geo_location.far", "3", **{**FIRE, "latitude": 60.0})
        house.set("geo_location.other", "3", **{**FIRE, "source": "quakes"})
        house.set("sensor.fire", "3", **FIRE)
        await house.settle()
        expected = "geo_location - fires geo_location.one fires enter zone.around False"
        assert [note["n"] for note in house.notes()] == [expected]


async def test_one_that_is_over_leaves() -> None:
    async with house_with(of("leave")) as house:
        house.set("zone.around", "0", **ZONE)
        house.set("geo_location.one", "3", **FIRE)
        house.hub.states.remove("geo_location.one")
        await house.settle()
        assert house.notes()[0]["n"].endswith("leave zone.around True")


@pytest.mark.parametrize(
    ("attributes", "zone", "told"),
    [({"source": "fires"}, ZONE, "has no attribute 'latitude'"), (FIRE, None, "there is no zone zone.around")],
)
async def test_what_cannot_be_told_is_in_the_log(
    attributes: dict[str, Any], zone: dict[str, Any] | None, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with house_with(of("enter")) as house:
        if zone is not None:
            house.set("zone.around", "0", **zone)
        house.set("geo_location.one", "3", **attributes)
        await house.settle()
        assert not house.calls
    assert told in caplog.text


def test_mistakes() -> None:
    for config in ({"source": "a"}, {"zone": "zone.a"}, {"source": "a", "zone": "person.a"}):
        with pytest.raises(Invalid):
            parse_triggers({"trigger": "geo_location", **config})
