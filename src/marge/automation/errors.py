"""What can go wrong in an automation, and what ends a sequence.

ConditionFailed      a condition cannot be told: it counts as not met, with a warning
Halt                 ends a sequence on purpose; never meets `continue_on_error`
├── ConditionNotMet  a condition within a sequence is not met: ends that sequence only
├── StopSequence     a `stop` action: ends the run
└── Aborted          a `stop` with `error`, a wait that timed out, values that cannot be used: ends the run
"""

from __future__ import annotations

from typing import Any

from marge.core.errors import MargeError


class ConditionFailed(MargeError):
    """A condition that cannot be told, such as that of an entity which is not there."""


class Halt(Exception):
    """Ends a sequence on purpose."""


class ConditionNotMet(Halt):
    """A condition within a sequence is not met."""


class StopSequence(Halt):
    """Ends the run; `response` is what a script answers."""

    def __init__(self, reason: str, response: Any = None) -> None:
        super().__init__(reason)
        self.response = response


class Aborted(Halt):
    """Ends the run without an answer."""
