"""What Home Assistant 2025.4.4 did with the same configuration and the same calls, step by step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from helper_house import HelperHouse

from marge.core.errors import MargeError
from marge.util import jsonx
from marge.util.schema import Invalid

RECORDED = json.loads(Path(__file__).with_name("behaviour.json").read_text(encoding="utf-8"))
KINDS = (
    *("input_boolean", "input_button", "input_datetime", "input_number", "input_select", "input_text", "counter"),
    *("timer", "zone", "person", "group", "sensor", "binary_sensor", "schedule"),
)
CLOCK = {"finishes_at", "remaining"}
"""Attributes that depend on when it was recorded."""

ERRORS: dict[str, type[Exception] | tuple[type[Exception], ...]] = {
    "MultipleInvalid": Invalid,
    "Invalid": Invalid,
    "HomeAssistantError": MargeError,
    "ValueError": MargeError,
}


def snapshot(house: HelperHouse) -> dict[str, Any]:
    return {
        state.entity_id: {"state": state.state, "attributes": jsonx.loads(jsonx.dumps(state.attributes))}
        for state in house.hub.states.all()
        if state.domain in KINDS and not state.entity_id.startswith("sensor.sun")
    }


def plain(states: dict[str, Any]) -> dict[str, Any]:
    """Without what depends on the day of the recording."""
    result: dict[str, Any] = {}
    for entity_id, state in states.items():
        attributes = {key: value for key, value in state["attributes"].items() if key not in CLOCK}
        if attributes.get("has_date") and not attributes["has_time"]:
            # Home Assistant counts from midnight in the time zone of the machine instead of the house.
            del attributes["timestamp"]
        if "auto" in attributes:
            # The order of members that were added comes from a set there.
            attributes["entity_id"] = sorted(attributes["entity_id"])
        result[entity_id] = {"state": state["state"], "attributes": attributes}
    return result


async def test_each_step_changes_what_it_changes_in_home_assistant(tmp_path: Path) -> None:
    house = HelperHouse(
        tmp_path,
        "\n".join(RECORDED["configuration"]),
        latitude=52.37,
        longitude=4.9,
        elevation=3,
        time_zone="Europe/Amsterdam",
    )
    await house.helpers.settle()
    before = snapshot(house)
    today = {"input_datetime.both", "schedule.never"}
    initial = {key: value for key, value in plain(before).items() if key not in today}
    assert initial == {key: value for key, value in plain(RECORDED["initial"]).items() if key not in today}
    for number, step in enumerate(RECORDED["steps"]):
        where = f"step {number}: {step}"
        if "state" in step:
            house.clock.advance(1)
            house.hub.states.set(step["state"], step["to"], step["attributes"])
        elif "error" in step:
            with pytest.raises(ERRORS[step["error"][0]]):
                await house.call(step["call"], **step["data"])
        else:
            await house.call(step["call"], **step["data"])
        after = snapshot(house)
        if "all" in step.get("data", {}):
            # Home Assistant does not look at the members again until one of them changes.
            assert after["group.new"]["state"] == "off"
            before = after
            continue
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        assert plain(changed) == plain(step["changed"]), where
        assert [key for key in before if key not in after] == step["gone"], where
        before = after
    house.stop()
