"""Device condition: one of a device's entities is in a state, or its number in a range."""

from __future__ import annotations

from typing import Any

from marge.automation.conditions import parse_condition
from marge.automation.devices.missing import gone
from marge.automation.devices.reading import Reference, read
from marge.automation.errors import ConditionFailed
from marge.automation.ports import Condition, View
from marge.util.schema import made_by_read


@made_by_read
class DeviceCondition:
    """Holds when the plain condition does that its kind stands for."""

    __slots__ = ("about", "condition")

    def __init__(self, about: Reference, condition: Condition) -> None:
        self.about = about
        self.condition = condition

    @classmethod
    def read(cls, config: Any) -> DeviceCondition:
        """Read one from the keys of its kind; raises Invalid."""
        about, plain = read("condition", config)
        return cls(about, parse_condition(plain).condition)

    def check(self, view: View) -> bool:
        """See `Condition.check`."""
        if (problem := gone(view.house.registries, self.about)) is not None:
            raise ConditionFailed(problem)
        return self.condition.check(view)
