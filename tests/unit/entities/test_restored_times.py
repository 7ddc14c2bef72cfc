"""What an entity already was in the last run it has been since then."""

from __future__ import annotations

from marge.entities.switch import SwitchEntity
from marge.testing.entity_house import NOW, House


class Switch(SwitchEntity):
    def __init__(self, on: bool, available: bool = True) -> None:
        self.is_on = on
        self.available = available


async def test_the_same_state_as_in_the_last_run_has_its_time() -> None:
    house = House()
    house.add(Switch(True), "switch.a", last=house.last("switch.a", "on"))
    state = house.hub.states.get("switch.a")
    assert state is not None
    assert (state.last_changed, state.last_updated) == (NOW - 60, NOW)


async def test_another_state_than_in_the_last_run_is_new() -> None:
    house = House()
    switch = house.add(Switch(False), "switch.a", last=house.last("switch.a", "on"))
    state = house.hub.states.get("switch.a")
    assert state is not None and state.last_changed == NOW
    house.clock.advance(5)
    switch.is_on = True
    switch.write_state()
    state = house.hub.states.get("switch.a")
    assert state is not None and state.last_changed == NOW + 5


async def test_an_entity_that_comes_later_than_the_hub_has_its_time_too() -> None:
    house = House()
    switch = house.add(Switch(True, available=False), "switch.a", last=house.last("switch.a", "on"))
    house.clock.advance(5)
    switch.available = True
    switch.write_state()
    state = house.hub.states.get("switch.a")
    assert state is not None
    assert (state.state, state.last_changed, state.last_updated) == ("on", NOW - 60, NOW + 5)
