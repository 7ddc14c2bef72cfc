"""What automations and scripts refer to, for `search/related`: the ids in their triggers, conditions and actions.

Templates are passed over, as Home Assistant does: what they refer to shows only when they are rendered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from marge.config.blueprints.instance import blueprint_of
from marge.registries.search import References
from marge.util.schema import is_entity_id

_FIELDS: Final = {
    "area_id": "area",
    "device_id": "device",
    "entity_id": "entity",
    "floor_id": "floor",
    "label_id": "label",
    "scene": "entity",
    "zone": "entity",
}
_OTHERS: Final = frozenset({"alias", "description", "fields", "metadata", "trigger_variables", "variables"})
"""Keys whose content refers to nothing."""


def references(config: Any) -> References:
    """What an automation or script with this configuration refers to."""
    found: dict[str, set[str]] = {}
    _collect(config, found)
    return References(**{kind: frozenset(ids) for kind, ids in found.items()}, blueprint=blueprint_of(config))


def _collect(value: Any, found: dict[str, set[str]]) -> None:
    if isinstance(value, Mapping):
        for key, each in value.items():
            if (kind := _FIELDS.get(key)) is not None:
                found.setdefault(kind, set()).update(_ids(each, kind))
            elif key not in _OTHERS:
                _collect(each, found)
        if value.get("trigger", value.get("platform")) == "sun":
            found.setdefault("entity", set()).add("sun.sun")
    elif isinstance(value, list):
        for each in value:
            _collect(each, found)


def _ids(value: Any, kind: str) -> Iterable[str]:
    listed = value if isinstance(value, list) else str(value).split(",") if isinstance(value, str) else ()
    texts = [text for each in listed if isinstance(each, str) and (text := each.strip())]
    if kind == "entity":
        return [text for text in texts if is_entity_id(text)]
    return [text for text in texts if "{" not in text and text not in ("all", "none")]
