"""Names, texts, fields and selectors of services: one YAML file per domain, read when the UI first asks.

A file maps a service to `name`, `description`, `fields` and `target` in the form that `get_services` shows.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import Any


@cache
def load(domain: str) -> dict[str, dict[str, Any]]:
    """Read the descriptions of a domain; empty when there is no file for it."""
    import yaml

    file = resources.files(__name__).joinpath(f"{domain}.yaml")
    if not file.is_file():
        return {}
    loaded = yaml.load(file.read_bytes(), yaml.CSafeLoader)
    return loaded if isinstance(loaded, dict) else {}


def describer(domain: str, service: str) -> Callable[[], dict[str, Any]]:
    """A function that gives the description of a service when it is asked for."""
    return lambda: load(domain).get(service, {})
