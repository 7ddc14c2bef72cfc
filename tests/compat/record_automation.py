"""Records what Home Assistant does with the automations of automation/cases.yaml and kinds.yaml; see README.md.

Run it with a Python that has Home Assistant; it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "automation"
FILES = {"cases.yaml": "recorded.json", "kinds.yaml": "kinds.json"}
OWN = ("automation", "script")
QUIET = {
    "service_registered",
    "service_removed",
    "component_loaded",
    "entity_registry_updated",
    "core_config_updated",
    "repairs_issue_registry_updated",
}


class Tape:
    """What happened, in order, with contexts as numbers in the order of their appearance."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.contexts: dict[str, int] = {}

    def label(self, context_id: str | None) -> int | None:
        return None if context_id is None else self.contexts.setdefault(context_id, len(self.contexts))

    def add(self, event_type: str, data: Any, context_id: str, parent_id: str | None) -> None:
        parent = self.label(parent_id)
        self.entries.append({"event": event_type, "data": data, "context": self.label(context_id), "parent": parent})

    def note(self, event_type: str, data: Any) -> None:
        """Something that is no event."""
        self.entries.append({"event": event_type, "data": plain(data)})


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


class Http:
    """Stands for the server, which is not needed here."""

    def register_view(self, view: Any) -> None:
        """Nobody asks."""


async def set_up_kinds(hass: Any, events: list[list[Any]]) -> None:
    """What the cases of kinds.yaml need; `events` are those of calendar.test, in seconds from now."""
    from homeassistant.components.calendar import DATA_COMPONENT, CalendarEntity, CalendarEvent
    from homeassistant.setup import async_setup_component
    from homeassistant.util import dt as dt_util

    hass.http = Http()
    hass.config.components.add("http")
    for component in ("webhook", "persistent_notification", "calendar", "conversation"):
        assert await async_setup_component(hass, component, {})
    now = dt_util.now()

    class Calendar(CalendarEntity):
        _attr_name = "Test"
        event = None

        async def async_get_events(self, hass: Any, start_date: Any, end_date: Any) -> list[Any]:
            found = []
            for summary, start, length in events:
                begin = now + timedelta(seconds=start)
                found.append(CalendarEvent(begin, begin + timedelta(seconds=length), summary))
            return [each for each in found if each.end > start_date and each.start < end_date]

    await hass.data[DATA_COMPONENT].async_add_entities([Calendar()])


async def call_webhook(hass: Any, parts: dict[str, Any]) -> int:
    """Call a webhook and return the status."""
    from homeassistant.components.webhook import async_handle_webhook
    from homeassistant.util.aiohttp import MockRequest

    headers = {"Content-Type": parts["content_type"]} if "content_type" in parts else {}
    request = MockRequest(
        content=parts.get("body", "").encode(),
        headers=headers,
        method=parts["method"],
        query_string=parts.get("query", ""),
        mock_source="test",
    )
    return (await async_handle_webhook(hass, parts["id"], request)).status


async def say(hass: Any, text: str) -> dict[str, Any]:
    """Say a sentence and return the answer."""
    from homeassistant.components.conversation import async_converse
    from homeassistant.core import Context

    result = await async_converse(hass, text, None, Context())
    return result.response.as_dict()


async def play(case: dict[str, Any]) -> list[dict[str, Any]]:
    """Play a case to a fresh Home Assistant."""
    from homeassistant import bootstrap, loader
    from homeassistant.config_entries import ConfigEntries
    from homeassistant.core import CoreState, HomeAssistant, ServiceCall, SupportsResponse, callback
    from homeassistant.exceptions import HomeAssistantError
    from homeassistant.setup import async_setup_component

    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        loader.async_setup(hass)
        hass.config_entries = ConfigEntries(hass, {})
        await bootstrap.async_load_base_functionality(hass)
        tape = Tape()

        async def note(call: ServiceCall) -> dict[str, Any] | None:
            return {"told": plain(call.data)} if call.return_response else None

        async def fail(call: ServiceCall) -> None:
            raise HomeAssistantError("it failed")

        hass.services.async_register("test", "note", note, supports_response=SupportsResponse.OPTIONAL)
        hass.services.async_register("test", "fail", fail)
        assert await async_setup_component(hass, "homeassistant", {})
        assert await async_setup_component(hass, "scene", {})
        if case["file"] == "kinds.yaml":
            await set_up_kinds(hass, case.get("calendar", []))
        assert await async_setup_component(hass, "script", {"script": case.get("scripts", {})})
        assert await async_setup_component(hass, "automation", {"automation": case.get("automations", [])})
        await hass.async_block_till_done()
        hass.set_state(CoreState.running)
        hass.bus.async_fire("homeassistant_started")
        await hass.async_block_till_done()

        @callback
        def on_event(event: Any) -> None:
            if event.event_type in QUIET:
                return
            data = event.data
            if event.event_type == "state_changed":
                state = data["new_state"]
                if state is None or state.domain not in OWN:
                    return
                data = {"entity_id": state.entity_id, "state": state.state, "current": state.attributes.get("current")}
            tape.add(event.event_type, plain(data), event.context.id, event.context.parent_id)

        hass.bus.async_listen("*", on_event)
        for step in case["steps"]:
            for kind, value in step.items():
                if kind == "set":
                    hass.states.async_set(value[0], value[1], value[2] if len(value) > 2 else {})
                elif kind == "fire":
                    hass.bus.async_fire(value[0], value[1])
                elif kind == "call":
                    domain, _, service = value[0].partition(".")
                    await hass.services.async_call(domain, service, value[1], blocking=True)
                elif kind == "stamp":
                    moment = datetime.now(UTC) + timedelta(seconds=value[1])
                    hass.states.async_set(value[0], moment.isoformat(), value[2])
                elif kind == "remove":
                    hass.states.async_remove(value)
                elif kind == "webhook":
                    tape.note("webhook_answered", {"status": await call_webhook(hass, value)})
                elif kind == "say":
                    tape.note("answered", await say(hass, value))
                elif kind == "wait":
                    await asyncio.sleep(value)
            if "wait" not in step:
                # Runs that wait for time do not count as something to wait for here.
                await asyncio.sleep(0.01)
        entries = list(tape.entries)
        await hass.async_stop(force=True)
    return entries


async def main() -> None:
    for source, target in FILES.items():
        if len(sys.argv) > 1 and source not in sys.argv[1:]:
            continue
        recorded = []
        for case in yaml.safe_load((HERE / source).read_text()):
            entries = await play({**case, "file": source})
            recorded.append({**case, "expected": entries})
            print(f"{len(entries):3} {case['name']}")
        (HERE / target).write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
