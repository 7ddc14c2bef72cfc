"""What is wrong with a file, as a value: collected, counted and shown instead of raised."""

from __future__ import annotations

from typing import Literal, Self

from msgspec import Struct

from marge.core.errors import InvalidConfig


class Problem(Struct, frozen=True):
    """A mistake (`error`) or something to look at (`warning`).

    `path` is relative to the configuration directory, `hint` is the nearest right name. A `fatal` one concerns the
    hub's own settings: with it the hub cannot run, while any other costs only what it names. One of an `item` costs
    that item alone; any other error may hide what else the file holds.
    """

    message: str
    path: str = ""
    line: int | None = None
    hint: str | None = None
    severity: Literal["error", "warning"] = "error"
    fatal: bool = False
    item: bool = False

    @classmethod
    def of(cls, error: InvalidConfig, *, fatal: bool = False) -> Self:
        """The problem that `error` reports."""
        return cls(error.message, error.path, error.line, error.hint, fatal=fatal)

    def as_error(self) -> InvalidConfig:
        """The exception for callers that cannot go on."""
        return InvalidConfig(self.message, self.path, self.line, self.hint)

    def __str__(self) -> str:
        return str(self.as_error())
