"""Trigger condition: it was one of these triggers that started the automation."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from marge.automation.ports import View
from marge.util.schema import Strings


class TriggerCondition(Struct, frozen=True, forbid_unknown_fields=True):
    """Holds when the id of the trigger is one of `id`."""

    id: Strings

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        trigger = view.variables.get("trigger")
        return isinstance(trigger, Mapping) and "id" in trigger and trigger["id"] in self.id
