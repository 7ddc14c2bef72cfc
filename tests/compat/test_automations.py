"""What Home Assistant did with the automations of automation/cases.yaml, replayed against Marge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from automation_house import House, house_with

from marge.core.errors import OperationFailed
from marge.core.events import Event, StateChanged
from marge.core.services import Service, ServiceCall
from marge.util import jsonx

CASES = json.loads((Path(__file__).parent / "automation" / "recorded.json").read_text())
QUIET = {"service_registered", "service_removed", "component_loaded", "entity_registry_updated"}


class Tape:
    """What happened, in the form of the recording."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.contexts: dict[str, int] = {}

    def label(self, context_id: str | None) -> int | None:
        return None if context_id is None else self.contexts.setdefault(context_id, len(self.contexts))

    def note(self, event: Event) -> None:
        data = event.data
        if event.event_type in QUIET:
            return
        if isinstance(data, StateChanged):
            state = data.new_state
            if state is None or state.domain not in ("automation", "script"):
                return
            data = {"entity_id": state.entity_id, "state": state.state, "current": state.attributes.get("current")}
        parent = self.label(event.context.parent_id)
        self.entries.append(
            {
                "event": event.event_type,
                "data": json.loads(jsonx.dumps(data)),
                "context": self.label(event.context.id),
                "parent": parent,
            }
        )


async def fail(call: ServiceCall) -> None:
    raise OperationFailed("it failed")


async def play(house: House, steps: list[dict[str, Any]]) -> None:
    for step in steps:
        for kind, value in step.items():
            if kind == "set":
                house.hub.states.set(value[0], value[1], value[2] if len(value) > 2 else {})
            elif kind == "fire":
                house.hub.bus.fire(value[0], value[1])
            elif kind == "call":
                domain, _, service = value[0].partition(".")
                await house.hub.services.call(domain, service, value[1])
            elif kind == "wait":
                await house.advance(value)
        await house.settle()


@pytest.mark.parametrize("case", CASES, ids=[case["name"].replace(" ", "_") for case in CASES])
async def test_does_what_home_assistant_did(case: dict[str, Any]) -> None:
    automations, scripts = json.dumps(case.get("automations", [])), json.dumps(case.get("scripts", {}))
    async with house_with(automations, scripts=scripts) as house:
        house.hub.services.register(Service("test", "fail", fail))
        tape = Tape()
        house.hub.bus.listen_all(tape.note)
        await play(house, case["steps"])
        assert tape.entries == case["expected"]
