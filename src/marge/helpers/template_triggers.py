"""Template entities with triggers: rendered whenever one of them fires, and at no other time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marge.config.nodes import NodeDict
from marge.core.context import Context
from marge.core.events import HOMEASSISTANT_STARTED, Event, Remove
from marge.core.lifecycle import RunState
from marge.helpers.ports import House
from marge.helpers.template_entity import TemplateEntity
from marge.util.schema import Invalid


class TriggeredEntities:
    """The entities of one block of triggers; raises Invalid for a mistake in the block."""

    def __init__(self, house: House, block: NodeDict) -> None:
        if house.actions is None:
            raise Invalid("triggers cannot be watched without automations")
        self._hub = house.hub
        self._watch = house.actions.triggers(f"Template entities at {block.file}:{block.line}", block)
        self._remove: Remove | None = None
        self.entities: list[TemplateEntity] = []

    def start(self) -> None:
        """Watch the triggers as soon as the hub runs."""
        if self._hub.lifecycle.state is RunState.RUNNING:
            self._remove = self._watch(self._triggered, False)
        else:
            self._remove = self._hub.bus.listen_once(HOMEASSISTANT_STARTED, self._hub_started)

    def stop(self) -> None:
        """Watch nothing any more."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def _hub_started(self, event: Event) -> None:
        self._remove = self._watch(self._triggered, True)

    def _triggered(self, variables: Mapping[str, Any], context: Context | None) -> None:
        for entity in self.entities:
            entity.update(variables, context)
