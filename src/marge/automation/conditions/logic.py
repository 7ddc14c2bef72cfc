"""And, or, not: conditions of conditions. What cannot be told matters only when nothing else decides."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.conditions import Conditions, all_hold
from marge.automation.errors import ConditionFailed
from marge.automation.ports import View


class And(Struct, frozen=True, forbid_unknown_fields=True):
    """All of them hold."""

    conditions: Conditions

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        return all_hold(self.conditions, view.part("conditions"))


class Or(Struct, frozen=True, forbid_unknown_fields=True):
    """At least one of them holds."""

    conditions: Conditions

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        failed: list[str] = []
        for place, each in enumerate(self.conditions):
            try:
                if each.check(view.part(f"conditions/{place}")):
                    return True
            except ConditionFailed as error:
                failed.append(str(error))
        if failed:
            raise ConditionFailed("; ".join(failed))
        return False


class Not(Struct, frozen=True, forbid_unknown_fields=True):
    """None of them holds."""

    conditions: Conditions

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        failed: list[str] = []
        for place, each in enumerate(self.conditions):
            try:
                if each.check(view.part(f"conditions/{place}")):
                    return False
            except ConditionFailed as error:
                failed.append(str(error))
        if failed:
            raise ConditionFailed("; ".join(failed))
        return True
