"""Sirens: tones by name or number, and what the siren supports."""

from __future__ import annotations

from typing import Any

import pytest

from marge.core.errors import ServiceValidationError
from marge.entities.siren import SirenEntity
from marge.testing.house import House, recording


@pytest.mark.parametrize(
    ("tones", "tone", "asked"),
    [
        (["fire", "alarm"], "fire", "fire"),
        ([1, 2], "2", 2),
        ({1: "fire", 2: "alarm"}, "alarm", 2),
        ({1: "fire", 2: "alarm"}, 1, 1),
    ],
)
async def test_tone_is_found_by_name_or_number(tones: Any, tone: Any, asked: Any) -> None:
    house = House()
    it = house.add(recording(SirenEntity, supported_features=31, available_tones=tones))
    assert house.state("siren.it").attributes["available_tones"] == tones
    await house.call("siren.turn_on", {"tone": tone, "duration": "5", "volume_level": 0.5})
    assert it.calls == [("do_turn_on", {"tone": asked, "duration": 5, "volume_level": 0.5})]


async def test_unknown_tone_is_refused_with_those_it_has() -> None:
    house = House()
    house.add(recording(SirenEntity, supported_features=31, available_tones=["fire", "alarm"]))
    with pytest.raises(ServiceValidationError, match=r"siren\.it has no tone 'song'; its tones are: fire, alarm"):
        await house.call("siren.turn_on", {"tone": "song"})


async def test_what_it_does_not_support_is_left_out() -> None:
    house = House()
    it = house.add(recording(SirenEntity, supported_features=3, available_tones=["fire"], is_on=False))
    assert "available_tones" not in house.state("siren.it").attributes
    await house.call("siren.turn_on", {"tone": "song", "duration": 5, "volume_level": 1})
    await house.call("siren.toggle")
    it.is_on = True
    await house.call("siren.toggle")
    assert it.calls == [("do_turn_on", {}), ("do_turn_on", {}), ("do_turn_off",)]
