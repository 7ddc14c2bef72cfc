"""What helpers need of the rest of the hub; `app.py` puts it together."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from marge.config.house import HouseConfig
from marge.core.context import Context
from marge.core.events import Remove
from marge.core.hub import Hub
from marge.core.ports import HistoryReader
from marge.entities.index import EntityIndex
from marge.registries import EntityHost, Registries
from marge.templates import TemplateEngine

RunActions = Callable[[Mapping[str, Any], Context | None], Awaitable[None]]
"""Takes the actions with these variables; raises what makes one of them fail."""

OnTrigger = Callable[[Mapping[str, Any], Context | None], None]
"""Called with the variables that templates get, `trigger` among them, and the context that led to it."""

Watch = Callable[[OnTrigger, bool], Remove]
"""Watches triggers until the returned function is called; the flag tells that the hub is starting."""


class Actions(Protocol):
    """Runs the actions of template entities and watches their triggers; implemented on the automations."""

    def compile(self, name: str, sequence: Any) -> RunActions:
        """Read actions as they are written in a file; raises `util.schema.Invalid`. `name` is for the log."""

    def triggers(self, name: str, block: Mapping[str, Any]) -> Watch:
        """Read `triggers`, `conditions`, `variables` and `actions`, as automations have them; raises Invalid,
        and InvalidConfig for a template that does not compile.

        What the actions leave among the variables is given to the templates too.
        """


@dataclass(frozen=True, slots=True)
class House:
    """The parts of the hub that helpers act on; `read` reads the configuration files again and may block."""

    hub: Hub
    registries: Registries
    place: EntityHost
    index: EntityIndex
    templates: TemplateEngine
    read: Callable[[], HouseConfig]
    actions: Actions | None = None
    """Without it the template entities that act or have triggers are left out."""
    history: HistoryReader | None = None
    """What was recorded; without it nothing looks back."""
    moved: Callable[[str, str | None], None] | None = None
    """Told the state of each person, None for one that is gone; the zones count them."""
