"""What Home Assistant did with the automations of automation/cases.yaml and kinds.yaml, replayed against Marge."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from automation_house import House, house_with

from marge.api.webhook_request import webhook_request
from marge.automation.conversation.agent import Process
from marge.core.context import Context
from marge.core.errors import OperationFailed
from marge.core.events import Event, StateChanged
from marge.core.services import Service, ServiceCall
from marge.entities.calendar import CalendarEntity
from marge.entities.calendar_event import CalendarEvent
from marge.util import jsonx
from marge.util.dt import from_timestamp

FOLDER = Path(__file__).parent / "automation"
CASES = [case for name in ("recorded.json", "kinds.json") for case in json.loads((FOLDER / name).read_text())]
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


class RecordedCalendar(CalendarEntity):
    """The calendar of the recording: events in seconds from the start."""

    platform = "test"

    def __init__(self, now: float, events: list[tuple[str, float, float]]) -> None:
        self.entity_id = "calendar.test"
        self.events = [
            CalendarEvent(from_timestamp(now + start), from_timestamp(now + start + length), summary)
            for summary, start, length in events
        ]

    async def do_get_events(self, start: datetime, end: datetime) -> list[CalendarEvent]:
        """See `CalendarEntity.do_get_events`."""
        return [each for each in self.events if each.local(UTC)[1] > start and each.local(UTC)[0] < end]


async def call_webhook(house: House, parts: dict[str, Any]) -> dict[str, Any]:
    headers = {"content-type": parts["content_type"]} if "content_type" in parts else {}
    body = parts.get("body", "").encode()
    request = webhook_request(parts["method"], headers, parts.get("query", ""), body, local=True, source="test")
    return {"status": (await house.hub.webhooks.handle(parts["id"], request)).status}


async def say(house: House, text: str) -> Any:
    saying = house.hub.tasks.create(house.engine.conversation.process(Process(text), Context("said")), "say")
    await house.settle()
    return saying.result()["response"]


async def fail(call: ServiceCall) -> None:
    raise OperationFailed("it failed")


async def play(house: House, steps: list[dict[str, Any]], tape: Tape) -> None:
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
            elif kind == "stamp":
                moment = from_timestamp(house.clock.now() + value[1])
                house.hub.states.set(value[0], moment.isoformat(), value[2])
            elif kind == "remove":
                house.hub.states.remove(value)
            elif kind == "webhook":
                tape.entries.append({"event": "webhook_answered", "data": await call_webhook(house, value)})
            elif kind == "say":
                answer = await say(house, value)
                tape.entries.append({"event": "answered", "data": answer})
        await house.settle()


def what_happened(entries: list[dict[str, Any]]) -> list[str]:
    """The events without their order and contexts; how many runs there are at a moment depends on the order."""
    return sorted(json.dumps([each["event"], each["data"]]) for each in entries if each["event"] != "state_changed")


@pytest.mark.parametrize("case", CASES, ids=[case["name"].replace(" ", "_") for case in CASES])
async def test_does_what_home_assistant_did(case: dict[str, Any]) -> None:
    automations, scripts = json.dumps(case.get("automations", [])), json.dumps(case.get("scripts", {}))
    async with house_with(automations, scripts=scripts, start=False) as house:
        house.notifications.start()
        house.hub.services.register(Service("test", "fail", fail))
        if "calendar" in case:
            house.place.add(RecordedCalendar(house.clock.now(), case["calendar"]))
        house.start()
        await asyncio.sleep(0)
        tape = Tape()
        house.hub.bus.listen_all(tape.note)
        await play(house, case["steps"], tape)
        if case.get("any_order"):
            assert what_happened(tape.entries) == what_happened(case["expected"])
        else:
            assert tape.entries == case["expected"]
