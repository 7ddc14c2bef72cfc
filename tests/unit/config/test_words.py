"""The words that settings are made of: what each accepts, and how it becomes."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from marge.config import words
from marge.util.schema import Invalid, convert


@pytest.mark.parametrize(
    ("kind", "value", "result"),
    [
        (words.Metres, "12.7", 12),
        (words.Metres, -400, -400),
        (words.Size, "50MB", 50 * 1024**2),
        (words.Size, "1 GiB", 1024**3),
        (words.Size, "10k", 10240),
        (words.Size, 4096, 4096),
        (words.TimeOfDay, "3:00", "03:00:00"),
        (words.TimeOfDay, time(4, 30), "04:30:00"),
        (words.LogLevel, "WARNING", "warn"),
        (words.LogLevel, "critical", "error"),
        (words.LogLevel, "notset", "trace"),
        (words.Network, "192.168.1.7/24", "192.168.1.0/24"),
        (words.Network, "::1", "::1/128"),
        (words.Language, "zh-Hans", "zh-Hans"),
        (words.Units, "imperial", "us_customary"),
        (words.TimeZone, "Asia/Kathmandu", "Asia/Kathmandu"),
    ],
)
def test_what_is_right_is_brought_to_one_form(kind: Any, value: Any, result: Any) -> None:
    assert convert(value, kind) == result


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (words.Metres, [True, "high", 10_001, float("nan"), float("inf"), None]),
        (words.Size, ["", "MB", "-1", -1, True, 1.5, "9" * 40]),
        (words.TimeOfDay, ["24:00", "3", 3, None]),
        (words.LogLevel, ["", 3, None]),
        (words.Network, ["", "10.0.0.0/33", "x", [], 1.5]),
        (words.Language, ["", "EN", "en_US", 5]),
        (words.Country, ["nl", "NLD", 5]),
        (words.Currency, ["eur", "EURO", 5]),
        (words.Units, ["Metric", [], {}]),
        (words.TimeZone, ["", "../../etc/passwd", "Nowhere", "UTC\x00", 5, "x" * 10_000]),
    ],
)
def test_what_is_wrong_is_refused_in_a_short_sentence(kind: Any, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(Invalid) as caught:
            convert(value, kind)
        assert len(caught.value.message) < 200
