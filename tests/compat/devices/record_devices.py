"""Records the device automations of Home Assistant for the devices of device_world.py; see ../README.md.

Run it with a Python that has Home Assistant; it needs no network and leaves nothing behind.
"""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from pathlib import Path
from typing import Any

from device_mistakes import MISTAKES
from device_world import ACTION_EXTRAS, CONDITION_EXTRAS, TRIGGER_EXTRAS, ZONES, entities, extras

HERE = Path(__file__).parent
KINDS = ("trigger", "condition", "action")


class House:
    """A Home Assistant with the devices, and the names of their ids."""

    def __init__(self, hass: Any) -> None:
        self.hass = hass
        self.names: dict[str, str] = {}
        self.devices: dict[str, str] = {}

    def build(self) -> None:
        """Register devices and entities, and set their first states."""
        from homeassistant.config_entries import ConfigEntry, ConfigEntryState
        from homeassistant.helpers import device_registry as dr
        from homeassistant.helpers import entity_registry as er

        entry = ConfigEntry(
            data={},
            discovery_keys={},
            domain="sun",
            minor_version=1,
            options={},
            source="user",
            subentries_data=[],
            title="Test",
            unique_id=None,
            version=1,
            state=ConfigEntryState.LOADED,
        )
        self.hass.config_entries._entries[entry.entry_id] = entry
        for each in entities():
            name = each.get("device", each["entity_id"])
            device = dr.async_get(self.hass).async_get_or_create(
                config_entry_id=entry.entry_id, identifiers={("test", name)}, name=name
            )
            self.devices[name] = device.id
            self.names[device.id] = f"<device {name}>"
            domain, _, object_id = each["entity_id"].partition(".")
            registered = er.async_get(self.hass).async_get_or_create(
                domain,
                "test",
                object_id,
                suggested_object_id=object_id,
                config_entry=entry,
                device_id=device.id,
                capabilities=each.get("capabilities"),
                supported_features=each.get("supported_features"),
                original_device_class=each.get("original_device_class"),
                unit_of_measurement=each.get("unit_of_measurement"),
                entity_category=er.EntityCategory(each["entity_category"]) if "entity_category" in each else None,
                hidden_by=er.RegistryEntryHider(each["hidden_by"]) if "hidden_by" in each else None,
                disabled_by=er.RegistryEntryDisabler(each["disabled_by"]) if "disabled_by" in each else None,
            )
            assert registered.entity_id == each["entity_id"], registered.entity_id
            if "device_class" in each:
                er.async_get(self.hass).async_update_entity(each["entity_id"], device_class=each["device_class"])
            self.names[registered.id] = f"<{each['entity_id']}>"
        for entity_id, (state, attributes) in ZONES.items():
            self.hass.states.async_set(entity_id, state, attributes)
        self.reset()

    def reset(self) -> None:
        for each in entities():
            if each["state"] is not None:
                self.hass.states.async_set(each["entity_id"], each["state"], each["attributes"])

    def masked(self, value: Any) -> Any:
        """A value as JSON has it, ids by name."""
        if isinstance(value, dict):
            return {str(key): self.masked(item) for key, item in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.masked(item) for item in value]
        if isinstance(value, str):
            return self.names.get(value, str(value))
        return value if value is None or isinstance(value, (bool, int, float)) else str(value)


def ordered(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Home Assistant takes many types from sets: their order means nothing."""
    return sorted(items, key=lambda item: json.dumps(item, sort_keys=True))


async def record_lists(house: House) -> tuple[dict[str, Any], dict[str, Any]]:
    """For each device and kind its list, and the capabilities of each item; the raw lists too."""
    from homeassistant.components import device_automation

    recorded, raw = {}, {}
    for name, device_id in house.devices.items():
        of_device = {}
        for kind in KINDS:
            which = device_automation.DeviceAutomationType[kind.upper()]
            found = (await device_automation.async_get_device_automations(house.hass, which, [device_id]))[device_id]
            raw[name, kind] = found
            items = []
            for item in found:
                fields = await device_automation._async_get_device_automation_capabilities(house.hass, which, item)
                items.append({"item": house.masked(item), "capabilities": house.masked(fields)})
            of_device[kind] = ordered(items)
        recorded[name] = of_device
    return recorded, raw


async def record_triggers(house: House, raw: dict[str, Any]) -> list[dict[str, Any]]:
    """What each trigger of a device does while its entity goes through its steps."""
    from homeassistant.helpers import trigger as trigger_helper

    recorded = []
    for each in entities():
        name = each["entity_id"]
        for item in ordered(raw[each.get("device", name), "trigger"]):
            if not each["steps"]:
                continue
            for extra in extras(TRIGGER_EXTRAS, item):
                house.reset()
                await house.hass.async_block_till_done()
                config = {**item, **extra}
                fired: list[Any] = []

                async def on_trigger(variables: Any, context: Any = None, fired: list[Any] = fired) -> None:
                    trigger = dict(variables["trigger"])
                    for key in ("from_state", "to_state"):
                        trigger[key] = None if trigger.get(key) is None else trigger[key].state
                    if "zone" in trigger:
                        trigger["zone"] = trigger["zone"].entity_id
                    fired.append({key: value for key, value in trigger.items() if key not in ("id", "idx", "alias")})

                validated = await trigger_helper.async_validate_trigger_config(house.hass, [config])
                remove = await trigger_helper.async_initialize_triggers(
                    house.hass, validated, on_trigger, "test", "test", lambda *args, **more: None
                )
                await house.hass.async_block_till_done()
                happened = []
                for step in each["steps"]:
                    house.hass.states.async_set(name, step[0], step[1])
                    await house.hass.async_block_till_done()
                    happened.append(house.masked(fired))
                    fired.clear()
                if remove is not None:
                    remove()
                recorded.append({"config": house.masked(config), "entity": name, "fired": happened})
    return recorded


async def record_conditions(house: House, raw: dict[str, Any]) -> list[dict[str, Any]]:
    """Whether each condition of a device holds at each step of its entity; null when it cannot be told."""
    from homeassistant.exceptions import ConditionError
    from homeassistant.helpers import condition as condition_helper

    recorded = []
    for each in entities():
        name = each["entity_id"]
        for item in ordered(raw[each.get("device", name), "condition"]):
            for extra in extras(CONDITION_EXTRAS, item):
                house.reset()
                config = {**item, **extra}
                validated = await condition_helper.async_validate_condition_config(house.hass, dict(config))
                check = await condition_helper.async_from_config(house.hass, validated)
                held = []
                for step in each["steps"]:
                    house.hass.states.async_set(name, step[0], step[1])
                    try:
                        held.append(check(house.hass, {}))
                    except ConditionError:
                        held.append(None)
                if each["steps"]:
                    recorded.append({"config": house.masked(config), "entity": name, "held": held})
    return recorded


async def record_actions(house: House, raw: dict[str, Any]) -> list[dict[str, Any]]:
    """The call of a service that each action of a device makes."""
    from homeassistant.components.device_automation import action as device_action
    from homeassistant.core import Context
    from homeassistant.helpers import config_validation as cv

    calls: list[Any] = []

    async def note(call: Any) -> None:
        calls.append({"service": f"{call.domain}.{call.service}", "data": house.masked(dict(call.data))})

    recorded = []
    for each in entities():
        name = each["entity_id"]
        for item in ordered(raw[each.get("device", name), "action"]):
            for extra in extras(ACTION_EXTRAS, item):
                config = {**item, **extra}
                validated = await device_action.async_validate_action_config(
                    house.hass, cv.SCRIPT_SCHEMA([dict(config)])[0]
                )
                for service in ("turn_on", "turn_off", "toggle", *SERVICES.get(item["domain"], ())):
                    house.hass.services.async_register(item["domain"], service, note)
                calls.clear()
                await device_action.async_call_action_from_config(house.hass, validated, {}, Context())
                recorded.append({"config": house.masked(config), "calls": list(calls)})
    return recorded


SERVICES = {
    "alarm_control_panel": [
        *("alarm_arm_away", "alarm_arm_home", "alarm_arm_night", "alarm_arm_vacation", "alarm_disarm"),
        "alarm_trigger",
    ],
    "button": ["press"],
    "climate": ["set_hvac_mode", "set_preset_mode"],
    "cover": [
        *("open_cover", "close_cover", "stop_cover", "open_cover_tilt", "close_cover_tilt", "set_cover_position"),
        "set_cover_tilt_position",
    ],
    "humidifier": ["set_humidity", "set_mode"],
    "lock": ["lock", "unlock", "open"],
    "number": ["set_value"],
    "select": ["select_first", "select_last", "select_next", "select_previous", "select_option"],
    "text": ["set_value"],
    "vacuum": ["start", "return_to_base"],
}


async def record_mistakes(house: House) -> list[dict[str, Any]]:
    """Whether Home Assistant takes each configuration of device_mistakes.py."""
    import voluptuous as vol
    from homeassistant.exceptions import HomeAssistantError
    from homeassistant.helpers import condition as condition_helper
    from homeassistant.helpers import config_validation as cv
    from homeassistant.helpers import script
    from homeassistant.helpers import trigger as trigger_helper

    by_name = {name: key for key, name in house.names.items()}
    recorded = []
    for kind, config in MISTAKES:
        meant = {key: by_name.get(value, value) if isinstance(value, str) else value for key, value in config.items()}
        error = None
        try:
            if kind == "trigger":
                await trigger_helper.async_validate_trigger_config(
                    house.hass, cv.TRIGGER_SCHEMA([{"trigger": "device", **meant}])
                )
            elif kind == "condition":
                whole = cv.CONDITION_SCHEMA({"condition": "device", **meant})
                await condition_helper.async_validate_condition_config(house.hass, whole)
            else:
                await script.async_validate_actions_config(house.hass, cv.SCRIPT_SCHEMA([meant]))
        except (vol.Invalid, HomeAssistantError) as raised:
            error = house.masked(str(raised))
        recorded.append({"kind": kind, "config": config, "valid": error is None, "error": error})
    return recorded


async def main() -> None:
    from homeassistant import bootstrap, loader
    from homeassistant.config_entries import ConfigEntries
    from homeassistant.core import CoreState, HomeAssistant

    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        hass = HomeAssistant(folder)
        hass.config.skip_pip = True
        loader.async_setup(hass)
        hass.config_entries = ConfigEntries(hass, {})
        await bootstrap.async_load_base_functionality(hass)
        hass.set_state(CoreState.running)
        house = House(hass)
        house.build()
        lists, raw = await record_lists(house)
        for name, content in (
            ("lists", lists),
            ("triggers", await record_triggers(house, raw)),
            ("conditions", await record_conditions(house, raw)),
            ("actions", await record_actions(house, raw)),
            ("mistakes", await record_mistakes(house)),
        ):
            text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
            lines = text.replace('},{"config"', '},\n{"config"').replace(',"<', ',\n"<')
            (HERE / f"{name}.json").write_text(lines + "\n")
            print(name, len(content), len(lines))
        await hass.async_stop(force=True)


if __name__ == "__main__":
    asyncio.run(main())
