"""What a derived entity must know, after a restart or a reload, beside the state that it showed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from marge.core.hub import Hub
from marge.core.state import State
from marge.entities.base import Entity
from marge.entities.sensor_classes import unit_class
from marge.helpers.derived.following import NOTHING_KNOWN, said
from marge.util.units.convert import converter

COLLECTION: Final = "derived"
"""Where the store has it, by domain, platform and unique id or entity id."""

_WEEK: Final = 7 * 86400.0


def keep(entity: Entity, **data: Any) -> None:
    """Keep these values, JSON all, in the place of those from before."""
    kept = msgspec.json.encode({"at": entity.hub.clock.now(), **data})
    entity.hub.store.put(COLLECTION, _key(entity), kept)


def kept(entity: Entity) -> dict[str, Any] | None:
    """What was kept last; None when nothing was, or when the state that the entity showed last is newer than that."""
    raw = entity.hub.store.load(COLLECTION).get(_key(entity))
    data = None if raw is None else _read(raw)
    last = entity.last_state
    if data is None or (last is not None and last.state not in NOTHING_KNOWN and last.last_updated > data["at"]):
        return None
    return data


def forget_old(hub: Hub, entities: Iterable[Entity]) -> None:
    """Forget what is kept for other entities than these since a week ago or more."""
    in_use = {_key(entity) for entity in entities}
    now = hub.clock.now()
    for key, raw in hub.store.load(COLLECTION).items():
        data = _read(raw)
        if data is None or (key not in in_use and data["at"] <= now - _WEEK):
            hub.store.delete(COLLECTION, key)


def native_text(last: State, device_class: str | None, native_unit: str | None) -> str | None:
    """The number of a state as text in the sensor's native unit; None when there is none."""
    if last.state in NOTHING_KNOWN:
        return None
    try:
        value = float(last.state)
    except ValueError:
        return None
    shown = said(last, "unit_of_measurement")
    kind = unit_class(device_class)
    if shown == native_unit or kind is None:
        return last.state
    try:
        return repr(converter(kind, shown, native_unit)(value))
    except (ValueError, ArithmeticError):
        return None


def _key(entity: Entity) -> str:
    return f"{entity.domain} {entity.platform} {entity.unique_id or entity.entity_id}"


def _read(raw: bytes) -> dict[str, Any] | None:
    try:
        data = msgspec.json.decode(raw)
    except msgspec.DecodeError:
        return None
    return data if isinstance(data, dict) and isinstance(data.get("at"), (int, float)) else None
