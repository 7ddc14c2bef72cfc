"""What the user may set in `recorder:` (YAML) and `[recorder]` (TOML); the names are Home Assistant's."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from marge.recorder.filters import EntityFilter, Excluded, Matcher
from marge.util.schema import Flag, convert

_LOGGER = logging.getLogger("marge.recorder")

MAX_BACKLOG: Final = 200_000
"""Events kept in memory while the disk refuses or cannot keep up; about 100 MB. Past it the oldest are dropped."""


_WITHOUT_EFFECT: Final = ("db_integrity_check", "db_max_retries", "db_retry_wait", "purge_interval")
"""What Home Assistant's configurations may hold and nothing here needs: retrying never ends, purging is nightly."""


class RecorderOptions(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """The recorder's section. `commit_interval` is in seconds, `purge_keep_days` in days."""

    db_url: str | None = None
    auto_purge: Flag = True
    auto_repack: Flag = True
    purge_keep_days: Annotated[int, msgspec.Meta(ge=1)] = 10
    commit_interval: Annotated[float, msgspec.Meta(ge=0)] = 1.0
    include: Matcher = Matcher()
    exclude: Excluded = Excluded()

    def entity_filter(self) -> EntityFilter:
        """Which entities are recorded."""
        return EntityFilter(self.include, self.exclude)

    def excluded_events(self) -> frozenset[str]:
        """Event types that are not recorded; `state_changed` cannot be one of them."""
        excluded = frozenset(self.exclude.event_types)
        if "state_changed" in excluded:
            _LOGGER.warning(
                "recorder: exclude: event_types: state_changed is ignored; exclude domains or entities instead"
            )
        return excluded - {"state_changed"}


def read_options(section: Mapping[str, Any] | None) -> RecorderOptions:
    """Read the section, which may be empty (None); raises `util.schema.Invalid`.

    Keys of Home Assistant's that have no effect here are accepted and named in the log.
    """
    given = dict(section or {})
    for key in _WITHOUT_EFFECT:
        if given.pop(key, None) is not None:
            _LOGGER.info("recorder: %s has no effect in Marge and can be removed", key)
    for key in ("include", "exclude"):
        if given.get(key, ...) is None:
            del given[key]
    return convert(given, RecorderOptions, name="recorder")
