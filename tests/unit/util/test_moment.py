"""Times in attributes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from marge.util import jsonx
from marge.util.dt import Moment


def test_moment_is_a_datetime_with_home_assistants_json() -> None:
    plain = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
    moment = Moment.of(plain)
    assert moment == plain
    assert moment - plain == timedelta(0)
    assert Moment.of(moment) is moment
    assert jsonx.dumps(moment) == b'"2026-01-02T03:04:05.000006+00:00"'
