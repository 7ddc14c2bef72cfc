"""What automations and scripts show of their runs, and take over from the last time the hub ran."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from marge.automation.script import Script
from marge.core.state import State
from marge.util.dt import from_timestamp, parse_datetime


def shown_runs(script: Script) -> dict[str, Any]:
    """The attributes of the runs of a script."""
    last = script.last_triggered
    attributes: dict[str, Any] = {
        "last_triggered": None if last is None else from_timestamp(last),
        "mode": script.mode.value,
        "current": script.running,
    }
    if script.mode.has_max:
        attributes["max"] = script.maximum
    return attributes


def last_triggered(last: State) -> float | None:
    """When it last ran, in Unix seconds; None when the state of the last run does not say."""
    value = last.attributes.get("last_triggered")
    if isinstance(value, str):
        value = parse_datetime(value)
    return value.timestamp() if isinstance(value, datetime) else None
