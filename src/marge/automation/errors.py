"""What can go wrong in an automation.

ConditionFailed      a condition cannot be told: it counts as not met, with a warning
StopSequence         a `stop` action, or a condition within a sequence that is not met: ends the run, no failure
SequenceFailed       an action failed: ends the run, logged with the place of the action
"""

from __future__ import annotations

from typing import Any

from marge.core.errors import MargeError, OperationFailed


class ConditionFailed(MargeError):
    """A condition that cannot be told, such as that of an entity which is not there."""


class StopSequence(Exception):
    """Ends a run; `response` is what a script answers, `failed` whether its callers should fail too."""

    def __init__(self, reason: str, *, response: Any = None, failed: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.response = response
        self.failed = failed


class SequenceFailed(OperationFailed):
    """An action that failed, with the path to it."""
