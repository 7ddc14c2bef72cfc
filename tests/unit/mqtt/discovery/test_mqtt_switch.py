"""Switches announced over MQTT."""

from __future__ import annotations

from discovery_rig import DiscoveryRig

SWITCH = {"command_topic": "plug/set", "state_topic": "plug"}


async def test_a_switch_follows_its_state_topic_and_sends_commands() -> None:
    rig = DiscoveryRig()
    plug = rig.announce("switch", SWITCH, device_class="outlet")
    assert plug == "switch.it"
    assert rig.state(plug) == "unknown"
    assert rig.attributes(plug) == {"device_class": "outlet", "friendly_name": "it"}
    rig.publish("plug", "ON")
    assert rig.state(plug) == "on"
    assert await rig.call("switch.turn_off", plug) == [("plug/set", "OFF")]
    assert rig.state(plug) == "on"
    rig.publish("plug", "OFF")
    assert rig.state(plug) == "off"
    rig.publish("plug", "nonsense")
    assert rig.state(plug) == "off"
    rig.publish("plug", "None")
    assert rig.state(plug) == "unknown"
    assert await rig.call("switch.toggle", plug) == [("plug/set", "ON")]


async def test_payloads_states_and_templates_of_a_switch() -> None:
    rig = DiscoveryRig()
    plug = rig.announce(
        "switch",
        SWITCH,
        payload_on="1",
        payload_off="0",
        state_on="up",
        state_off="down",
        value_template="{{ value_json.is }}",
        command_template='{"to": "{{ value }}", "of": "{{ entity_id }}"}',
        qos=1,
        retain=True,
    )
    rig.publish("plug", {"is": "up"})
    assert rig.state(plug) == "on"
    rig.publish("plug", {"is": "1"})
    assert rig.state(plug) == "on"
    rig.publish("plug", {"is": "down"})
    assert rig.state(plug) == "off"
    rig.flags.clear()
    assert await rig.call("switch.turn_on", plug) == [("plug/set", '{"to": "1", "of": "switch.it"}')]
    assert rig.flags == [(1, True)]


async def test_a_switch_without_a_state_topic_is_what_it_was_told() -> None:
    rig = DiscoveryRig()
    plug = rig.announce("switch", {"command_topic": "plug/set"})
    assert rig.attribute(plug, "assumed_state") is True
    assert rig.state(plug) == "unknown"
    await rig.call("switch.turn_on", plug)
    assert rig.state(plug) == "on"
    other = rig.announce("switch", SWITCH, "other", optimistic=True)
    await rig.call("switch.turn_off", other)
    assert rig.state(other) == "off"
