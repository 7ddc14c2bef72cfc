"""Numeric state trigger: a number comes into a range that it was not in before."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, field

from marge.automation.errors import ConditionFailed
from marge.automation.following import Holding
from marge.automation.numbers import Limit, check_limits, number_matches
from marge.automation.ports import Detach, Fire, TriggerHost
from marge.automation.views import state_view
from marge.automation.words import Duration, EntityRefs, TplText
from marge.core.events import Event, StateChanged
from marge.core.state import State
from marge.templates import OWNER
from marge.util.schema import Text

if TYPE_CHECKING:
    from marge.automation.numbers import Threshold as Limit

_LOGGER = logging.getLogger("marge.automation")

PATIENCE_SECONDS: Final = 60.0
"""How long after the start of the hub a device may take to announce itself before its absence is worth a warning."""


class NumericStateTrigger(Struct, frozen=True, forbid_unknown_fields=True):
    """Fires when a number crosses into the range between `above` and `below`, bounds excluded.

    With `for` it has to stay there that long.
    """

    entity_id: EntityRefs
    below: Limit | None = None
    above: Limit | None = None
    attribute: Text | None = None
    value_template: TplText | None = None
    for_: Duration | None = field(default=None, name="for")

    def __post_init__(self) -> None:
        check_limits(self.below, self.above)

    def attach(self, host: TriggerHost, fire: Fire) -> Detach:
        """See `Trigger.attach`."""
        return _Attached(self, host, fire).attach()


class _Attached:
    """A numeric state trigger at work; `_armed` are the entities out of the range."""

    def __init__(self, trigger: NumericStateTrigger, host: TriggerHost, fire: Fire) -> None:
        self._trigger = trigger
        self._host = host
        self._fire = fire
        self._armed: set[str] = set()
        self._holding = None if trigger.for_ is None or trigger.for_.fixed == 0 else Holding(host, trigger.for_)

    def attach(self) -> Detach:
        entities = self._host.house.entity_ids(self._trigger.entity_id)
        for entity_id in entities:
            state = self._host.hub.states.get(entity_id)
            if state is None:
                continue
            try:
                if not self._matches(state):
                    self._armed.add(entity_id)
                elif self._holding is not None:
                    self._resume(self._holding, state)
            except ConditionFailed as error:
                _LOGGER.warning("%s: numeric_state trigger at start: %s", self._host.name, error)
        patience = None
        if self._absent(entities):
            if self._host.starting:
                patience = self._host.house.clock.call_later(PATIENCE_SECONDS, lambda: self._miss(entities))
            else:
                self._miss(entities)
        remove = self._host.hub.bus.listen_entities(entities, self._on_change)

        def detach() -> None:
            remove()
            if patience is not None:
                patience()
            if self._holding is not None:
                self._holding.end_all()

        return detach

    def _absent(self, entities: list[str]) -> list[str]:
        return [entity_id for entity_id in entities if self._host.hub.states.get(entity_id) is None]

    def _miss(self, entities: list[str]) -> None:
        """Say which entities are not there, once for all triggers of an automation."""
        for entity_id in self._absent(entities):
            if entity_id not in self._host.told:
                self._host.told.add(entity_id)
                _LOGGER.warning("%s: numeric_state trigger: there is no entity %s", self._host.name, entity_id)

    def _variables(self, entity_id: str) -> dict[str, Any]:
        trigger = self._trigger
        return {
            **self._host.variables,
            "trigger": {
                "platform": "numeric_state",
                "entity_id": entity_id,
                "below": trigger.below,
                "above": trigger.above,
                "attribute": trigger.attribute,
            },
        }

    def _matches(self, state: State) -> bool:
        trigger = self._trigger
        owner = OWNER.set(self._host.name)
        try:
            return number_matches(
                self._host.house,
                state,
                below=trigger.below,
                above=trigger.above,
                attribute=trigger.attribute,
                value_template=trigger.value_template,
                variables={} if trigger.value_template is None else self._variables(state.entity_id),
            )
        finally:
            OWNER.reset(owner)

    def _on_change(self, event: Event) -> None:
        change: StateChanged = event.data
        new_state = change.new_state
        entity_id = change.entity_id
        if new_state is None:
            if self._holding is not None:
                self._holding.end(entity_id)
            return
        try:
            matching = self._matches(new_state)
        except ConditionFailed as error:
            _LOGGER.warning("%s: numeric_state trigger: %s", self._host.name, error)
            if self._holding is not None:
                self._holding.end(entity_id)
            return
        if not matching:
            self._armed.add(entity_id)
            if self._holding is not None:
                self._holding.end(entity_id)
        elif entity_id in self._armed:
            self._armed.discard(entity_id)
            self._enter(change, new_state)

    def _enter(self, change: StateChanged, new_state: State) -> None:
        holding, old_state = self._holding, change.old_state
        if holding is None:
            self._start(old_state, new_state, None)
            return
        if self._resume(holding, new_state):
            return
        seconds = holding.seconds(self._variables(change.entity_id))
        if seconds is not None:
            holding.start(
                change.entity_id,
                seconds,
                lambda: self._start(old_state, new_state, seconds),
                since=new_state.last_updated,
            )

    def _resume(self, holding: Holding, state: State) -> bool:
        """Go on with the timer of a former run: the number is in the range still."""
        pending = holding.left(state.entity_id)
        if pending is None:
            return False
        holding.resume(state.entity_id, pending, lambda: self._start(None, state, pending.seconds))
        return True

    def _start(self, old_state: State | None, new_state: State, seconds: float | None) -> None:
        engine = self._host.house.templates
        self._fire(
            {
                "entity_id": new_state.entity_id,
                "below": self._trigger.below,
                "above": self._trigger.above,
                "from_state": state_view(engine, old_state),
                "to_state": state_view(engine, new_state),
                "for": None if seconds is None else timedelta(seconds=seconds),
                "description": f"numeric state of {new_state.entity_id}",
            },
            new_state.context,
        )
