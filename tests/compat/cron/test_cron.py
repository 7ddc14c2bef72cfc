"""Cron patterns come when they come in Home Assistant, on days when the clocks change too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from marge.helpers.derived.cron import Cron

CASES = json.loads((Path(__file__).parent / "recorded.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [case for case in CASES if "wrong" not in case], ids=lambda case: case["pattern"])
def test_a_pattern_comes(case: dict[str, Any]) -> None:
    cron, zone, moment = Cron(case["pattern"]), ZoneInfo(case["zone"]), case["after"]
    found = []
    for _ in case["comes"]:
        moment = cron.next(moment, zone)
        found.append(moment)
    assert found == case["comes"]


@pytest.mark.parametrize("pattern", [case["pattern"] for case in CASES if "wrong" in case])
def test_what_is_no_pattern_says_why(pattern: str) -> None:
    with pytest.raises(ValueError, match="cron pattern"):
        Cron(pattern)
