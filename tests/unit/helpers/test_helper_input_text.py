"""input_text."""

from __future__ import annotations

from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.util.schema import Invalid

YAML = "input_text:\n  t: {min: 2, max: 5, pattern: '[a-z]+'}\n  plain:\n  said: {initial: hello}\n"


async def test_it_takes_texts_of_the_right_length_and_remembers(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    house = HelperHouse(tmp_path, YAML)
    assert house.state("input_text.t") == "unknown"
    await house.call("input_text.set_value", "input_text.t", value="abc")
    await house.call("input_text.set_value", "input_text.t", value="abcdef")
    await house.call("input_text.set_value", "input_text.t", value="a")
    assert house.state("input_text.t") == "abc"
    assert "a text of 6 characters does not fit" in caplog.text
    await house.call("input_text.set_value", "input_text.plain", value=12)
    house = house.restart()
    assert (house.state("input_text.t"), house.state("input_text.plain")) == ("abc", "12")
    assert house.state("input_text.said") == "hello"


def test_it_shows_what_may_be_entered(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, YAML)
    assert house.attributes("input_text.t") == {
        "editable": False,
        "min": 2,
        "max": 5,
        "pattern": "[a-z]+",
        "mode": "text",
    }
    assert house.attributes("input_text.plain")["pattern"] is None


@pytest.mark.parametrize(
    "item",
    [
        {"min": 5, "max": 2},
        {"min": 2, "initial": "a"},
        {"mode": "secret"},
        {"min": "x"},
        {"initial": None},
        {"pattern": None},
    ],
)
async def test_a_wrong_item_is_refused(tmp_path: Path, item: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        await HelperHouse(tmp_path).helpers.collections["input_text"].create({"name": "t", **item})


@pytest.mark.parametrize("pattern", ["[", "(", "a**", "*", "a\\", "a)", "[z-a]", "x{3,1}"])
async def test_a_pattern_that_is_no_regular_expression_is_refused(tmp_path: Path, pattern: str) -> None:
    with pytest.raises(Invalid, match="is no valid regular expression"):
        await HelperHouse(tmp_path).helpers.collections["input_text"].create({"name": "t", "pattern": pattern})


@pytest.mark.parametrize("pattern", [r"\p{L}+", "(?<year>[0-9]{4})", "[^]*", "[a-z]+", "(?<=a+)b"])
async def test_a_pattern_may_be_what_only_browsers_know(tmp_path: Path, pattern: str) -> None:
    house = HelperHouse(tmp_path)
    await house.helpers.collections["input_text"].create({"name": "t", "pattern": pattern})
    assert house.attributes("input_text.t")["pattern"] == pattern
