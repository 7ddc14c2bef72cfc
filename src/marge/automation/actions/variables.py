"""Action `variables:`: gives variables their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from marge.automation.run import Run
from marge.automation.variables import VariableBlock
from marge.util.schema import word


def _block(value: Any) -> VariableBlock:
    if isinstance(value, Mapping):
        return VariableBlock(value)
    raise ValueError(f"expected a mapping of names and values, got {value!r}")


if TYPE_CHECKING:
    Block = VariableBlock
else:
    Block = word("Block", _block)


class VariablesAction(Struct, frozen=True, forbid_unknown_fields=True):
    """Renders each value with those before it, and assigns them where they are defined."""

    variables: Block

    async def run(self, run: Run) -> None:
        """See `Action.run`."""
        run.doing("assigning variables")
        for name, value in self.variables.over(run.house.templates, run.values).items():
            run.variables.assign(name, value)
