"""Covers and valves: states, features, and which way a toggle goes."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.cover import CoverEntity, Features
from marge.entities.valve import ValveEntity
from marge.testing.house import House, recording
from marge.util.schema import Invalid


def cover(**attributes: Any) -> Any:
    return recording(CoverEntity, **attributes)


@pytest.mark.parametrize(
    ("attributes", "state"),
    [
        ({}, "unknown"),
        ({"is_closed": True}, "closed"),
        ({"is_closed": False}, "open"),
        ({"is_closed": True, "is_opening": True}, "opening"),
        ({"is_closed": False, "is_closing": True}, "closing"),
        ({"is_closed": False, "available": False}, "unavailable"),
    ],
)
async def test_state_is_what_it_does_before_where_it_is(attributes: dict[str, Any], state: str) -> None:
    house = House()
    house.add(cover(**attributes))
    assert house.state("cover.it").state == state


async def test_only_known_positions_are_shown() -> None:
    house = House()
    blind = house.add(cover(is_closed=True, device_class="blind"))
    assert house.state("cover.it").attributes == {"device_class": "blind", "supported_features": 11}
    blind.current_position, blind.current_tilt_position = 0, 50
    blind.write_state()
    attributes = house.state("cover.it").attributes
    assert (attributes["current_position"], attributes["current_tilt_position"]) == (0, 50)


async def test_toggle_turns_round_after_a_stop() -> None:
    house = House()
    door = house.add(cover(is_closed=False, is_opening=True))
    for opening, closing in ((True, False), (False, False), (False, True), (False, False)):
        door.is_opening, door.is_closing = opening, closing
        door.write_state()
        await house.call("cover.toggle")
    assert [call[0] for call in door.calls] == ["do_stop_cover", "do_close_cover", "do_stop_cover", "do_open_cover"]


async def test_lacking_feature_is_an_error_when_named_and_passed_over_in_an_area() -> None:
    house = House()
    fixed = house.add(cover(supported_features=int(Features.OPEN)), "fixed")
    whole = house.add(cover(), "whole")
    house.resolver.areas["hall"] = {"cover.fixed", "cover.whole"}
    with pytest.raises(ServiceValidationError) as refusal:
        await house.call("cover.close_cover", entity_id="cover.fixed")
    assert refusal.value.translation_key == "service_not_supported"
    await house.call("cover.close_cover", area_id="hall")
    assert fixed.calls == []
    assert whole.calls == [("do_close_cover",)]


async def test_wrong_position_is_refused_with_its_place() -> None:
    house = House()
    house.add(cover(supported_features=255))
    for data, message in (
        ({"position": 101}, "value must be at most 100, got 101 @ data['position']"),
        ({"position": "up"}, "expected int, got 'up' @ data['position']"),
        ({}, "required key not provided @ data['position']"),
        ({"position": 1, "x": 1}, "extra keys not allowed @ data['x']"),
    ):
        with pytest.raises(Invalid) as refusal:
            await house.call("cover.set_cover_position", data)
        assert str(refusal.value) == message


async def test_service_is_the_cause_of_the_state_that_follows() -> None:
    house = House()
    door = house.add(cover(is_closed=True))
    context = house.hub.new_context(user_id="ann")
    await house.hub.services.call("cover", "open_cover", target={"entity_id": "cover.it"}, context=context)
    door.is_closed = False
    door.write_state()
    assert house.state("cover.it").context == context


async def test_valve_with_positions_opens_and_closes_by_position() -> None:
    house = House()
    valve = house.add(recording(ValveEntity, supported_features=7, reports_position=True, current_position=0))
    assert house.state("valve.it").state == "closed"
    await house.call("valve.open_valve")
    valve.current_position = 30
    valve.write_state()
    assert house.state("valve.it").state == "open"
    await house.call("valve.toggle")
    assert valve.calls == [("do_set_valve_position", 100), ("do_set_valve_position", 0)]
