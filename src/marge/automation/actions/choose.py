"""Action `choose:`: the first of several sequences whose conditions are met."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.actions import Actions
from marge.automation.conditions import Conditions
from marge.automation.going_on import Inner
from marge.automation.places import Path
from marge.automation.run import Run
from marge.util.schema import Invalid, Text, convert, word


class Choice(Struct, frozen=True, forbid_unknown_fields=True):
    """One of the sequences."""

    conditions: Conditions
    sequence: Actions
    alias: Text | None = None


def _choices(value: Any) -> list[Choice]:
    if not isinstance(value, list):
        return [convert(value, Choice)]
    choices: list[Choice] = []
    for place, item in enumerate(value):
        try:
            choices.append(convert(item, Choice))
        except Invalid as error:
            raise Invalid(error.message, (place, *error.path), error.hint) from None
    return choices


if TYPE_CHECKING:
    Choices = list[Choice]
else:
    Choices = word("Choices", _choices)


class ChooseAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Takes the first sequence whose conditions all hold, else `default`."""

    choose: Choices
    default: Actions | None = None

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        for place, choice in enumerate(self.choose):
            if run.holds(choice.conditions, "choose", f"choose/{place}", "conditions"):
                run.note(choice=place)
                await run.take(choice.sequence, "choose", place, "sequence")
                return
        if self.default is not None:
            run.note(choice="default")
            await run.take(self.default, "default")

    def inside(self, path: Path) -> Inner:
        """See `going_on.Holding`."""
        if path[0] == "default":
            return Inner(self.default or (), 1, "default")
        place = int(path[1])
        return Inner(self.choose[place].sequence, 3, place)
