"""Numeric state condition: a number is above, below or between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from marge.automation.errors import ConditionFailed
from marge.automation.numbers import Limit, number_matches
from marge.automation.ports import View
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
        failed: list[str] = []
        for entity_id in view.house.entity_ids(self.entity_id):
            try:
                if not self._holds(entity_id, view):
                    return False
            except ConditionFailed as error:
                failed.append(str(error))
        if failed:
            raise ConditionFailed("; ".join(failed))
        return True

    def _holds(self, entity_id: str, view: View) -> bool:
        state = view.hub.states.get(entity_id)
        if state is None:
            raise ConditionFailed(f"there is no entity {entity_id}")
        return number_matches(
            view.house,
            state,
            below=self.below,
            above=self.above,
            attribute=self.attribute,
            value_template=self.value_template,
            variables=view.variables,
        )
