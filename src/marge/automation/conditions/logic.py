"""And, or, not: conditions of conditions."""

from __future__ import annotations

from msgspec import Struct

from marge.automation.conditions import Conditions, all_hold
from marge.automation.ports import View
from marge.automation.telling import any_is


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
        return any_is(self.conditions, lambda place, each: each.check(view.part(f"conditions/{place}")))


class Not(Struct, frozen=True, forbid_unknown_fields=True):
    """None of them holds."""

    conditions: Conditions

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        return not any_is(self.conditions, lambda place, each: each.check(view.part(f"conditions/{place}")))
