"""Numeric state condition: a number is above, below or between."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct

from marge.automation.conditions import noted
from marge.automation.errors import ConditionFailed
from marge.automation.numbers import Limit, limit_of, number_of
from marge.automation.ports import View
from marge.automation.telling import any_is
from marge.automation.words import EntityRefs, TplText
from marge.util.schema import Text

if TYPE_CHECKING:
    from marge.automation.numbers import Threshold as Limit


class NumericStateCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds when the number of every entity lies between `above` and `below`, bounds excluded."""

    entity_id: EntityRefs
    below: Limit | None = None
    above: Limit | None = None
    attribute: Text | None = None
    value_template: TplText | None = None

    def __post_init__(self) -> None:
        if self.below is None and self.above is None:
            raise ValueError("needs 'above' or 'below'")

    def check(self, view: View) -> bool:
        """See `Condition.check`."""

        def fails(place: int, entity_id: str) -> bool:
            return not noted(view.part(f"entity_id/{place}"), partial(self._holds, entity_id))

        return not any_is(view.house.entity_ids(self.entity_id), fails)

    def _holds(self, entity_id: str, view: View) -> bool:
        state = view.hub.states.get(entity_id)
        if state is None:
            raise ConditionFailed(f"there is no entity {entity_id}")
        house = view.house
        if self.attribute is not None and self.attribute not in state.attributes:
            view.note(message=f"{entity_id} has no attribute '{self.attribute}'")
            return False
        value = number_of(
            house,
            state,
            attribute=self.attribute,
            value_template=self.value_template,
            variables=view.variables,
        )
        if value is None:
            view.note(message=f"{entity_id} has no number yet")
            return False
        if self.below is not None:
            if (limit := limit_of(house, self.below)) is None:
                return False
            if value >= limit:
                view.note(state=value, wanted_state_below=limit)
                return False
        if self.above is not None:
            if (limit := limit_of(house, self.above)) is None:
                return False
            if value <= limit:
                view.note(state=value, wanted_state_above=limit)
                return False
        view.note(state=value)
        return True
