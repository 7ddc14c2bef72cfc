"""A run that waits, as it is kept: where it is, what it knows, until when; or why it cannot go on."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol

import msgspec

from marge.automation.kept_values import CannotBeKept, keep
from marge.automation.places import inside
from marge.core.context import Context

if TYPE_CHECKING:
    from marge.automation.traces import Tracer

MAX_BYTES: Final = 64 * 1024
"""What the variables of a run may take."""


class Pause(msgspec.Struct, frozen=True):
    """What a run waits for, until `due` (Unix seconds), `seconds` after it began; None for without end."""

    kind: Literal["delay", "wait_template", "wait_for_trigger", "queue"]
    due: float | None = None
    seconds: float | None = None


class PausedRun(msgspec.Struct, frozen=True):
    """A run in the store, at `path`. `obstacle` says why it cannot go on; then it has no variables."""

    owner: str
    name: str
    digest: str
    where: str
    path: str
    pause: Pause
    context: Context
    variables: dict[str, Any] = {}
    obstacle: str | None = None


class Owner(Protocol):
    """Whose runs they are."""

    @property
    def run_key(self) -> str:
        """What stays the same over restarts: `automation/<id>`."""

    @property
    def run_source(self) -> Any:
        """The configuration as it was written; when that changes, its runs do not go on."""

    def tracer(self, context: Context, variables: dict[str, Any]) -> Tracer | None:
        """What notes a run that goes on with these variables; None when none of its runs are traced."""


def digest(source: Any) -> str:
    """Tells whether a configuration has changed."""
    return blake2b(repr(source).encode("utf-8", "replace"), digest_size=16).hexdigest()


def obstacle_of(path: str, pause: Pause) -> str | None:
    """Why a run that waits there cannot go on after a restart; None when it can."""
    if (kind := inside(path)) is not None:
        return f"it was inside a '{kind}'"
    if pause.kind == "wait_for_trigger" and pause.due is None:
        return "it waits for a trigger without a timeout, and that may have fired meanwhile"
    return None


def kept_variables(values: dict[str, Any]) -> dict[str, Any]:
    """Variables as they are stored; raises CannotBeKept that names the one."""
    kept: dict[str, Any] = {}
    size = 0
    for name, value in values.items():
        try:
            kept[name] = keep(value)
            size += len(msgspec.json.encode(kept[name]))
        except (CannotBeKept, OverflowError, ValueError, msgspec.MsgspecError) as error:
            raise CannotBeKept(f"its variable '{name}' cannot be kept ({error})") from error
        if size > MAX_BYTES:
            raise CannotBeKept(f"its variables take more than {MAX_BYTES // 1024} KiB")
    return kept
