"""Select."""

from __future__ import annotations

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.select import SelectEntity
from marge.testing.entity_house import House


class Select(SelectEntity):
    options = ("eco", "normal", "boost")

    async def do_select_option(self, option: str) -> None:
        self.current_option = option
        self.write_state()


async def choose(house: House, service: str, **data: object) -> str:
    await house.call(f"select.{service}", "select.mode", **data)
    return house.state("select.mode")


async def test_options_are_shown_and_an_unknown_one_is_no_state() -> None:
    house = House()
    select = house.add(Select(), "select.mode")
    assert house.attributes("select.mode") == {"options": ["eco", "normal", "boost"]}
    select.current_option = "turbo"
    select.write_state()
    assert house.state("select.mode") == "unknown"


async def test_next_and_previous_go_round_unless_told_not_to() -> None:
    house = House()
    house.add(Select(), "select.mode")
    assert await choose(house, "select_next") == "eco"
    assert await choose(house, "select_previous") == "boost"
    assert await choose(house, "select_next", cycle=False) == "boost"
    assert await choose(house, "select_next") == "eco"
    assert await choose(house, "select_previous", cycle="off") == "eco"
    assert await choose(house, "select_last") == "boost"
    assert await choose(house, "select_first") == "eco"
    assert await choose(house, "select_option", option="normal") == "normal"


async def test_previous_without_a_choice_is_the_last() -> None:
    house = House()
    house.add(Select(), "select.mode")
    assert await choose(house, "select_previous") == "boost"


async def test_an_option_that_is_not_there_is_refused() -> None:
    house = House()
    house.add(Select(), "select.mode")
    with pytest.raises(ServiceValidationError, match=r"no option 'turbo'.*eco, normal, boost") as refused:
        await choose(house, "select_option", option="turbo")
    assert refused.value.translation_key == "not_valid_option"
    assert refused.value.translation_domain == "select"


async def test_a_select_without_options_refuses_every_step() -> None:
    house = House()
    select = Select()
    select.options = ()
    house.add(select, "select.mode")
    for service in ("select_first", "select_last", "select_next", "select_previous"):
        with pytest.raises(ServiceValidationError, match="no options"):
            await choose(house, service)
