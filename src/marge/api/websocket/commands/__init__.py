"""All WebSocket commands, one module per family."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Final

from marge.api.websocket.command import Command

# Each family is a module with a COMMANDS tuple; all are imported when the first client connects.
FAMILIES: Final = ("areas", "categories", "core", "devices", "entities", "floors", "labels")


@cache
def commands() -> Mapping[str, Command]:
    """Every command by name; raises ValueError when two families claim the same name."""
    table: dict[str, Command] = {}
    for family in FAMILIES:
        for command in import_module(f"{__name__}.{family}").COMMANDS:
            if command.name in table:
                raise ValueError(f"the command {command.name} is registered twice")
            table[command.name] = command
    return table
