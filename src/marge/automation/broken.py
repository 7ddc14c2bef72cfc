"""Entities of what cannot be loaded: they say so, and keep what the user interface edits."""

from __future__ import annotations

from typing import Any

from marge.config.blueprints.instance import inputs_of
from marge.entities import Entity


class BrokenAutomation(Entity):
    """Stands for an automation that cannot be loaded: unavailable, until its configuration is right."""

    domain = "automation"
    platform = "automation"
    available = False

    def __init__(self, unique_id: str | None, name: str, raw: Any) -> None:
        self.unique_id = unique_id
        self.name = name
        self.raw_config = raw
        self.blueprint_inputs = inputs_of(raw)

    @property
    def state(self) -> str | None:
        """Never shown."""
        return None

    def capabilities(self) -> dict[str, Any] | None:
        """The id under which the user interface edits it."""
        return None if self.unique_id is None else {"id": self.unique_id}


class BrokenScript(Entity):
    """Stands for a script that cannot be loaded: unavailable, until its configuration is right."""

    domain = "script"
    platform = "script"
    available = False

    def __init__(self, key: str, raw: Any) -> None:
        self.key = key
        self.unique_id = key
        self.suggested_object_id = key
        alias = raw.get("alias") if isinstance(raw, dict) else None
        self.name = str(alias) if alias else key
        self.raw_config = raw
        self.blueprint_inputs = inputs_of(raw)

    @property
    def state(self) -> str | None:
        """Never shown."""
        return None
