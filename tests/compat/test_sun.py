"""When the sun rises and sets, as Home Assistant 2025.4.4 works it out for five places."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from marge.util.sun import Sun

# Home Assistant has an older release of astral: midnight is some seconds off, the rest up to three.
SECONDS = {"midnight": 15.0}

ROWS = json.loads((Path(__file__).parent / "automation" / "sun.json").read_text())


@pytest.mark.parametrize("event", ["sunrise", "sunset", "dawn", "dusk", "noon", "midnight"])
def test_next_event_is_home_assistants(event: Any) -> None:
    rows = [row for row in ROWS if row[4] == event]
    assert len(rows) == 60
    for latitude, longitude, elevation, zone, _, after, offset, expected in rows:
        if latitude > 66 and expected is not None and expected - after > 3 * 86_400:
            continue  # the end of a polar night is a matter of the release of astral
        today = datetime.fromtimestamp(after, ZoneInfo(zone)).date()
        found = Sun(latitude, longitude, elevation).next(event, after, today, offset)
        assert found == (None if expected is None else pytest.approx(expected, abs=SECONDS.get(event, 5.0)))


def test_position() -> None:
    elevation, azimuth = Sun(52.37, 4.89).position(datetime(2026, 6, 21, 11, 42, tzinfo=ZoneInfo("UTC")).timestamp())
    assert elevation == pytest.approx(61.1, abs=0.2)
    assert azimuth == pytest.approx(180, abs=2)
