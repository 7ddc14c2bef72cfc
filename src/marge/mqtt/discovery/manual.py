"""The entities that `configuration.yaml` lists under `mqtt:`, and what changes when it is read again."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from marge.automation.matching import match
from marge.core.errors import MargeError
from marge.mqtt.discovery.component import Item
from marge.mqtt.discovery.manager import Discovery
from marge.mqtt.discovery.validate import located, named
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.mqtt")


class ManualEntities:
    """Holds what `load` made of the list, to tell what a later list changes."""

    def __init__(self, discovery: Discovery) -> None:
        self._discovery = discovery
        self._present: list[tuple[str, dict[str, Any], Item]] = []

    def __len__(self) -> int:
        return len(self._present)

    def load(self, items: Iterable[Any]) -> None:
        """Take over the list: what stands in it unchanged is not touched, what has gone stays in the registry.

        Whose configuration changed but not its `unique_id` is changed in place. A mistake is logged: what is new is
        left out, what was there stays as it was.
        """
        wanted = [
            (component, config)
            for item in items
            if isinstance(item, dict)
            for component, configs in item.items()
            for config in (configs if isinstance(configs, list) else [configs])
        ]
        kept, new = match([(component, config) for component, config, _ in self._present], wanted)
        present = [entry for place, entry in enumerate(self._present) if place in kept]
        gone = [entry for place, entry in enumerate(self._present) if place not in kept]
        changed: list[tuple[tuple[str, dict[str, Any], Item], dict[str, Any]]] = []
        fresh: list[tuple[str, Any]] = []
        for component, config in (wanted[place] for place in new):
            known = _same_thing(gone, component, config)
            if known is None:
                fresh.append((component, config))
            else:
                gone.remove(known)
                changed.append((known, config))
        for _, _, item in gone:
            item.remove(forget=False)
        for known, config in changed:
            component, _, item = known
            try:
                self._discovery.update_manual(item, component, config)
            except (Invalid, MargeError) as error:
                _LOGGER.warning("%s stays as it was: %s", named(component, config), located(error, config))
                present.append(known)
            else:
                present.append((component, config, item))
        for component, config in fresh:
            try:
                present.append((component, config, self._discovery.add_manual(component, config)))
            except (Invalid, MargeError) as error:
                _LOGGER.warning("%s is left out: %s", named(component, config), located(error, config))
        self._present = present


def _same_thing(
    among: list[tuple[str, dict[str, Any], Item]], component: str, config: Any
) -> tuple[str, dict[str, Any], Item] | None:
    """Which of the entries has the component and `unique_id` of `config`."""
    unique_id = config.get("unique_id") if isinstance(config, dict) else None
    if unique_id is None:
        return None
    return next((entry for entry in among if entry[0] == component and entry[1].get("unique_id") == unique_id), None)
