"""JSON with Home Assistant's forms of what JSON does not know."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marge.util import jsonx

WHEN = datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC)
TEXT = "2026-01-02T03:04:05.000006+00:00"


@pytest.mark.parametrize("encode", [jsonx.dumps, jsonx.dumps_safe])
@pytest.mark.parametrize(
    ("value", "written"),
    [
        (WHEN, TEXT),
        (WHEN.replace(microsecond=0), "2026-01-02T03:04:05+00:00"),
        (WHEN.astimezone(ZoneInfo("Europe/London")), TEXT),
        (WHEN.astimezone(timezone(timedelta(hours=2))), "2026-01-02T05:04:05.000006+02:00"),
        (WHEN.replace(tzinfo=None), "2026-01-02T03:04:05.000006"),
        (date(2026, 1, 2), "2026-01-02"),
        (time(3, 4), "03:04:00"),
        (time(3, 4, tzinfo=UTC), "03:04:00+00:00"),
        ({"a": [{"b": (WHEN,)}]}, {"a": [{"b": [TEXT]}]}),
        ({WHEN: MappingProxyType({"a": {WHEN}})}, {TEXT: {"a": [TEXT]}}),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        ({"seen": "2026-01-02T03:04:05.5Z", "at": WHEN}, {"seen": "2026-01-02T03:04:05.5Z", "at": TEXT}),
        (timedelta(minutes=1, milliseconds=500), "PT60.5S"),
    ],
)
def test_times_are_written_as_home_assistant_writes_them(encode: Any, value: Any, written: Any) -> None:
    assert jsonx.loads(encode(value)) == written


def test_json_that_is_encoded_already_stays_as_it_is() -> None:
    raw = jsonx.Raw(b'{"t":"2026-01-02T03:04:05Z"}')
    assert jsonx.dumps([raw, WHEN]) == b'[{"t":"2026-01-02T03:04:05Z"},"%s"]' % TEXT.encode()


def test_what_has_no_json_form_is_refused_or_told_by_its_text() -> None:
    value = {"at": WHEN, "what": object(), "long": timedelta(seconds=1)}
    with pytest.raises(TypeError):
        jsonx.dumps(value)
    written = jsonx.loads(jsonx.dumps_safe(value))
    assert written["at"] == TEXT and written["long"] == "PT1S" and written["what"].startswith("<object")


def test_deep_values_with_times_are_written_all_the_same() -> None:
    value: Any = WHEN
    for _ in range(700):
        value = [value]
    assert jsonx.dumps_safe(value)


# Before, zones were off by seconds, which JSON does not show.
_TIMES = st.datetimes(min_value=datetime(1990, 1, 1), timezones=st.timezones() | st.none())


@given(st.recursive(_TIMES | st.text(alphabet="0123456789:TZ-+."), st.lists))
def test_every_time_is_its_isoformat(value: Any) -> None:
    def plain(value: Any) -> Any:
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value.isoformat() if isinstance(value, datetime) else value

    assert jsonx.loads(jsonx.dumps(value)) == plain(value)


@pytest.mark.parametrize(
    ("text", "value"), [('{"a": [1]}', {"a": [1]}), ("{}", {}), ("[1]", None), ("null", None), ("{", None), ("", None)]
)
def test_only_an_object_is_read_as_one(text: str, value: Any) -> None:
    assert jsonx.loads_object(text) == value
