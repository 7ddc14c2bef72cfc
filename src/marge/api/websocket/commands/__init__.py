"""All WebSocket commands, one module per family."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Final

from marge.api.websocket.command import Command
from marge.api.websocket.commands.collections import commands_of
from marge.core.ports import StorageCollection

# Each family is a module with a COMMANDS tuple; all are imported when the first client connects.
FAMILIES: Final = (
    "accounts",
    "areas",
    "auth",
    "automation",
    "blueprint",
    "calendar",
    "categories",
    "config_entries",
    "conversation",
    "core",
    "device_automation",
    "devices",
    "entities",
    "entity_details",
    "floors",
    "history",
    "house",
    "integrations",
    "labels",
    "logs",
    "mqtt",
    "notifications",
    "search",
    "shopping_list",
    "templates",
    "todo",
    "traces",
    "units",
    "webhooks",
)


def commands(collections: Iterable[StorageCollection] = ()) -> Mapping[str, Command]:
    """Every command by name; raises ValueError when two families claim the same name."""
    found = [command for family in FAMILIES for command in import_module(f"{__name__}.{family}").COMMANDS]
    for collection in collections:
        found += commands_of(collection)
    table: dict[str, Command] = {}
    for command in found:
        if command.name in table:
            raise ValueError(f"the command {command.name} is registered twice")
        table[command.name] = command
    return table
