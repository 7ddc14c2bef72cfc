"""Water heaters announced over MQTT."""

from __future__ import annotations

from discovery_rig import DiscoveryRig


async def test_modes_and_temperatures() -> None:
    rig = DiscoveryRig()
    heater = rig.announce(
        "water_heater",
        {
            "mode_command_topic": "m/set",
            "mode_state_topic": "m",
            "temperature_command_topic": "t/set",
            "temperature_state_topic": "t",
            "power_command_topic": "p",
            "value_template": "{{ value_json.v }}",
        },
    )
    assert rig.state(heater) == "unknown"
    rig.publish("m", {"v": "eco"})
    rig.publish("t", {"v": 55})
    assert (rig.state(heater), rig.attribute(heater, "temperature")) == ("eco", 55)
    sent = await rig.call("water_heater.set_temperature", heater, temperature=50, operation_mode="gas")
    assert sent == [("m/set", "gas"), ("t/set", "50.0")]
    assert await rig.call("water_heater.turn_off", heater) == [("p", "OFF")]


def test_a_fraction_is_no_beginning() -> None:
    rig = DiscoveryRig()
    assert rig.announce("water_heater", {"mode_command_topic": "m", "initial": "warm"}) == ""
