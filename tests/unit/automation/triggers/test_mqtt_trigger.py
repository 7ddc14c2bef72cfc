"""MQTT trigger."""

from __future__ import annotations

import pytest
from automation_house import automation, house_with

from marge.automation.triggers import parse_triggers
from marge.util.schema import Invalid

SHOW = """
action: test.note
data:
  t: "{{ trigger.topic }} {{ trigger.payload }} {{ json.a | default('-') }} {{ trigger.qos }}"
"""


JSON = "variables: {json: '{{ trigger.payload_json | default({}) }}'}"


def of(body: str) -> str:
    return automation(f"mode: parallel\n{JSON}\ntriggers: {{trigger: mqtt, {body}}}", SHOW)


async def test_fires_at_each_message_of_the_topic() -> None:
    async with house_with(of("topic: home/button")) as house:
        house.mqtt.publish("home/button", '{"a": 1}')
        house.mqtt.publish("home/other", "x")
        house.mqtt.publish("home/button", "press")
        await house.settle()
        assert [note["t"] for note in house.notes()] == ['home/button {"a": 1} 1 0', "home/button press - 0"]


async def test_only_the_payload_that_is_given_counts() -> None:
    async with house_with(of("topic: t, payload: 'on', value_template: '{{ value_json.state }}'")) as house:
        for payload in ('{"state": "on"}', '{"state": "off"}', "on", '{"other": 1}'):
            house.mqtt.publish("t", payload)
        await house.settle()
        assert [note["t"] for note in house.notes()] == ['t {"state": "on"} - 0']


async def test_what_is_not_in_the_encoding_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    async with house_with(of("topic: t")) as house:
        house.mqtt.publish("t", b"\xff\xfe")
        await house.settle()
        assert not house.calls
        assert "is not utf-8" in caplog.text


async def test_without_an_encoding_the_payload_is_bytes() -> None:
    async with house_with(of("topic: t, encoding: ''")) as house:
        house.mqtt.publish("t", b"\xff")
        await house.settle()
        assert len(house.calls) == 1


async def test_ends_with_the_automation() -> None:
    async with house_with(of("topic: t")) as house:
        await house.hub.services.call("automation", "turn_off", target={"entity_id": "automation.it"})
        assert not house.mqtt.subscriptions


def test_refuses() -> None:
    for config in ({}, {"topic": "t", "qos": 3}, {"topic": "t", "encoding": "klingon"}):
        with pytest.raises(Invalid):
            parse_triggers([{"trigger": "mqtt", **config}])


@pytest.mark.parametrize("topic", ["a/#/b", "a/b#", "a/+b", "", "a\0b"])
def test_refuses_a_topic_that_cannot_be_subscribed_to(topic: str) -> None:
    with pytest.raises(Invalid) as refused:
        parse_triggers([{"trigger": "mqtt", "topic": topic}])
    assert refused.value.path == (0, "topic")


@pytest.mark.parametrize("topic", ["a/#", "+/b", "{{ '#' }}/x", "#"])
def test_takes_wildcards_and_templates_as_topic(topic: str) -> None:
    parse_triggers([{"trigger": "mqtt", "topic": topic}])
