"""input_button."""

from __future__ import annotations

from pathlib import Path

from helper_house import HelperHouse


async def test_its_state_is_when_it_was_pressed(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "input_button:\n  bell: {name: Bell}\n")
    assert house.state("input_button.bell") == "unknown"
    await house.call("input_button.press", "input_button.bell")
    assert house.state("input_button.bell") == "2026-01-01T12:00:00+00:00"
    assert house.restart(after=60).state("input_button.bell") == "2026-01-01T12:00:00+00:00"
