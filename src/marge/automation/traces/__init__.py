"""Traces: what the runs of automations and scripts did, step by step, for whoever asks why.

`trace` notes the steps of a run, `weight` bounds what it keeps, `kept` holds the traces of all runs, `breakpoints`
halts runs for a debugger; `shape` makes Home Assistant's JSON of a trace and `stored` keeps it over a restart, both
loaded when they are needed.
"""

from __future__ import annotations

from marge.automation.traces.breakpoints import Breakpoints
from marge.automation.traces.kept import Traces
from marge.automation.traces.trace import TRACER, Trace, Tracer

__all__ = ["TRACER", "Breakpoints", "Trace", "Tracer", "Traces"]
