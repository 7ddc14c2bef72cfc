"""Which entities and events are recorded: include and exclude with Home Assistant's order of precedence.

https://www.home-assistant.io/integrations/recorder/#configure-filter
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable

import msgspec

from marge.util.schema import EntityIds, Strings


class Matcher(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Entities by domain, by pattern (`*`, `?`, `[…]`), or one by one."""

    domains: Strings = []
    entity_globs: Strings = []
    entities: EntityIds = []


class Excluded(Matcher, forbid_unknown_fields=True, frozen=True):
    """What is left out: entities, and events by type."""

    event_types: Strings = []


class EntityFilter:
    """Says whether an entity is wanted. An entity named beats a pattern, a pattern beats a domain."""

    def __init__(self, include: Matcher | None = None, exclude: Matcher | None = None) -> None:
        include, exclude = include or Matcher(), exclude or Matcher()
        self._in_entities, self._in_domains = frozenset(include.entities), frozenset(include.domains)
        self._out_entities, self._out_domains = frozenset(exclude.entities), frozenset(exclude.domains)
        self._in_globs, self._out_globs = _pattern(include.entity_globs), _pattern(exclude.entity_globs)
        self._includes = bool(self._in_entities or self._in_domains or self._in_globs)
        self._excludes = bool(self._out_entities or self._out_domains or self._out_globs)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self._includes or self._excludes)

    def __call__(self, entity_id: str) -> bool:
        """Whether the entity is wanted."""
        if not self._excludes:
            return not self._includes or self._included(entity_id)
        if not self._includes:
            return not self._excluded(entity_id)
        if entity_id in self._in_entities:
            return True
        if entity_id in self._out_entities:
            return False
        domain = entity_id.partition(".")[0]
        excluded_by_glob = self._out_globs is not None and self._out_globs.match(entity_id) is not None
        if self._in_domains or self._in_globs:
            if self._in_globs is not None and self._in_globs.match(entity_id):
                return True
            return not excluded_by_glob and domain in self._in_domains
        if self._out_domains or self._out_globs:
            return not excluded_by_glob and domain not in self._out_domains
        return False

    def _included(self, entity_id: str) -> bool:
        return (
            entity_id in self._in_entities
            or entity_id.partition(".")[0] in self._in_domains
            or (self._in_globs is not None and self._in_globs.match(entity_id) is not None)
        )

    def _excluded(self, entity_id: str) -> bool:
        return (
            entity_id in self._out_entities
            or entity_id.partition(".")[0] in self._out_domains
            or (self._out_globs is not None and self._out_globs.match(entity_id) is not None)
        )

    def wants_event(self, entity_ids: object) -> bool:
        """Whether an event is wanted whose data names `entity_ids` (None, one, or a list of which one is enough)."""
        if not entity_ids or self.everything:
            return True
        if isinstance(entity_ids, str):
            return self(entity_ids)
        if isinstance(entity_ids, list):
            return any(isinstance(entity_id, str) and self(entity_id) for entity_id in entity_ids)
        return True


def _pattern(globs: Iterable[str]) -> re.Pattern[str] | None:
    translated = [fnmatch.translate(glob) for glob in globs]
    return re.compile("|".join(translated)) if translated else None
