"""The traces that Home Assistant kept of the runs in automation/traces.yaml, compared with Marge's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from automation_house import House, house_with
from compat.test_automations import Tape, fail, play
from compat.trace_mask import masked

from marge.core.services import Service

CASES = json.loads((Path(__file__).parent / "automation" / "traces.json").read_text())


async def answers(house: House) -> dict[str, Any]:
    """What Marge answers to trace/list, trace/get and trace/contexts."""
    traces = house.engine.traces
    listed = [*await traces.summaries("automation"), *await traces.summaries("script")]
    whole = [await traces.json(each["domain"], each["item_id"], each["run_id"]) for each in listed]
    return masked(
        {
            "list": listed,
            "traces": [json.loads(each or b"") for each in whole],
            "contexts": await traces.contexts(),
        }
    )


def without_words(value: Any, key: str = "") -> Any:
    """`value` with what the two projects say in words of their own left out."""
    if isinstance(value, dict):
        return {name: without_words(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [without_words(item) for item in value]
    return "<words>" if key in ("error", "message") and isinstance(value, str) else value


@pytest.mark.parametrize("case", CASES, ids=[case["name"].replace(" ", "_") for case in CASES])
async def test_traces_as_home_assistant_does(case: dict[str, Any]) -> None:
    automations, scripts = json.dumps(case.get("automations", [])), json.dumps(case.get("scripts", {}))
    async with house_with(automations, scripts=scripts) as house:
        house.hub.services.register(Service("test", "fail", fail))
        await play(house, case["steps"], Tape())
        got, expected = await answers(house), case["expected"]
    assert without_words(got["list"]) == without_words(expected["list"])
    for ours, theirs in zip(got["traces"], expected["traces"], strict=True):
        assert list(ours["trace"]) == list(theirs["trace"])
        assert without_words(ours) == without_words(theirs)
    assert got["contexts"] == expected["contexts"]
