"""The section `recorder:`, as users of Home Assistant write it."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from marge.recorder import RecorderOptions, read_options
from marge.util.schema import Invalid


@pytest.mark.parametrize("section", [None, {}, {"include": None, "exclude": None}])
def test_an_empty_section_means_the_defaults(section: dict[str, Any] | None) -> None:
    options = read_options(section)
    assert options == RecorderOptions()
    assert (options.purge_keep_days, options.commit_interval) == (10, 1.0)
    assert options.entity_filter().everything


def test_a_usual_section() -> None:
    options = read_options(
        {
            "purge_keep_days": 30,
            "commit_interval": 5,
            "auto_purge": "yes",
            "exclude": {"domains": "automation", "entity_globs": ["sensor.*_rssi"], "event_types": ["call_service"]},
            "include": {"entities": ["sensor.gate_rssi"]},
        }
    )
    wanted = options.entity_filter()
    assert (options.purge_keep_days, options.commit_interval, options.auto_purge) == (30, 5.0, True)
    assert [wanted(name) for name in ("automation.a", "sensor.x_rssi", "sensor.gate_rssi", "light.a")] == [
        False,
        False,
        True,
        True,
    ]
    assert options.excluded_events() == {"call_service"}


def test_keys_of_home_assistant_without_effect_are_accepted_and_named(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        assert read_options({"db_max_retries": 5, "db_retry_wait": 3}) == RecorderOptions()
    assert "db_retry_wait has no effect in Marge" in caplog.text


@pytest.mark.parametrize(
    ("section", "says"),
    [
        ({"purge_keep_day": 5}, "did you mean 'purge_keep_days'"),
        ({"purge_keep_days": 0}, r">= 1 @ recorder\['purge_keep_days'\]"),
        ({"purge_keep_days": "many"}, r"recorder\['purge_keep_days'\]"),
        ({"commit_interval": -1}, r"recorder\['commit_interval'\]"),
        ({"include": {"event_types": ["a"]}}, r"extra keys not allowed @ recorder\['include'\]\['event_types'\]"),
        ({"exclude": {"entities": ["nonsense"]}}, r"recorder\['exclude'\]\['entities'\]"),
    ],
)
def test_mistakes_name_their_place(section: dict[str, Any], says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_options(section)


def test_state_changes_cannot_be_excluded_as_a_type(caplog: pytest.LogCaptureFixture) -> None:
    options = read_options({"exclude": {"event_types": ["state_changed", "noise"]}})
    assert options.excluded_events() == {"noise"}
    assert "exclude domains or entities instead" in caplog.text
