"""Logs what is wrong with an entity's values, each kind of mistake once per entity."""

from __future__ import annotations

import logging

from marge.entities.base import Entity

_LOGGER = logging.getLogger("marge.entities")


class ComplainingEntity(Entity):
    """An entity whose source may send values that do not fit; the state is `unknown` then and the log says why."""

    _complaints: frozenset[str] = frozenset()

    def complain(self, problem: str, message: str, *args: object) -> None:
        """Log a warning, unless `problem` was already logged for this entity."""
        if problem not in self._complaints:
            self._complaints |= {problem}
            _LOGGER.warning("%s: " + message, self.entity_id, *args)  # noqa: G003  one prefix for all
