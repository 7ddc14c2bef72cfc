"""Text."""

from __future__ import annotations

import logging

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.text import TextEntity
from marge.testing.entity_house import House


class Text(TextEntity):
    native_min = 2
    native_max = 5
    pattern = "[a-z]+"

    async def do_set_value(self, value: str) -> None:
        self.native_value = value
        self.write_state()


async def test_the_limits_are_shown_and_kept_within_those_of_a_state() -> None:
    house = House()
    house.add(Text(), "text.code")
    assert house.attributes("text.code") == {"mode": "text", "min": 2, "max": 5, "pattern": "[a-z]+"}
    wide = Text()
    wide.native_min, wide.native_max, wide.pattern, wide.mode = -4, 9999, None, "password"
    house.add(wide, "text.wide")
    assert house.attributes("text.wide") == {"mode": "password", "min": 0, "max": 255, "pattern": None}


async def test_a_text_that_fits_is_set() -> None:
    house = House()
    house.add(Text(), "text.code")
    await house.call("text.set_value", "text.code", value="abc")
    assert house.state("text.code") == "abc"


@pytest.mark.parametrize(("value", "why"), [("a", "too short"), ("abcdef", "too long"), ("12", "does not match")])
async def test_a_text_that_does_not_fit_is_refused(value: str, why: str) -> None:
    house = House()
    house.add(Text(), "text.code")
    with pytest.raises(ServiceValidationError, match=why):
        await house.call("text.set_value", "text.code", value=value)


async def test_a_source_with_a_text_that_does_not_fit_is_unknown_and_logged_once(
    caplog: pytest.LogCaptureFixture,
) -> None:
    house = House()
    text = house.add(Text(), "text.code")
    with caplog.at_level(logging.WARNING):
        for value in ("ABC", "ABC", "DEF"):
            text.native_value = value
            text.write_state()
    assert house.state("text.code") == "unknown"
    assert [record.getMessage() for record in caplog.records] == [
        "text.code: the text it provides does not match pattern [a-z]+"
    ]


async def test_a_pattern_that_takes_too_long_is_refused_and_logged_once(caplog: pytest.LogCaptureFixture) -> None:
    house = House()
    text = Text()
    text.native_max, text.pattern = 255, "(t+e*)+$"
    house.add(text, "text.code")
    for _ in range(5):
        with pytest.raises(ServiceValidationError, match=r"takes too long"):
            await house.call("text.set_value", "text.code", value="t" * 60 + "!")
        text.native_value = "t" * 60 + "!"
        text.write_state()
    assert house.state("text.code") == "unknown"
    assert [record.getMessage() for record in caplog.records] == ["text.code: the pattern (t+e*)+$ takes too long"]
