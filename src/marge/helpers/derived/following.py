"""What derived entities have in common: they follow the states of others and end what they began."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from marge.core.events import HOMEASSISTANT_START, Event, Remove, ReportListener
from marge.core.hub import Hub
from marge.core.lifecycle import RunState
from marge.core.state import UNAVAILABLE, UNKNOWN, State
from marge.entities.base import Entity

_LOGGER = logging.getLogger("marge.helpers")

NOTHING_KNOWN: Final = frozenset({UNKNOWN, UNAVAILABLE})
_LARGEST: Final = 1e100
"""Numbers from here on measure nothing, and their squares and sums may be none any more."""


class DerivedEntity(Entity):
    """Ends what it began when it leaves; it may come back, and then begins anew."""

    _ends: list[Remove] | None = None
    _tasks: set[asyncio.Task[None]] | None = None

    def on_end(self, end: Remove) -> None:
        """Call `end` when the entity leaves; it may be called when it has nothing to do any more."""
        if self._ends is None:
            self._ends = []
        self._ends.append(end)

    def follow(self, entity_ids: Iterable[str], changed: Callable[[State | None, State | None], None]) -> None:
        """Call `changed` with the old and the new state of these entities, and show what came of it.

        The context of a change becomes that of the entity's own state.
        """

        def listener(event: Event) -> None:
            self.set_context(event.context)
            changed(event.data.old_state, event.data.new_state)

        self.on_end(self.hub.bus.listen_entities(self._others(entity_ids), listener))

    def follow_reports(self, entity_id: str, reported: ReportListener) -> None:
        """Call `reported` when the same state is written again."""
        for each in self._others([entity_id]):
            self.on_end(self.hub.bus.listen_reports(each, reported))

    def _others(self, entity_ids: Iterable[str]) -> list[str]:
        """The ids without its own: following itself it would never come to rest."""
        others = [entity_id for entity_id in entity_ids if entity_id != self.entity_id]
        if self.entity_id in entity_ids:
            _LOGGER.warning("%s is its own source, which it cannot follow: give it another 'name'", self.entity_id)
        return others

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Let work run beside the rest, until the entity leaves."""
        if self._tasks is None:
            self._tasks = set()
        task = self.hub.tasks.create(work, f"{self.platform} {self.entity_id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def removed(self) -> None:
        """See `Entity.removed`."""
        ends, self._ends = self._ends or [], None
        for end in ends:
            end()
        tasks, self._tasks = self._tasks or set(), None
        for task in tasks:
            task.cancel()


def number(state: State | None) -> float | None:
    """A state as a finite number, or None."""
    if state is None or state.state in NOTHING_KNOWN:
        return None
    return real(state.state)


def said(state: State, key: str) -> str | None:
    """An attribute that is to be text, such as the unit; None for what is none."""
    value = state.attributes.get(key)
    return value if isinstance(value, str) else None


def real(value: Any) -> float | None:
    """A value as a number that can be reckoned with, or None."""
    try:
        found = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return found if abs(found) < _LARGEST else None  # false for one that is not a number


def exact(value: Any) -> Decimal | None:
    """A text as an exact number that can be reckoned with, or None."""
    try:
        found = Decimal(str(value).strip())
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _LARGEST else None


def rounded(value: Decimal, digits: int) -> Decimal:
    """A number with so many digits after the point; one too large for that as it is."""
    try:
        return round(value, digits)
    except InvalidOperation:
        return value


def when_running(hub: Hub, callback: Callable[[], None]) -> Remove:
    """Call `callback` once the hub runs, at once when it does; the result takes it back."""
    if hub.lifecycle.state is RunState.RUNNING:
        callback()
        return lambda: None
    return hub.bus.listen_once(HOMEASSISTANT_START, lambda _: callback())
