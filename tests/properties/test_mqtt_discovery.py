"""Arbitrary announcements and messages: accepted or refused with a line in the log, and nothing else is touched."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from discovery_rig import DiscoveryRig
from hypothesis import given, settings
from hypothesis import strategies as st

from marge.mqtt.discovery.abbreviations import DEVICE, MAIN
from marge.mqtt.discovery.component import COMPONENTS, load_component

EXAMPLES = settings(max_examples=60, deadline=None)

scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(
        ["ON", "None", "a/b", "a/#", "{{ value }}", "{{ value_json.a }}", "{{ x", "{{ 1 / 0 }}", "\0", "http://x"]
    )
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)
words = sorted({*MAIN, *MAIN.values(), *DEVICE, *DEVICE.values(), "schema", "~", "device", "origin"})
topics = st.sampled_from(["t/1", "t/2", "t/3"])

REQUIRED: dict[str, dict[str, Any]] = {
    "alarm_control_panel": {"command_topic": "c", "state_topic": "t/1"},
    "binary_sensor": {"state_topic": "t/1"},
    "button": {"command_topic": "c"},
    "camera": {"topic": "t/1"},
    "climate": {"temperature_state_topic": "t/1", "mode_state_topic": "t/2", "action_topic": "t/3"},
    "cover": {"position_topic": "t/1", "state_topic": "t/2", "tilt_status_topic": "t/3"},
    "device_automation": {
        "automation_type": "trigger",
        "type": "a",
        "subtype": "b",
        "topic": "t/1",
        "device": {"identifiers": "x"},
    },
    "device_tracker": {"state_topic": "t/1", "json_attributes_topic": "t/2"},
    "event": {"state_topic": "t/1", "event_types": ["a"]},
    "fan": {
        "command_topic": "c",
        "state_topic": "t/1",
        "percentage_state_topic": "t/2",
        "preset_mode_state_topic": "t/3",
    },
    "humidifier": {
        "command_topic": "c",
        "target_humidity_command_topic": "d",
        "target_humidity_state_topic": "t/1",
        "current_humidity_topic": "t/2",
        "action_topic": "t/3",
    },
    "image": {"image_topic": "t/1", "image_encoding": "b64"},
    "lawn_mower": {"activity_state_topic": "t/1"},
    "light": {
        "command_topic": "c",
        "rgb_command_topic": "d",
        "rgb_state_topic": "t/1",
        "brightness_state_topic": "t/2",
        "color_temp_state_topic": "t/3",
        "hs_state_topic": "t/3",
    },
    "lock": {"command_topic": "c", "state_topic": "t/1"},
    "notify": {"command_topic": "c"},
    "number": {"command_topic": "c", "state_topic": "t/1"},
    "scene": {"command_topic": "c"},
    "select": {"command_topic": "c", "state_topic": "t/1", "options": ["a"]},
    "sensor": {"state_topic": "t/1", "json_attributes_topic": "t/2"},
    "siren": {"command_topic": "c", "state_topic": "t/1"},
    "switch": {"command_topic": "c", "state_topic": "t/1"},
    "tag": {"topic": "t/1"},
    "text": {"command_topic": "c", "state_topic": "t/1"},
    "update": {"state_topic": "t/1", "latest_version_topic": "t/2"},
    "vacuum": {"state_topic": "t/1"},
    "valve": {"state_topic": "t/1"},
    "water_heater": {"temperature_state_topic": "t/1", "mode_state_topic": "t/2"},
}


class Watched(DiscoveryRig):
    """A hub with a sensor that nothing may touch, whose log holds no traceback."""

    def __init__(self) -> None:
        super().__init__()
        self.tracebacks: list[str] = []
        handler = logging.Handler()
        handler.emit = self._note  # type: ignore[method-assign]
        self.handler = handler
        logging.getLogger("marge").addHandler(handler)
        self.announce("sensor", {"state_topic": "untouched", "unique_id": "untouched"}, "untouched")
        self.publish("untouched", "1")

    def _note(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.tracebacks.append(logging.Formatter().format(record))

    def check(self) -> None:
        """Nothing raised, and the sensor still follows its topic."""
        logging.getLogger("marge").removeHandler(self.handler)
        assert not self.tracebacks, self.tracebacks[0]
        assert self.state("sensor.untouched") == "1"
        self.publish("untouched", "2")
        assert self.state("sensor.untouched") == "2"


def test_every_component_has_something_to_begin_with() -> None:
    assert REQUIRED.keys() == COMPONENTS.keys()


@EXAMPLES
@given(
    st.sampled_from(sorted(COMPONENTS)),
    st.dictionaries(st.sampled_from(words) | st.text(max_size=8), values, max_size=6),
    values,
)
def test_arbitrary_announcements(component: str, config: dict[str, Any], message: Any) -> None:
    rig = Watched()
    try:
        for payload in (config, {**REQUIRED[component], **config}, {**REQUIRED[component], "name": "x"}):
            rig.publish(f"homeassistant/{component}/x/config", json.dumps(payload))
            rig.publish("t/1", json.dumps(message))
        rig.publish(f"homeassistant/{component}/x/config", "")
    finally:
        rig.check()
    assert rig.mqtt.holders == {}


@EXAMPLES
@given(
    st.lists(
        st.tuples(
            st.text(max_size=10) | st.just("device"), st.text(max_size=10) | st.just("x"), st.binary(max_size=40)
        ),
        max_size=5,
    )
)
def test_arbitrary_bytes_on_arbitrary_topics(messages: list[tuple[str, str, bytes]]) -> None:
    rig = Watched()
    try:
        for component, object_id, payload in messages:
            topic = f"homeassistant/{component}/{object_id}/config"
            if not any(char in topic for char in "#+\0") and topic.isprintable():
                rig.publish(topic, payload)
    finally:
        rig.check()


@EXAMPLES
@given(
    st.dictionaries(
        st.sampled_from(["device", "dev", "origin", "o", "components", "cmps", "~", "availability"]), values
    ),
    st.dictionaries(
        st.text(max_size=5),
        st.builds(
            lambda component, more: {"p": component, "uniq_id": "u", **REQUIRED[component], **more},
            st.sampled_from(sorted(COMPONENTS)),
            st.dictionaries(st.sampled_from(words), values, max_size=3),
        )
        | values,
        max_size=3,
    ),
)
def test_arbitrary_bundles(parts: dict[str, Any], components: dict[str, Any]) -> None:
    rig = Watched()
    try:
        whole = {"dev": {"ids": "d"}, "o": {"name": "o"}, "cmps": components}
        for payload in (parts, {**whole, **parts}, whole):
            rig.publish("homeassistant/device/x/config", json.dumps(payload))
        rig.publish("homeassistant/device/x/config", "")
    finally:
        rig.check()
    assert len(rig.discovery) == 1


MESSAGES = (
    st.binary(max_size=30)
    | values.map(lambda value: json.dumps(value).encode())
    | st.dictionaries(
        st.sampled_from(
            [
                "state",
                "brightness",
                "color",
                "color_mode",
                "color_temp",
                "effect",
                "position",
                "event_type",
                "tone",
                "battery_level",
                "fan_speed",
                "installed_version",
                "update_percentage",
                "latitude",
                "longitude",
            ]
        ),
        values | st.dictionaries(st.sampled_from("rgbcwxyhs"), values),
        max_size=4,
    ).map(lambda value: json.dumps(value).encode())
    | st.sampled_from([b"ON", b"None", b"1,2,3", b"nan", b"inf", b"-1", b"1e999", b"999999999999", b"50", b"{", b"a"])
    | st.just(b"[" * 2000)
)


@pytest.mark.parametrize("schema", ["basic", "json", "template"])
@EXAMPLES
@given(
    st.sampled_from(sorted(set(COMPONENTS) - {"light"})) | st.just("light"),
    st.lists(st.tuples(topics, MESSAGES), max_size=8),
)
def test_arbitrary_messages_of_a_device(schema: str, component: str, messages: list[tuple[str, bytes]]) -> None:
    rig = Watched()
    more = (
        {}
        if component != "light"
        else {
            "schema": schema,
            "state_topic": "t/2",
            "brightness": True,
            "effect": True,
            "supported_color_modes": ["color_temp", "hs", "rgbww"],
            "command_on_template": "on",
            "command_off_template": "off",
            "red_template": "{{ value }}",
            "green_template": "{{ value }}",
            "blue_template": "{{ value }}",
            "color_temp_template": "{{ value }}",
            "brightness_template": "{{ value }}",
            "effect_template": "{{ value }}",
        }
    )
    try:
        entity_id = rig.announce(component, {**REQUIRED[component], **more})
        for topic, payload in messages:
            rig.publish(topic, payload)
        assert component in ("device_automation", "tag") or rig.hub.states.get(entity_id) is not None
        for state in rig.hub.states.all():
            assert state.json
    finally:
        rig.check()


def test_every_component_is_in_a_module_of_its_name() -> None:
    for name in COMPONENTS:
        component = load_component(name)
        assert component is not None and component.name == name
