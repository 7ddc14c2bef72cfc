"""Sensors announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.core.state import State

NUMBER = {"state_topic": "s", "unit_of_measurement": "W", "state_class": "measurement"}


def test_a_value_in_the_unit_of_the_house() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce(
        "sensor", {"state_topic": "s", "device_class": "temperature", "unit_of_measurement": "°F", "unique_id": "u"}
    )
    rig.publish("s", "212")
    assert rig.state(sensor) == "100"
    assert rig.attribute(sensor, "unit_of_measurement") == "°C"


@pytest.mark.parametrize(
    ("keys", "payload", "state"),
    [
        (NUMBER, "", "5"),
        (NUMBER, "None", "unknown"),
        (NUMBER, "7.0", "7.0"),
        (NUMBER, "warm", "5"),
        (NUMBER, "nan", "5"),
        (NUMBER, "1e400", "5"),
        ({"state_topic": "s", "device_class": "power"}, "warm", "5"),
        ({"state_topic": "s", "suggested_display_precision": 1}, "unavailable", "5"),
        ({"state_topic": "s"}, "warm", "warm"),
        ({"state_topic": "s"}, "", ""),
        ({"state_topic": "s", "device_class": "enum", "options": ["5", "6"]}, "7", "5"),
        ({"state_topic": "s", "device_class": "enum", "options": ["5", "6"]}, "6", "6"),
    ],
)
def test_payloads(keys: dict[str, Any], payload: str, state: str) -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", keys)
    rig.publish("s", "5")
    rig.publish("s", payload)
    assert rig.state(sensor) == state


def test_a_text_for_a_numeric_sensor_is_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", NUMBER)
    rig.publish("s", "warm")
    assert "sensor.it: 'warm' on s is no number, which its device class, " in caplog.text


def test_a_time_needs_an_offset(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {"state_topic": "s", "device_class": "timestamp"})
    rig.publish("s", "2025-01-01T12:00:00+01:00")
    assert rig.state(sensor) == "2025-01-01T11:00:00+00:00"
    rig.publish("s", "2025-01-01T12:00:00")
    assert rig.state(sensor) == "unknown"
    assert "no time zone" in caplog.text


def test_an_expiring_value_of_the_last_run_counts_for_the_rest_of_its_time() -> None:
    rig = DiscoveryRig()
    now = rig.clock.now()
    rig.last.states["sensor.it"] = State("sensor.it", "41", {}, *[now - 20] * 3, rig.hub.new_context())
    sensor = rig.announce("sensor", {"state_topic": "s", "expire_after": 60})
    assert rig.state(sensor) == "41"
    rig.clock.advance(39)
    assert rig.state(sensor) == "41"
    rig.clock.advance(2)
    assert rig.state(sensor) == "unavailable"
    rig.publish("s", "42")
    assert rig.state(sensor) == "42"


def test_last_reset(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    keys = {"last_reset_value_template": "{{ value_json.r }}", "value_template": "{{ value_json.v }}"}
    sensor = rig.announce("sensor", {**NUMBER, **keys, "state_class": "total"})
    rig.publish("s", {"v": 1, "r": "2025-01-01T00:00:00"})
    assert rig.attribute(sensor, "last_reset") == "2025-01-01T00:00:00"
    rig.publish("s", {"v": 2, "r": "never"})
    assert "no time of a last reset" in caplog.text
    assert (rig.state(sensor), rig.attribute(sensor, "last_reset")) == ("2", "2025-01-01T00:00:00")


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"last_reset_value_template": "{{ value }}"}, "state_class total only"),
        ({"options": ["a"]}, "device_class enum only"),
        ({"options": [], "device_class": "enum"}, "empty list"),
        ({"options": ["a"], "device_class": "enum", "unit_of_measurement": "W"}, "no state_class and no unit"),
        ({"expire_after": -1}, "at least 0"),
        ({"suggested_display_precision": "x"}, "expected int"),
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("sensor", {"state_topic": "s", **keys}) == ""
    assert line in caplog.text


def test_thousands_of_sensors_share_the_keys_of_their_attributes() -> None:
    rig = DiscoveryRig()
    rig.announce("sensor", {**NUMBER, "expire_after": 5, "json_attributes_topic": "j", "unique_id": "u"})
    rig.publish("s", "1")
    rig.publish("j", {"a": 1})
    entity = rig.index.get("sensor.it")
    assert entity is not None
    # Python shares the keys of at most 30 attributes among the instances of a class.
    assert len(vars(entity)) <= 30
