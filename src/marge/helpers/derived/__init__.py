"""Entities that are worked out from the states of others or from the clock: averages, meters, thermostats, calendars.

The files ask for them, each kind by the name of Home Assistant's integration; `platforms.DERIVED` lists the kinds.
Needs the states, the clock, the templates and, for what looks back, a `HistoryReader`.
"""

from __future__ import annotations

from marge.helpers.derived.entities import DerivedEntities
from marge.helpers.derived.platforms import DERIVED, Reads

__all__ = ["DERIVED", "DerivedEntities", "Reads"]
