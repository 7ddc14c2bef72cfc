"""Colour conversions against a table recorded from Home Assistant 2025.4."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from marge.util import color

CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("color_cases.json").read_text())


@pytest.mark.parametrize("name", sorted({case["function"] for case in CASES}))
def test_conversion_gives_what_home_assistant_gives(name: str) -> None:
    cases = [case for case in CASES if case["function"] == name]
    assert cases
    for case in cases:
        if case["result"] is None:
            with pytest.raises(ValueError, match="not the name of a colour"):
                getattr(color, name)(*case["arguments"])
            continue
        result = getattr(color, name)(*case["arguments"])
        expected = case["result"]
        assert result == pytest.approx(tuple(expected) if isinstance(expected, list) else expected), case


def test_degenerate_input_does_not_divide_by_zero() -> None:
    assert color.kelvin_to_mired(0) == 0
    assert color.mired_to_kelvin(0) == 0
    assert color.kelvin_to_rgbww(3000, 100, 3000, 3000) == (0, 0, 0, 50, 50)
    assert isinstance(color.xy_to_kelvin(0.3, 0.1858), int)
    assert color.rgb_to_xy(0, 0, 0) == (0.0, 0.0)
