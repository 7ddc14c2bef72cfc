"""The lists of entities under `recorder:` `include` and `exclude`: a wrong entry costs that entry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from marge.config.section import Report
from marge.util.schema import is_entity_id

_FILTERS: Final = ("include", "exclude")
_KEY: Final = "entities"


def sift(section: Mapping[str, Any], where: str, report: Report) -> None:
    """Take what is no entity id out of the lists of `section`, each entry reported with its path in `section`."""
    for name in _FILTERS:
        block = section.get(name)
        if not isinstance(block, dict) or _KEY not in block:
            continue
        value = block[_KEY]
        entries: list[tuple[tuple[str | int, ...], Any]]
        if isinstance(value, str):
            entries = [((name, _KEY), part.strip()) for part in value.split(",") if part.strip()]
        elif isinstance(value, list):
            entries = [((name, _KEY, index), entry) for index, entry in enumerate(value)]
        elif value is None:
            entries = []
        else:
            continue  # the schema says what is expected instead
        kept = []
        for path, entry in entries:
            if isinstance(entry, str) and is_entity_id(entry.strip().lower()):
                kept.append(entry)
            else:
                report(
                    path,
                    f"'{_KEY}' in '{name}' in {where}: {_shown(entry)} is not an entity id; {_remedy(entry)}",
                    None,
                )
        block[_KEY] = kept


def _shown(entry: object) -> str:
    text = entry if isinstance(entry, str) else repr(entry)
    return f"'{text[:60]}'"


def _remedy(entry: object) -> str:
    if isinstance(entry, str) and set(entry) & set("*?["):
        return "put patterns under 'entity_globs'"
    if isinstance(entry, str) and entry.isidentifier():
        return "put domains under 'domains'"
    return "write it as domain.object_id"
