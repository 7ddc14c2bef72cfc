"""Device triggers announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

DEVICE = {"identifiers": ["remote"], "name": "Remote"}
TRIGGER = {
    "automation_type": "trigger",
    "type": "button_short_press",
    "subtype": "button_1",
    "topic": "remote/action",
    "payload": "press",
    "device": DEVICE,
}
CONFIG = "homeassistant/device_automation/it/config"


def _device_id(rig: DiscoveryRig) -> str:
    (device,) = rig.registries.devices
    return device.id


def _listen(rig: DiscoveryRig, key: tuple[str, str, str]) -> tuple[list[str], Any]:
    fired: list[str] = []
    return fired, rig.mqtt.triggers.listen(
        key, lambda topic, payload, _qos: fired.append(f"{topic} {payload.decode()}")
    )


def test_a_trigger_keeps_its_device_and_fires_for_who_listens() -> None:
    rig = DiscoveryRig()
    before = rig.broker.router.subscription_count
    rig.publish(CONFIG, TRIGGER)
    assert rig.broker.router.subscription_count == before
    (trigger,) = rig.mqtt.triggers.of_device(_device_id(rig))
    assert (trigger.type, trigger.subtype) == ("button_short_press", "button_1")
    fired, stop = _listen(rig, trigger.key)
    rig.publish("remote/action", "press")
    rig.publish("remote/action", "hold")
    assert fired == ["remote/action press"]
    stop()
    stop()
    rig.publish("remote/action", "press")
    assert len(fired) == 1
    assert rig.broker.router.subscription_count == before
    rig.publish(CONFIG, "")
    assert len(rig.mqtt.triggers) == len(rig.registries.devices) == 0


def test_who_listens_early_or_over_a_removal_is_served() -> None:
    rig = DiscoveryRig()
    rig.publish(CONFIG, TRIGGER)
    device_id = _device_id(rig)
    rig.publish("homeassistant/tag/it/config", {"topic": "t", "device": DEVICE})
    fired, _ = _listen(rig, (device_id, "button_short_press", "button_1"))
    early, _ = _listen(rig, (device_id, "button_short_press", "button_2"))
    rig.publish(CONFIG, "")
    rig.publish("remote/action", "press")
    assert fired == []
    rig.publish(CONFIG, TRIGGER)
    rig.publish("homeassistant/device_automation/two/config", {**TRIGGER, "subtype": "button_2", "topic": "two"})
    rig.publish("remote/action", "press")
    rig.publish("two", "press")
    assert (fired, early) == (["remote/action press"], ["two press"])


@pytest.mark.parametrize(
    ("keys", "payload", "fires"),
    [
        ({"payload": None}, "anything", True),
        ({"value_template": "{{ value_json.a }}"}, '{"a": "press"}', True),
        ({"value_template": "{{ value_json.a }}"}, '{"a": "hold"}', False),
        ({"value_template": "{{ 1 / 0 }}"}, "press", False),
        ({}, b"\xff", False),
    ],
)
def test_when_a_trigger_fires(keys: dict[str, Any], payload: Any, fires: bool) -> None:
    rig = DiscoveryRig()
    rig.publish(CONFIG, {**TRIGGER, **keys})
    fired, _ = _listen(rig, (_device_id(rig), "button_short_press", "button_1"))
    rig.publish("remote/action", payload)
    assert bool(fired) is fires


def test_a_second_trigger_of_the_same_kind_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.publish(CONFIG, TRIGGER)
    rig.publish("homeassistant/device_automation/two/config", {**TRIGGER, "topic": "two"})
    assert "another trigger of type" in caplog.text
    assert len(rig.mqtt.triggers) == 1
    rig.publish("homeassistant/device_automation/two/config", "")
    assert rig.mqtt.holders == {_device_id(rig): 1}


def test_an_update_takes_its_listeners_along_or_leaves_all_as_it_was() -> None:
    rig = DiscoveryRig()
    rig.publish(CONFIG, TRIGGER)
    fired, _ = _listen(rig, (_device_id(rig), "button_short_press", "button_1"))
    rig.publish(CONFIG, {**TRIGGER, "topic": "moved"})
    rig.publish("moved", "press")
    assert fired == ["moved press"]
    rig.publish("homeassistant/device_automation/two/config", {**TRIGGER, "subtype": "b2"})
    rig.publish(CONFIG, {**TRIGGER, "subtype": "b2"})
    rig.publish("moved", "press")
    assert len(fired) == 2


@pytest.mark.parametrize("missing", ["device", "type", "subtype", "topic", "automation_type"])
def test_what_a_trigger_needs(missing: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.publish(CONFIG, {key: value for key, value in TRIGGER.items() if key != missing})
    assert f"data['{missing}']" in caplog.text
    rig.publish(CONFIG, {**TRIGGER, "automation_type": "action"})
    assert len(rig.mqtt.triggers) == 0
