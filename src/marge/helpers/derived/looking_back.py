"""The states that an entity had, from what was recorded."""

from __future__ import annotations

import logging

import msgspec

from marge.core.errors import MargeError
from marge.core.hub import Hub
from marge.core.ports import HistoryReader, HistoryRow
from marge.core.state import State

_LOGGER = logging.getLogger("marge.helpers")


async def newest_states(
    history: HistoryReader, hub: Hub, entity_id: str, number: int | None, since: float
) -> list[State]:
    """The newest changes of the state, at most `number` and later than `since`, in time order.

    None, with a line in the log, when they cannot be read.
    """
    try:
        rows = await history.newest(entity_id, number, since)
    except MargeError as error:
        _LOGGER.warning("What was recorded of %s cannot be read: %s", entity_id, error)
        return []
    return [_state(hub, row) for row in rows]


def _state(hub: Hub, row: HistoryRow) -> State:
    attributes = msgspec.json.decode(row.attributes) if row.attributes else {}
    updated = row.last_updated
    return State(row.entity_id, row.state, attributes, row.last_changed, updated, updated, hub.new_context())


async def states_since(history: HistoryReader, hub: Hub, entity_id: str, since: float) -> list[State]:
    """What held at `since`, and the states that followed, in time order; none when they cannot be read."""
    try:
        rows = await history.states(since, hub.clock.now(), [entity_id], significant_changes_only=True)
    except MargeError as error:
        _LOGGER.warning("What was recorded of %s cannot be read: %s", entity_id, error)
        return []
    return [_state(hub, row) for row in rows.get(entity_id, [])]
