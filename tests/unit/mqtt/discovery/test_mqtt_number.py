"""Numbers announced over MQTT."""

from __future__ import annotations

from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.core.state import State


async def test_whole_numbers_are_sent_as_such() -> None:
    rig = DiscoveryRig()
    number = rig.announce("number", {"command_topic": "n", "step": 0.1})
    assert await rig.call("number.set_value", number, value=12) == [("n", "12")]
    assert rig.state(number) == "12"
    assert await rig.call("number.set_value", number, value=12.5) == [("n", "12.5")]


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ({"min": 5, "max": 4}, "below"),
        ({"step": 0}, "at least 0.001"),
        ({"max": "inf"}, "finite"),
        ({"mode": "wheel"}, "mode"),
    ],
)
def test_keys_that_leave_no_room(keys: dict[str, Any], line: str, caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    assert rig.announce("number", {"command_topic": "n", **keys}) == ""
    assert line in caplog.text


@pytest.mark.parametrize("payload", ["nan", "inf", "1e400", "9" * 5000, "½"])
def test_odd_numbers_are_passed_over(payload: str) -> None:
    rig = DiscoveryRig()
    number = rig.announce("number", {"command_topic": "n", "state_topic": "s"})
    rig.publish("s", "5")
    rig.publish("s", payload)
    assert rig.state(number) == "5"


def test_the_value_of_the_last_run_is_taken_over_in_the_same_unit_only() -> None:
    rig = DiscoveryRig()
    for object_id, unit in (("same", "W"), ("other", "kW")):
        entity_id = f"number.{object_id}"
        last = State(entity_id, "7", {"unit_of_measurement": unit}, 0, 0, 0, rig.hub.new_context())
        rig.last.states[entity_id] = last
        rig.announce("number", {"command_topic": "n", "unit_of_measurement": "W"}, object_id)
    assert rig.state("number.same") == "7"
    entity = rig.index.get("number.other")
    assert entity is not None and entity.state is None
