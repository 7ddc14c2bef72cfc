"""Remembers states and events, and reads them back.

Needs the hub and a `SqlDatabase`; offers `Recorder`, whose `last_states`, `history` and `logbook` implement the ports
`StateRestorer`, `HistoryReader` and `LogbookReader`, and which itself is the `RecorderStatus`.
"""

from __future__ import annotations

from marge.recorder.options import RecorderOptions, read_options
from marge.recorder.recorder import Recorder

__all__ = ["Recorder", "RecorderOptions", "read_options"]
