"""Builds the house of world.json for Marge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from marge.templates import TemplateEngine
from marge.testing import FakeClock, make_hub
from marge.testing.memory_lookup import (
    MemoryArea,
    MemoryConfigEntry,
    MemoryDevice,
    MemoryEntity,
    MemoryFloor,
    MemoryLabel,
    MemoryLookup,
)
from marge.util.slug import slugify

HERE = Path(__file__).parent


def load(name: str) -> Any:
    """A data file beside this module."""
    return json.loads((HERE / name).read_text(encoding="utf-8"))


def build() -> TemplateEngine:
    """The same house as Home Assistant had when the cases were recorded."""
    world = load("world.json")
    hub = make_hub(
        clock=FakeClock(world["now"]),
        time_zone=world["time_zone"],
        latitude=world["latitude"],
        longitude=world["longitude"],
    )
    lookup = MemoryLookup()
    for entry in world["config_entries"]:
        lookup.add(MemoryConfigEntry(**entry))
    for floor in world["floors"]:
        lookup.add(MemoryFloor(slugify(floor["name"]), floor["name"]))
    for label in world["labels"]:
        lookup.add(MemoryLabel(slugify(label["name"]), label["name"]))
    for area in world["areas"]:
        lookup.add(
            MemoryArea(
                slugify(area["name"]),
                area["name"],
                area.get("floor"),
                tuple(area.get("labels", ())),
            )
        )
    for device in world["devices"]:
        lookup.add(
            MemoryDevice(
                device["id"],
                device["name"],
                device.get("name_by_user"),
                device.get("area"),
                tuple(device.get("labels", ())),
                device["manufacturer"],
                device["model"],
                device.get("sw_version"),
            )
        )
    for entity in world["entities"]:
        lookup.add(
            MemoryEntity(
                entity["entity_id"],
                entity["platform"],
                entity.get("area"),
                entity.get("device"),
                entity.get("entry"),
                hidden=entity.get("hidden", False),
                labels=tuple(entity.get("labels", ())),
                display_precision=entity.get("precision"),
            )
        )
    for state in world["states"]:
        hub.states.set(state["entity_id"], state["state"], state["attributes"])
    return TemplateEngine(hub, lookup)
