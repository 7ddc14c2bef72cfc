"""Records the traces that Home Assistant keeps of the runs in automation/traces.yaml; see README.md.

Run it with a Python that has Home Assistant; it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import yaml
from trace_mask import masked

HERE = Path(__file__).parent / "automation"


async def play(case: dict[str, Any]) -> dict[str, Any]:
    """Play a case to a fresh Home Assistant, and give what it answers to trace/list, trace/get and trace/contexts."""
    from homeassistant import bootstrap, loader
    from homeassistant.components.trace.util import async_get_trace, async_list_contexts, async_list_traces
    from homeassistant.config_entries import ConfigEntries
    from homeassistant.core import CoreState, HomeAssistant, ServiceCall, SupportsResponse
    from homeassistant.exceptions import HomeAssistantError
    from homeassistant.helpers.json import ExtendedJSONEncoder
    from homeassistant.setup import async_setup_component

    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        loader.async_setup(hass)
        hass.config_entries = ConfigEntries(hass, {})
        await bootstrap.async_load_base_functionality(hass)

        async def note(call: ServiceCall) -> dict[str, Any] | None:
            return {"told": dict(call.data)} if call.return_response else None

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
        answers: dict[str, Any] = {"list": [], "traces": []}
        for domain in ("automation", "script"):
            answers["list"] += await async_list_traces(hass, domain, None)
        for short in answers["list"]:
            key = f"{short['domain']}.{short['item_id']}"
            answers["traces"].append(await async_get_trace(hass, key, short["run_id"]))
        answers["contexts"] = await async_list_contexts(hass, None)
        text = json.dumps(answers, cls=ExtendedJSONEncoder)
        await hass.async_stop(force=True)
    return masked(json.loads(text))


async def main() -> None:
    cases = yaml.safe_load((HERE / "traces.yaml").read_text())
    recorded = []
    for case in cases:
        answers = await play(case)
        recorded.append({**case, "expected": answers})
        print(f"{len(answers['traces']):3} {case['name']}")
    (HERE / "traces.json").write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    asyncio.run(main())
