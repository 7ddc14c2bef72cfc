"""What helpers need of the rest of the hub; `app.py` puts it together."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from marge.config.house import HouseConfig
from marge.core.hub import Hub
from marge.entities.index import EntityIndex
from marge.registries import EntityHost, Registries
from marge.templates import TemplateEngine


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the hub that helpers act on; `read` reads the configuration files again and may block."""

    hub: Hub
    registries: Registries
    place: EntityHost
    index: EntityIndex
    templates: TemplateEngine
    read: Callable[[], HouseConfig]
    moved: Callable[[str, str | None], None] | None = None
    """Told the state of each person, None for one that is gone; the zones count them."""
