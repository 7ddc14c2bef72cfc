"""Records what Home Assistant does with the automations of automation/cases.yaml; see README.md.

Run it with a Python that has Home Assistant; it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "automation"
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


def plain(value: Any) -> Any:
    """A value as JSON has it."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    return value if value is None or isinstance(value, (bool, int, float, str)) else str(value)


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
                elif kind == "wait":
                    await asyncio.sleep(value)
            if "wait" not in step:
                # Runs that wait for time do not count as something to wait for here.
                await asyncio.sleep(0.01)
        entries = list(tape.entries)
        await hass.async_stop(force=True)
    return entries


async def main() -> None:
    cases = yaml.safe_load((HERE / "cases.yaml").read_text())
    recorded = []
    for case in cases:
        entries = await play(case)
        recorded.append({**case, "expected": entries})
        print(f"{len(entries):3} {case['name']}")
    (HERE / "recorded.json").write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
