"""Automations, scripts and scenes.

A change travels: a trigger of `triggers/` fires → `automation.py` checks the conditions of `conditions/` → `script.py`
starts or refuses a run by its mode (`modes.py`) → `run.py` takes the actions of `actions/` one after the other.

Needs a `House` (hub, templates, registries, MQTT). Offers `Engine`, which loads everything from the configuration.
"""

from __future__ import annotations

from marge.automation.engine import Engine
from marge.automation.ports import House

__all__ = ["Engine", "House"]
