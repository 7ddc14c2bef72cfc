"""State condition: entities are in a state, or have been for a while."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct, field

from marge.automation.conditions import noted
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View
from marge.automation.words import Duration, EntityRefs
from marge.core.errors import TemplateError
from marge.core.state import State
from marge.util.dt import from_timestamp
from marge.util.schema import Text, word

_INPUT: Final = re.compile(r"input_(?:select|text|number|boolean|datetime)\.(?!.+__)(?!_)[\da-z_]+(?<!_)\Z")


def _match(value: Any) -> str:
    lowered = str(value).lower()
    if lowered not in ("all", "any"):
        raise ValueError(f"expected 'all' or 'any', got {value!r}")
    return lowered


if TYPE_CHECKING:
    Match = Literal["all", "any"]
else:
    Match = word("Match", _match)


class StateCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds when all entities (any, with `match: any`) have one of the states, or values of `attribute`.

    A state that is the id of an input helper means the state of that. With `for` it must have been so that long.
    """

    entity_id: EntityRefs
    state: Any
    attribute: Text | None = None
    match: Match = "all"
    for_: Duration | None = field(default=None, name="for")
    from_: Any = field(default=None, name="from")
    """Of a trigger that was copied here; without meaning, as in Home Assistant."""

    def __post_init__(self) -> None:
        if self.attribute is None:
            for each in self.wanted:
                if isinstance(each, bool):
                    word = "on" if each else "off"
                    raise ValueError(f"'state': expected a state, got {each!r}: put it in quotes, as in '{word}'")
                if not isinstance(each, str):
                    raise ValueError(f"'state': expected a state as text, got {each!r}: put it in quotes")

    @property
    def wanted(self) -> list[Any]:
        """The states that count."""
        return self.state if isinstance(self.state, list) else [self.state]

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        result = self.match != "any"
        failed: list[str] = []
        for place, entity_id in enumerate(view.house.entity_ids(self.entity_id)):
            try:
                if noted(view.part(f"entity_id/{place}"), partial(self._holds, entity_id)):
                    result = True
                elif self.match == "all":
                    return False
            except ConditionFailed as error:
                failed.append(str(error))
        if failed:
            raise ConditionFailed("; ".join(failed))
        return result

    def _holds(self, entity_id: str, view: View) -> bool:
        state = view.hub.states.get(entity_id)
        if state is None:
            raise ConditionFailed(f"there is no entity {entity_id}")
        if self.attribute is not None and self.attribute not in state.attributes:
            view.note(message=f"{entity_id} has no attribute '{self.attribute}'")
            return False
        value = state.state if self.attribute is None else state.attributes[self.attribute]
        meant: Any = None
        found = False
        for each in self.wanted:
            meant = _meant(each, view)
            if found := bool(value == meant):
                break
        if not found or self.for_ is None:
            view.note(state=value, wanted_state=meant)
            return found
        return self._lasted(self.for_, value, state, view)

    def _lasted(self, period: Duration, value: Any, state: State, view: View) -> bool:
        try:
            seconds = period.seconds(view.house.templates, view.variables)
        except TemplateError as error:
            raise ConditionFailed(f"'for': {error}") from error
        since = view.hub.clock.now() - seconds
        if view.tracer is not None:
            view.note(state=value, duration=from_timestamp(since))
        return since > state.last_changed


def _meant(value: Any, view: View) -> Any:
    if not isinstance(value, str) or _INPUT.match(value) is None:
        return value
    state = view.hub.states.get(value)
    if state is None:
        raise ConditionFailed(f"there is no entity {value} to compare with")
    return state.state
