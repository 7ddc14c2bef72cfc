"""The age of the moon against published phases."""

from __future__ import annotations

from datetime import date

import pytest

from marge.util.moon import age


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2000, 1, 6), 0),
        (date(2024, 4, 8), 0),
        (date(2024, 10, 17), 14),
        (date(2025, 3, 6), 7),
        (date(2025, 3, 14), 14),
        (date(2025, 3, 22), 21),
        (date(1969, 7, 22), 7),
    ],
)
def test_the_age_of_the_moon(day: date, expected: int) -> None:
    """Within a day and a half of the phase, which is at no fixed hour."""
    distance = abs(age(day) - expected) % 28
    assert min(distance, 28 - distance) <= 1.5
