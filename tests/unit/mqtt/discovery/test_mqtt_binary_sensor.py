"""Binary sensors announced over MQTT."""

from __future__ import annotations

from discovery_rig import DiscoveryRig

from marge.core.state import State


def test_off_delay_switches_off_by_itself_and_starts_anew_with_each_on() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("binary_sensor", {"state_topic": "b", "off_delay": 30})
    rig.publish("b", "ON")
    rig.clock.advance(20)
    rig.publish("b", "ON")
    rig.clock.advance(20)
    assert rig.state(sensor) == "on"
    rig.clock.advance(10)
    assert rig.state(sensor) == "off"
    rig.publish("b", "ON")
    rig.publish("b", "OFF")
    assert rig.clock.pending == 0
    rig.publish("b", "ON")
    rig.publish("homeassistant/binary_sensor/it/config", "")
    assert rig.clock.pending == 0


def test_a_value_expires_and_comes_back() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("binary_sensor", {"state_topic": "b", "expire_after": 60})
    assert rig.state(sensor) == "unavailable"
    rig.publish("b", "ON")
    assert rig.state(sensor) == "on"
    rig.clock.advance(50)
    rig.publish("b", "nonsense")
    rig.clock.advance(50)
    assert rig.state(sensor) == "on"
    rig.clock.advance(10)
    assert rig.state(sensor) == "unavailable"
    rig.publish("b", "OFF")
    assert rig.state(sensor) == "off"


def test_a_value_of_the_last_run_counts_for_the_rest_of_its_time() -> None:
    rig = DiscoveryRig()
    now = rig.clock.now()
    for object_id, age in (("young", 40), ("old", 60)):
        entity_id = f"binary_sensor.{object_id}"
        rig.last.states[entity_id] = State(entity_id, "on", {}, *[now - age] * 3, rig.hub.new_context())
        rig.announce("binary_sensor", {"state_topic": "b", "expire_after": 60}, object_id)
    assert rig.state("binary_sensor.young") == "on"
    assert rig.state("binary_sensor.old") == "unavailable"
    rig.clock.advance(19)
    assert rig.state("binary_sensor.young") == "on"
    rig.clock.advance(1)
    assert rig.state("binary_sensor.young") == "unavailable"


def test_force_update_writes_the_same_state_again() -> None:
    rig = DiscoveryRig()
    sensor = rig.announce("binary_sensor", {"state_topic": "b", "force_update": True})
    changes: list[object] = []
    rig.publish("b", "ON")
    rig.hub.bus.listen("state_changed", changes.append)
    rig.publish("b", "ON")
    assert len(changes) == 1
    assert rig.state(sensor) == "on"


def test_an_update_may_change_or_end_the_expiry() -> None:
    rig = DiscoveryRig()
    config = {"state_topic": "b", "name": "it"}
    sensor = rig.announce("binary_sensor", {**config, "expire_after": 60})
    rig.publish("b", "ON")
    rig.clock.advance(30)
    rig.announce("binary_sensor", {**config, "expire_after": 100})
    rig.clock.advance(99)
    assert rig.state(sensor) == "on"
    rig.clock.advance(1)
    assert rig.state(sensor) == "unavailable"
    rig.announce("binary_sensor", config)
    assert rig.state(sensor) == "on"
    assert rig.clock.pending == 0
