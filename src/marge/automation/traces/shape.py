"""Home Assistant's JSON of a trace."""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from enum import Enum
from typing import Any, Final

from marge.automation.traces.trace import Step, Trace
from marge.util import jsonx
from marge.util.dt import to_iso

_DEEPEST: Final = 100
_LONGEST_REPR: Final = 1000


def short(trace: Trace) -> dict[str, Any]:
    """What `trace/list` tells of a run."""
    told: dict[str, Any] = {
        "last_step": next(reversed(trace.steps), None),
        "run_id": trace.run_id,
        "state": "running" if trace.finished is None else "stopped",
        "script_execution": trace.execution,
        "timestamp": {
            "start": to_iso(trace.started),
            "finish": None if trace.finished is None else to_iso(trace.finished),
        },
        "domain": trace.domain,
        "item_id": trace.item_id,
    }
    if trace.error is not None:
        told["error"] = trace.error
    if trace.domain == "automation":
        told["trigger"] = trace.trigger
    return told


def whole(trace: Trace) -> bytes:
    """What `trace/get` tells of a run, as JSON."""
    return jsonx.dumps_safe(
        {
            **short(trace),
            "trace": {path: [_step(each) for each in steps] for path, steps in trace.steps.items()},
            "config": _plain(trace.config),
            "blueprint_inputs": _plain(trace.blueprint_inputs),
            "context": trace.context.as_dict(),
        }
    )


def _step(step: Step) -> dict[str, Any]:
    told: dict[str, Any] = {"path": step.path, "timestamp": to_iso(step.time)}
    if step.child is not None:
        told["child_id"] = {
            "domain": step.child.domain,
            "item_id": step.child.item_id,
            "run_id": step.child.run_id,
        }
    if changed := step.changed:
        told["changed_variables"] = _plain(changed)
    if step.error is not None:
        told["error"] = step.error
    if step.result is not None:
        told["result"] = _plain(step.result)
    return told


def _plain(value: Any, depth: int = 0) -> Any:
    """A value as Home Assistant writes it into traces: what JSON does not know is named by its type."""
    if value is None or isinstance(value, (str, bool, int, float)):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return {"__type": str(timedelta), "total_seconds": value.total_seconds()}
    if isinstance(value, (date, time)):
        return {"__type": str(type(value)), "isoformat": value.isoformat()}
    if depth < _DEEPEST:
        if isinstance(value, Mapping):
            return {_name(key): _plain(item, depth + 1) for key, item in value.items()}
        if isinstance(value, (list, tuple, Set)):
            return [_plain(item, depth + 1) for item in value]
        if hasattr(value, "as_dict"):
            return _plain(value.as_dict(), depth + 1)
    return {"__type": str(type(value)), "repr": repr(value)[:_LONGEST_REPR]}


def _name(key: Any) -> str:
    if key is None or isinstance(key, bool):
        return {None: "null", True: "true", False: "false"}[key]
    return str(key)
