"""What all announced entities have: availability, attributes, encodings, commands."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.core.errors import ServiceValidationError


def test_one_availability_topic_with_words_of_its_own() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce(
        "sensor",
        {
            "state_topic": "s",
            "availability_topic": "a",
            "availability_template": "{{ value_json.state }}",
            "payload_available": "yes",
            "payload_not_available": "no",
        },
    )
    assert rig.state(sensor) == "unavailable"
    rig.publish("a", {"state": "yes"})
    assert rig.state(sensor) == "unknown"
    rig.publish("a", {"state": "maybe"})
    assert rig.state(sensor) == "unknown"
    rig.publish("a", {"state": "no"})
    assert rig.state(sensor) == "unavailable"


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("latest", ["unknown", "unavailable", "unknown"]),
        ("all", ["unavailable", "unavailable", "unavailable"]),
        ("any", ["unknown", "unknown", "unknown"]),
    ],
)
def test_availability_of_several_topics(mode: str, expected: list[str]) -> None:
    rig = DiscoveryRig()
    topics = [{"topic": "a"}, {"topic": "b"}]
    sensor = rig.announce("sensor", {"state_topic": "s", "availability": topics, "availability_mode": mode})
    states = []
    for topic, payload in (("a", "online"), ("b", "offline"), ("a", "online")):
        rig.publish(topic, payload)
        states.append(rig.state(sensor))
    assert states == expected
    rig.publish("b", "online")
    assert rig.state(sensor) == "unknown"


def test_entities_with_the_same_availability_share_one_subscription() -> None:
    rig = DiscoveryRig()
    before = rig.broker.router.subscription_count
    config = {"availability": {"topic": "bridge", "value_template": "{{ value_json.state }}"}}
    for number in range(5):
        rig.announce("sensor", {**config, "state_topic": f"s/{number}"}, f"n{number}")
    assert rig.broker.router.subscription_count == before + 6
    rig.publish("bridge", {"state": "online"})
    assert [state.state for state in rig.hub.states.all()] == ["unknown"] * 5


def test_an_availability_template_may_look_at_its_own_entity() -> None:
    rig = DiscoveryRig()
    template = "{{ 'online' if value == entity_id else 'offline' }}"
    common = {"availability_topic": "a", "availability_template": template}
    first = rig.announce("sensor", {**common, "state_topic": "s"}, "first")
    second = rig.announce("sensor", {**common, "state_topic": "s"}, "second")
    rig.publish("a", "sensor.first")
    assert (rig.state(first), rig.state(second)) == ("unknown", "unavailable")


def test_a_failing_availability_template_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    config = {"state_topic": "s", "availability_topic": "a", "availability_template": "{{ 1 / (value | int) }}"}
    sensor = rig.announce("sensor", config)
    rig.publish("a", "0")
    assert rig.state(sensor) == "unavailable"
    assert "availability template failed" in caplog.text
    rig.publish("a", b"\xff")
    assert "Can't decode" in caplog.text


def test_json_attributes_but_for_those_that_say_what_the_entity_is(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {"state_topic": "s", "json_attributes_topic": "j", "unit_of_measurement": "W"})
    rig.publish(
        "j",
        {
            "a": 1,
            "friendly_name": "no",
            "unit_of_measurement": "no",
            "device_class": "no",
            "state_class": "no",
            "b": {},
        },
    )
    assert rig.attributes(sensor) == {"a": 1, "b": {}, "unit_of_measurement": "W", "friendly_name": "it"}
    rig.publish("j", {"c": 2})
    assert rig.attribute(sensor, "a") is None
    rig.publish("j", "[1]")
    assert "no JSON object" in caplog.text
    assert rig.attribute(sensor, "c") == 2


def test_json_attributes_by_a_template() -> None:
    rig = DiscoveryRig()
    config = {
        "state_topic": "s",
        "json_attributes_topic": "j",
        "json_attributes_template": "{{ value_json.deep | tojson }}",
    }
    sensor = rig.announce("sensor", config)
    rig.publish("j", {"deep": {"x": [1, 2]}})
    assert rig.attribute(sensor, "x") == [1, 2]


async def test_encodings_of_payloads_and_commands(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    text = rig.announce("text", {"command_topic": "t/set", "state_topic": "t", "encoding": "latin-1"})
    rig.publish("t", "größe".encode("latin-1"))
    assert rig.state(text) == "größe"
    assert await rig.call("text.set_value", text, value="ä") == [("t/set", "ä")]
    await rig.call("text.set_value", text, value="€")
    assert "cannot be written in latin-1" in caplog.text
    utf = rig.announce("text", {"command_topic": "t/set", "state_topic": "t"}, "utf")
    rig.publish("t", b"\xff")
    assert "Can't decode a payload on t with encoding utf-8" in caplog.text
    assert rig.state(utf) == "unknown"


async def test_without_an_encoding_templates_see_bytes(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    config = {"state_topic": "b", "encoding": "", "value_template": "{{ value | unpack('>H') }}"}
    sensor = rig.announce("sensor", config)
    rig.publish("b", b"\x01\x02")
    assert rig.state(sensor) == "258"
    plain = rig.announce("sensor", {"state_topic": "b", "encoding": ""}, "plain")
    rig.publish("b", b"\x01\x02")
    assert rig.state(plain) == "unknown"
    assert "is not decoded" in caplog.text
    button = rig.announce("button", {"command_topic": "c", "encoding": ""})
    assert await rig.call("button.press", button) == []
    bytes_button = rig.announce(
        "button", {"command_topic": "c", "encoding": "", "command_template": "{{ pack(0xdeff, '>H') }}"}, "bytes"
    )
    assert await rig.call("button.press", bytes_button) == [("c", "\xde\xff")]


async def test_templates_see_the_entity() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce(
        "sensor", {"state_topic": "s", "value_template": "{{ name }}/{{ entity_id }}/{{ this.state }}/{{ value }}"}
    )
    rig.publish("s", "1")
    assert rig.state(sensor) == "it/sensor.it/unknown/1"


async def test_a_failing_command_template_fails_the_call() -> None:
    rig = DiscoveryRig()
    button = rig.announce("button", {"command_topic": "c", "command_template": "{{ 1 / 0 }}"})
    with pytest.raises(ServiceValidationError, match="ZeroDivisionError") as raised:
        await rig.call("button.press", button)
    assert raised.value.translation_key == "command_template_error"


@pytest.mark.parametrize(
    ("component", "config", "payload", "state"),
    [
        ("binary_sensor", {"payload_on": "ON"}, "ON", "on"),
        ("binary_sensor", {}, "None", "unknown"),
        ("lock", {"command_topic": "c"}, "LOCKING", "locking"),
        ("switch", {"command_topic": "c"}, "ON", "on"),
        ("cover", {"command_topic": "c"}, "opening", "opening"),
        ("number", {"command_topic": "c"}, "+1", "1.0"),
        ("select", {"command_topic": "c", "options": ["a"]}, "a", "a"),
        ("sensor", {}, "warm", "unknown"),
        ("update", {}, "v1", "unknown"),
        (
            "light",
            {"schema": "template", "command_topic": "c", "command_on_template": "", "command_off_template": ""},
            "on",
            "on",
        ),
    ],
)
def test_a_payload_that_lacks_what_its_template_asks_for_is_taken_as_it_is(
    component: str, config: dict[str, Any], payload: str, state: str
) -> None:
    rig = DiscoveryRig()
    template = "state_template" if config.get("schema") == "template" else "value_template"
    entity_id = rig.announce(component, {"state_topic": "s", template: "{{ value_json.state }}", **config})
    rig.publish("s", payload)
    assert rig.state(entity_id) == state


def test_json_attributes_are_taken_as_they_are_when_their_template_fails() -> None:
    rig = DiscoveryRig()
    config = {"state_topic": "s", "json_attributes_topic": "j", "json_attributes_template": "{{ nothing.a | tojson }}"}
    sensor = rig.announce("sensor", config)
    rig.publish("j", {"a": 1})
    assert rig.attribute(sensor, "a") == 1


def test_a_failing_value_template_passes_the_message_over(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {"state_topic": "s", "value_template": "{{ value_json.a.b.c }}"})
    rig.publish("s", {"a": {"b": {"c": 1}}})
    rig.publish("s", {"x": 1})
    assert rig.state(sensor) == "1"
    assert "lacks what its template asks for" in caplog.text
    other = rig.announce("sensor", {"state_topic": "o", "value_template": "{{ 1 / (value | int) }}"}, "other")
    rig.publish("o", "0")
    assert rig.state(other) == "unknown"
    assert "ZeroDivisionError" in caplog.text


def test_wildcards_may_be_followed() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {"state_topic": "a/+/b", "availability_topic": "alive/#"})
    rig.publish("alive/any/where", "online")
    rig.publish("a/x/b", "1")
    assert rig.state(sensor) == "1"


def test_a_renamed_entity_goes_on_being_followed() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("sensor", {"state_topic": "s", "unique_id": "u", "value_template": "{{ entity_id }}"})
    rig.registries.entities.update(sensor, new_entity_id="sensor.other", name="Other")
    rig.publish("s", "x")
    assert rig.state("sensor.other") == "sensor.other"
    assert rig.attribute("sensor.other", "friendly_name") == "Other"


def test_wrong_payloads_cost_one_line_for_each_entity_and_kind(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    for name in ("one", "two"):
        rig.announce("number", {"state_topic": f"{name}/s", "command_topic": "c"}, name)
    for number in range(20):
        rig.publish("one/s", f"nonsense {number}")
        rig.publish("two/s", f"nonsense {number}")
        rig.publish("one/s", b"\xff")
    lines = [record.getMessage() for record in caplog.records if record.name == "marge.mqtt.entity"]
    assert lines == [
        "number.one: 'nonsense 0' on one/s is no number: it is passed over",
        "number.two: 'nonsense 0' on two/s is no number: it is passed over",
        "Can't decode a payload on one/s with encoding utf-8 (for number.one)",
    ]


def test_what_a_value_template_complains_of_names_the_entity_and_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    for name in ("one", "two"):
        rig.announce("sensor", {"state_topic": f"{name}/s", "value_template": "{{ value_json.a.b }}"}, name)
    for number in range(20):
        rig.publish("one/s", {"c": number})
        rig.publish("two/s", {"a": number})
    lines = [record.getMessage() for record in caplog.records if record.name == "marge.templates"]
    assert len(lines) == 2, lines
    assert lines[0].startswith("sensor.one: Template variable error: 'dict object' has no attribute 'a'")
    assert lines[1].startswith("sensor.two: Template variable warning: 'int object' has no attribute 'b'")


@pytest.mark.parametrize("availability", [{}, {"availability_topic": "a"}])
def test_the_first_state_of_an_entity_is_that_of_its_retained_messages(availability: dict[str, Any]) -> None:
    rig = DiscoveryRig()
    rig.publish("s", "5", retain=True)
    rig.publish("a", "online", retain=True)
    seen: list[str] = []
    rig.hub.bus.listen("state_changed", lambda event: seen.append(event.data["new_state"].state))
    for name in ("first", "second"):
        rig.announce("sensor", {"state_topic": "s", **availability}, name)
    assert seen == ["5", "5"]
