"""Valves announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig


async def test_a_valve_with_positions() -> None:
    rig = DiscoveryRig()
    valve = rig.announce("valve", {"command_topic": "c", "state_topic": "s", "reports_position": True})
    rig.publish("s", {"position": 40, "state": "opening"})
    assert (rig.state(valve), rig.attribute(valve, "current_position")) == ("opening", 40)
    rig.publish("s", "100")
    assert rig.state(valve) == "open"
    assert await rig.call("valve.close_valve", valve) == [("c", "0")]
    assert await rig.call("valve.set_valve_position", valve, position=33) == [("c", "33")]


@pytest.mark.parametrize("payload", ["ajar", '{"position": 3}', '{"state": "ajar"}'])
def test_what_is_no_state_is_logged(payload: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    valve = rig.announce("valve", {"command_topic": "c", "state_topic": "s"})
    rig.publish("s", payload)
    assert rig.state(valve) == "unknown"
    assert valve in caplog.text


@pytest.mark.parametrize(
    "keys",
    [
        {"reports_position": True, "payload_open": "OPEN"},
        {"reports_position": True, "state_closed": "closed"},
        {"position_open": 0, "position_closed": 0},
    ],
)
def test_keys_that_do_not_go_together(keys: dict[str, Any]) -> None:
    assert DiscoveryRig().announce("valve", {"command_topic": "c", **keys}) == ""


def test_a_payload_of_null_takes_the_ability_away() -> None:
    rig = DiscoveryRig()
    valve = rig.announce("valve", {"command_topic": "c", "payload_open": None, "payload_stop": "STOP"})
    assert rig.attribute(valve, "supported_features") == 2 + 8
