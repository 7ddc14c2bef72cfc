"""counter."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.core.errors import ServiceValidationError
from marge.util.schema import Invalid

YAML = "counter:\n  c: {initial: 4, step: 2, minimum: 0, maximum: 7, name: C}\n  plain:\n"


async def test_it_counts_within_its_limits(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    seen = [house.state("counter.c")]
    for service in ("increment", "increment", "decrement", "reset", "decrement", "decrement", "decrement"):
        await house.call(f"counter.{service}", "counter.c")
        seen.append(house.state("counter.c"))
    assert seen == ["4", "6", "7", "5", "4", "2", "0", "0"]
    assert house.attributes("counter.c") == {
        "editable": False,
        "initial": 4,
        "step": 2,
        "minimum": 0,
        "maximum": 7,
        "friendly_name": "C",
    }
    assert house.attributes("counter.plain") == {"editable": False, "initial": 0, "step": 1}


async def test_it_remembers_unless_told_not_to(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("counter.increment", "counter.c")
    assert house.restart().state("counter.c") == "6"
    assert house.restart("counter:\n  c: {maximum: 5}\n").state("counter.c") == "5"
    assert house.restart("counter:\n  c: {restore: false}\n").state("counter.c") == "0"


@pytest.mark.parametrize(
    ("value", "message"), [(8, "exceeding the maximum value of 7"), (3, "not a multiple of the step size 2")]
)
async def test_a_number_that_does_not_fit_is_refused(tmp_path: Path, value: int, message: str) -> None:
    house = HelperHouse(tmp_path, YAML)
    with pytest.raises(ServiceValidationError, match=message):
        await house.call("counter.set_value", "counter.c", value=value)
    with pytest.raises(Invalid):
        await house.call("counter.set_value", "counter.c", value=-1)
    await house.call("counter.set_value", "counter.c", value=6)
    assert house.state("counter.c") == "6"


async def test_a_stored_one_has_all_its_defaults(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path)
    items = house.helpers.collections["counter"]
    assert await items.create({"name": "C"}) == {
        "id": "c",
        "name": "C",
        "initial": 0,
        "step": 1,
        "minimum": None,
        "maximum": None,
        "restore": True,
    }
    await house.call("counter.set_value", "counter.c", value=9)
    await items.update("c", {"name": "C", "maximum": 5})
    assert house.state("counter.c") == "5"
    assert not house.hub.services.has("counter", "reload")
