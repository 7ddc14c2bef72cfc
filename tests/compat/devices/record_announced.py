"""Records what Home Assistant makes of the triggers that announced_story.py announces; see ../README.md.

python record_announced.py <port of an MQTT broker>, with a Python that has Home Assistant and paho-mqtt.
"""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import tempfile
from pathlib import Path
from typing import Any

from announced_story import STORY

HERE = Path(__file__).parent
PATIENCE = 2.0
"""Seconds: Home Assistant puts off its subscriptions for a while."""


async def tell(hass: Any, entry_id: str) -> list[dict[str, Any]]:
    """Tell the story and note after each step what the device has and who was told what."""
    from homeassistant.components import device_automation, mqtt
    from homeassistant.helpers import device_registry as dr
    from homeassistant.helpers import trigger as trigger_helper

    told: list[Any] = []
    watchers: dict[str, Any] = {}
    recorded = []
    kind = device_automation.DeviceAutomationType.TRIGGER

    def device_id() -> str | None:
        found = dr.async_entries_for_config_entry(dr.async_get(hass), entry_id)
        return found[0].id if found else None

    for step in STORY:
        if "say" in step:
            await mqtt.async_publish(hass, *step["say"])
        elif "leave" in step:
            watchers.pop(step["leave"])()
        else:
            name, type_, subtype = step["watch"]

            async def on_trigger(variables: Any, context: Any = None, name: str = name) -> None:
                trigger = {key: value for key, value in variables["trigger"].items() if key not in ("id", "idx")}
                told.append([name, trigger])

            config = {
                "platform": "device",
                "domain": "mqtt",
                "device_id": device_id(),
                "type": type_,
                "subtype": subtype,
            }
            validated = await trigger_helper.async_validate_trigger_config(hass, [config])
            watchers[name] = await trigger_helper.async_initialize_triggers(
                hass, validated, on_trigger, "test", "test", lambda *args, **more: None
            )
        await asyncio.sleep(PATIENCE)
        await hass.async_block_till_done()
        listed = await device_automation.async_get_device_automations(hass, kind, [device_id()])
        items = [{**item, "device_id": "<device>"} for item in listed[device_id()]]
        recorded.append({"step": step, "listed": items, "told": list(told)})
        told.clear()
    fields = [
        await device_automation._async_get_device_automation_capabilities(hass, kind, item)
        for item in listed[device_id()]
    ]
    return [{"steps": recorded, "capabilities": fields}]


async def main(port: int) -> None:
    from homeassistant import bootstrap, loader
    from homeassistant.config_entries import ConfigEntries, ConfigEntry
    from homeassistant.core import CoreState, HomeAssistant

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "configuration.yaml").touch()
        hass = HomeAssistant(folder)
        hass.config.skip_pip = True
        loader.async_setup(hass)
        hass.config_entries = ConfigEntries(hass, {})
        await bootstrap.async_load_base_functionality(hass)
        hass.config.components.update({"http", "file_upload"})
        hass.set_state(CoreState.running)
        entry = ConfigEntry(
            data={"broker": "127.0.0.1", "port": port},
            discovery_keys={},
            domain="mqtt",
            minor_version=2,
            options={},
            source="user",
            subentries_data=[],
            title="MQTT",
            unique_id=None,
            version=1,
        )
        await hass.config_entries.async_add(entry)
        await hass.async_block_till_done()
        await asyncio.sleep(1)
        recorded = await tell(hass, entry.entry_id)
        (HERE / "announced.json").write_text(json.dumps(recorded, indent=1, ensure_ascii=False) + "\n")
        await hass.async_stop(force=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
