"""input_select."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.core.errors import OperationFailed
from marge.util.schema import Invalid

YAML = "input_select:\n  s: {options: [a, b, 3]}\n"


async def test_it_moves_through_its_options_and_remembers(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    seen = [house.state("input_select.s")]
    for service in ("select_next", "select_next", "select_next", "select_previous", "select_first", "select_last"):
        await house.call(f"input_select.{service}", "input_select.s")
        seen.append(house.state("input_select.s"))
    assert seen == ["a", "b", "3", "a", "3", "a", "3"]
    await house.call("input_select.select_next", "input_select.s", cycle=False)
    assert house.state("input_select.s") == "3"
    assert house.restart().state("input_select.s") == "3"
    assert house.attributes("input_select.s") == {"options": ["a", "b", "3"], "editable": False}


async def test_an_unknown_option_is_refused_as_a_failed_operation(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    with pytest.raises(OperationFailed, match=r"Invalid option: x \(possible options: a, b, 3\)"):
        await house.call("input_select.select_option", "input_select.s", option="x")
    await house.call("input_select.select_option", "input_select.s", option="b")
    assert house.state("input_select.s") == "b"


async def test_new_options_last_until_the_next_start(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    await house.call("input_select.set_options", "input_select.s", options=["x", "y"])
    assert house.state("input_select.s") == "x"
    assert house.attributes("input_select.s")["options"] == ["x", "y"]
    with pytest.raises(OperationFailed, match="Duplicated options"):
        await house.call("input_select.set_options", "input_select.s", options=["x", "x"])
    with pytest.raises(Invalid):
        await house.call("input_select.set_options", "input_select.s", options=[])
    assert house.restart().state("input_select.s") == "a"


@pytest.mark.parametrize("options", [[], ["a", "a"], None, [["a"]]])
async def test_wrong_options_are_refused(tmp_path: Path, options: object) -> None:
    with pytest.raises(Invalid):
        await HelperHouse(tmp_path).helpers.collections["input_select"].create({"name": "s", "options": options})


async def test_the_initial_option_must_be_one_of_them(tmp_path: Path) -> None:
    items = HelperHouse(tmp_path).helpers.collections["input_select"]
    with pytest.raises(Invalid, match="not part of the options"):
        await items.create({"name": "s", "options": ["a"], "initial": "b"})
