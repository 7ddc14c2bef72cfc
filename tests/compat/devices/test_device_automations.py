"""What Home Assistant lists for devices, and what its device automations do, replayed against Marge."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from automation_house import House, house_with
from device_world import ZONES, entities

from marge.automation.errors import ConditionFailed
from marge.automation.validate import validate_parts
from marge.core.services import Service, ServiceCall

HERE = Path(__file__).parent
SECTIONS = ("trigger", "condition", "action")


@cache
def recorded(name: str) -> Any:
    return json.loads((HERE / f"{name}.json").read_text())


def by_entity(name: str) -> list[str]:
    return sorted({case["entity"] for case in recorded(name)})


class Devices:
    """The devices of device_world.py in a house of Marge's, and the names of their ids."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.ids: dict[str, str] = {}
        entry = house.registries.entries.ensure("test", "Test")
        for each in entities():
            name = each.get("device", each["entity_id"])
            device = house.registries.devices.get_or_create(entry.id, identifiers={("test", name)}, name=name)
            self.ids[f"<device {name}>"] = device.id
            domain, _, object_id = each["entity_id"].partition(".")
            info = {
                key: each[key]
                for key in ("capabilities", "original_device_class", "unit_of_measurement", "entity_category")
                if key in each
            }
            registered = house.registries.entities.get_or_create(
                domain,
                "test",
                object_id,
                suggested_object_id=object_id,
                device_id=device.id,
                hidden_by=each.get("hidden_by"),
                disabled_by=each.get("disabled_by"),
                supported_features=each.get("supported_features", 0),
                **info,
            )
            if "device_class" in each:
                house.registries.entities.update(registered.entity_id, device_class=each["device_class"])
            self.ids[f"<{each['entity_id']}>"] = registered.id
        for entity_id, (state, attributes) in ZONES.items():
            house.hub.states.set(entity_id, state, attributes)
        for each in entities():
            self.reset(each)

    def reset(self, entity: dict[str, Any]) -> None:
        if entity["state"] is not None:
            self.house.hub.states.set(entity["entity_id"], entity["state"], entity["attributes"])

    def meant(self, config: dict[str, Any]) -> dict[str, Any]:
        """A recorded configuration with the ids of this house."""
        return {key: self.ids.get(value, value) if isinstance(value, str) else value for key, value in config.items()}

    def named(self, item: dict[str, Any]) -> dict[str, Any]:
        """An item with the names of its ids."""
        names = {value: key for key, value in self.ids.items()}
        return {key: names.get(value, value) if isinstance(value, str) else value for key, value in item.items()}


@asynccontextmanager
async def devices() -> AsyncIterator[Devices]:
    async with house_with() as house:
        yield Devices(house)


def steps_of(entity_id: str) -> dict[str, Any]:
    return next(each for each in entities() if each["entity_id"] == entity_id)


async def test_devices_have_what_they_have_in_home_assistant() -> None:
    async with devices() as world:
        for name, of_device in recorded("lists").items():
            device_id = world.ids[f"<device {name}>"]
            for section in SECTIONS:
                found = [
                    {
                        "item": world.named(item),
                        "capabilities": world.house.engine.device_capabilities(section, item),
                    }
                    for item in world.house.engine.device_automations(section, device_id)
                ]
                assert sorted(found, key=_key) == sorted(of_device[section], key=_key), (name, section)


def _key(item: dict[str, Any]) -> str:
    return str(sorted((key, str(value)) for key, value in item["item"].items()))


@pytest.mark.parametrize("entity_id", by_entity("triggers"))
async def test_triggers_fire_as_in_home_assistant(entity_id: str) -> None:
    entity = steps_of(entity_id)
    async with devices() as world:
        for case in recorded("triggers"):
            if case["entity"] != entity_id:
                continue
            world.reset(entity)
            fired: list[dict[str, Any]] = []
            remove = world.house.engine.subscribe_trigger(world.meant(case["config"]), _noting(fired))
            for step, expected in zip(entity["steps"], case["fired"], strict=True):
                world.house.hub.states.set(entity_id, step[0], step[1])
                assert fired == expected, (case["config"], step)
                fired.clear()
            remove()


def _noting(fired: list[dict[str, Any]]) -> Callable[[dict[str, Any], Any], None]:
    def on_trigger(variables: dict[str, Any], context: Any = None) -> None:
        trigger = {key: value for key, value in variables["trigger"].items() if key not in ("id", "idx", "alias")}
        for key in ("from_state", "to_state"):
            trigger[key] = None if trigger[key] is None else trigger[key].state
        if "zone" in trigger:
            trigger["zone"] = trigger["zone"].entity_id
        fired.append(trigger)

    return on_trigger


@pytest.mark.parametrize("entity_id", by_entity("conditions"))
async def test_conditions_hold_as_in_home_assistant(entity_id: str) -> None:
    entity = steps_of(entity_id)
    async with devices() as world:
        for case in recorded("conditions"):
            if case["entity"] != entity_id:
                continue
            for step, expected in zip(entity["steps"], case["held"], strict=True):
                world.house.hub.states.set(entity_id, step[0], step[1])
                try:
                    held = world.house.engine.test_condition(world.meant(case["config"]))
                except ConditionFailed:
                    held = None
                assert held == expected, (case["config"], step)


async def test_actions_call_what_they_call_in_home_assistant() -> None:
    async with devices() as world:
        calls: list[dict[str, Any]] = []

        async def note(call: ServiceCall) -> None:
            calls.append({"service": f"{call.domain}.{call.service}", "data": dict(call.service_data)})

        for case in recorded("actions"):
            for call in case["calls"]:
                world.house.hub.services.register(Service(*call["service"].split("."), note, takes_target=True))
        for case in recorded("actions"):
            calls.clear()
            await world.house.engine.execute([world.meant(case["config"])])
            assert calls == case["calls"], case["config"]


@pytest.mark.parametrize("number", range(len(recorded("mistakes"))))
async def test_takes_what_home_assistant_takes(number: int) -> None:
    case = recorded("mistakes")[number]
    section = case["kind"]
    async with devices() as world:
        config = world.meant(case["config"])
        kind = {} if section == "action" else {section: "device"}
        answer = validate_parts({f"{section}s": {**kind, **config}}, world.house.registries)[f"{section}s"]
        assert answer["valid"] is case["valid"], (case, answer)
