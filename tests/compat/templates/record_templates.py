"""Records what Home Assistant makes of the templates in template_inputs.py, and the names that its environment has.

Run with a Python that has the package `homeassistant`; writes cases.json, values.json and names.json beside this file.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import json
import os
import pathlib
import sys
import tempfile
import time
from typing import Any

HERE = pathlib.Path(__file__).parent
WORLD = json.loads((HERE / "world.json").read_text())
os.environ["TZ"] = WORLD["time_zone"]
time.tzset()
sys.path.insert(0, str(HERE))

import attr  # noqa: E402
import jinja2  # noqa: E402
from homeassistant import config_entries, loader  # noqa: E402
from homeassistant.core import HomeAssistant  # noqa: E402
from homeassistant.exceptions import TemplateError  # noqa: E402
from homeassistant.helpers import area_registry as ar  # noqa: E402
from homeassistant.helpers import device_registry as dr  # noqa: E402
from homeassistant.helpers import entity as entity_helper  # noqa: E402
from homeassistant.helpers import entity_registry as er  # noqa: E402
from homeassistant.helpers import floor_registry as fr  # noqa: E402
from homeassistant.helpers import issue_registry as ir  # noqa: E402
from homeassistant.helpers import label_registry as lr  # noqa: E402
from homeassistant.helpers import template  # noqa: E402
from homeassistant.util import dt as dt_util  # noqa: E402
from template_inputs import INPUTS, PAYLOADS, VALUE_TEMPLATES  # noqa: E402

NOW = datetime.datetime.fromtimestamp(WORLD["now"], datetime.UTC)


async def build(folder: str) -> HomeAssistant:
    """The house of world.json."""
    hass = HomeAssistant(folder)
    await hass.config.async_set_time_zone(WORLD["time_zone"])
    hass.config.latitude, hass.config.longitude = WORLD["latitude"], WORLD["longitude"]
    hass.config_entries = config_entries.ConfigEntries(hass, {})
    loader.async_setup(hass)
    entity_helper.async_setup(hass)
    for registry in (ar, dr, er, fr, ir, lr):
        if hasattr(registry, "async_setup"):
            registry.async_setup(hass)
        await registry.async_load(hass)
    for entry in WORLD["config_entries"]:
        hass.config_entries._entries[entry["entry_id"]] = config_entries.ConfigEntry(
            entry_id=entry["entry_id"],
            domain=entry["domain"],
            title=entry["title"],
            version=1,
            minor_version=1,
            data={},
            options={},
            source="user",
            unique_id=None,
            discovery_keys={},
            subentries_data=None,
        )
    for floor in WORLD["floors"]:
        fr.async_get(hass).async_create(floor["name"], level=floor["level"], aliases=set(floor.get("aliases", ())))
    for label in WORLD["labels"]:
        lr.async_get(hass).async_create(label["name"])
    for area in WORLD["areas"]:
        ar.async_get(hass).async_create(
            area["name"],
            floor_id=area.get("floor"),
            labels=set(area.get("labels", ())),
            aliases=set(area.get("aliases", ())),
        )
    devices = dr.async_get(hass)
    for device in WORLD["devices"]:
        made = devices.async_get_or_create(
            config_entry_id=device["entry"],
            identifiers={("test", device["id"])},
            name=device["name"],
            manufacturer=device["manufacturer"],
            model=device["model"],
            sw_version=device.get("sw_version"),
        )
        made = devices.async_update_device(
            made.id,
            area_id=device.get("area"),
            name_by_user=device.get("name_by_user"),
            labels=set(device.get("labels", ())),
        )
        del devices.devices[made.id]
        devices.devices[device["id"]] = attr.evolve(made, id=device["id"])
    entities = er.async_get(hass)
    for entity in WORLD["entities"]:
        domain, object_id = entity["entity_id"].split(".")
        entities.async_get_or_create(
            domain,
            entity["platform"],
            entity["entity_id"],
            suggested_object_id=object_id,
            config_entry=hass.config_entries.async_get_entry(entity.get("entry")) if entity.get("entry") else None,
            device_id=entity.get("device"),
        )
        changes: dict[str, Any] = {"labels": set(entity.get("labels", ()))}
        if "area" in entity:
            changes["area_id"] = entity["area"]
        if entity.get("hidden"):
            changes["hidden_by"] = er.RegistryEntryHider.USER
        entities.async_update_entity(entity["entity_id"], **changes)
        if "precision" in entity:
            entities.async_update_entity_options(
                entity["entity_id"], "sensor", {"display_precision": entity["precision"]}
            )
        entity_helper.entity_sources(hass)[entity["entity_id"]] = {"domain": entity["platform"]}
    for state in WORLD["states"]:
        hass.states.async_set_internal(
            state["entity_id"], state["state"], state["attributes"], False, None, None, WORLD["now"]
        )
    return hass


def show(value: Any) -> Any:
    """A JSON form that keeps the types apart."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else {"float": repr(value)}
    if isinstance(value, list):
        return [show(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[show(key), show(item)] for key, item in value.items()]}
    if isinstance(value, set):
        return {"set": sorted(map(repr, value))}
    if isinstance(value, tuple):
        return {"tuple": [show(item) for item in value]}
    return {type(value).__name__: repr(value)}


def record(hass: HomeAssistant, text: str, variables: dict[str, Any]) -> dict[str, Any]:
    """One case."""
    case: dict[str, Any] = {"template": text}
    if variables:
        case["variables"] = variables
    try:
        case["text"] = template.Template(text, hass).async_render(variables, parse_result=False)
        case["result"] = show(template.Template(text, hass).async_render(variables))
    except TemplateError as error:
        case["error"] = str(error)
        return case
    info = template.Template(text, hass).async_render_to_info(variables)
    for name in ("entities", "domains", "domains_lifecycle"):
        if found := getattr(info, name):
            case[name] = sorted(found)
    for name in ("all_states", "all_states_lifecycle", "has_time"):
        if getattr(info, name):
            case[name] = True
    return case


def record_values(hass: HomeAssistant) -> list[list[Any]]:
    """Rows of template, payload, and what it renders to; or null and the kind of error."""
    rows: list[list[Any]] = []
    for text in VALUE_TEMPLATES:
        for payload in PAYLOADS:
            try:
                result = template.Template(text, hass).async_render_with_possible_json_value(payload)
            except Exception as error:
                rows.append([text, payload, None, type(error).__name__])
            else:
                rows.append([text, payload, result])
    return rows


async def main() -> None:
    """Write cases.json, values.json and names.json."""
    dt_util.utcnow = lambda: NOW
    dt_util.now = lambda zone=None: NOW.astimezone(zone or dt_util.DEFAULT_TIME_ZONE)
    with tempfile.TemporaryDirectory() as folder:
        hass = await build(folder)
        cases = []
        for each in INPUTS:
            text, variables = (each, {}) if isinstance(each, str) else each
            cases.append(record(hass, text, variables))
        values = record_values(hass)
        names = {}
        for kind, limited in (("full", False), ("limited", True)):
            environment = template.TemplateEnvironment(hass, limited)
            names[kind] = {
                "globals": sorted(environment.globals),
                "filters": sorted(environment.filters),
                "tests": sorted(environment.tests),
            }
        with contextlib.suppress(Exception):
            await hass.async_stop(force=True)
    lines = ",\n".join(json.dumps(case, ensure_ascii=False) for case in cases)
    (HERE / "cases.json").write_text(f"[\n{lines}\n]\n")
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in values)
    (HERE / "values.json").write_text(f"[\n{lines}\n]\n")
    (HERE / "names.json").write_text(json.dumps(names, indent=1) + "\n")
    print(len(cases), "cases, jinja2", jinja2.__version__)


asyncio.run(main())
