"""Free entity ids for names, as Home Assistant makes them."""

from __future__ import annotations

from collections.abc import Container
from typing import Final

from marge.util.slug import slugify

MAX_LENGTH: Final = 255


class EntityIds:
    """Makes `domain.slug`, `domain.slug_2`, … that is neither registered nor in use."""

    def __init__(self, registered: Container[str], in_use: Container[str]) -> None:
        self._registered = registered
        self._in_use = in_use
        # Slug → the number up to which every id is registered, so that a thousand equal names are not counted through
        # a thousand times. Forgotten when an id becomes free.
        self._taken_up_to: dict[str, int] = {}

    def freed(self) -> None:
        """Say that a registered id is free again."""
        if self._taken_up_to:
            self._taken_up_to.clear()

    def is_free(self, entity_id: str, known: Container[str]) -> bool:
        """Whether nothing has this id: no entry, no state, nothing in `known`."""
        return entity_id not in self._registered and entity_id not in known and entity_id not in self._in_use

    def generate(self, domain: str, name: str, known: Container[str]) -> str:
        """The first free id for `name`."""
        wanted = f"{domain}.{slugify(name) or 'unnamed_device'}"[:MAX_LENGTH].rstrip("_")
        number = self._taken_up_to.get(wanted, 0) + 1
        registered_so_far = True
        while True:
            entity_id = wanted
            if number > 1:
                suffix = f"_{number}"
                entity_id = wanted[: MAX_LENGTH - len(suffix)] + suffix
            if entity_id in self._registered:
                if registered_so_far:
                    self._taken_up_to[wanted] = number
            elif entity_id in known or entity_id in self._in_use:
                registered_so_far = False
            else:
                return entity_id
            number += 1
