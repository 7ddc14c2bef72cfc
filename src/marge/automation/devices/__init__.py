"""Device automations: triggers, conditions and actions as a device offers them.

A device trigger, condition or action is data: a table says for each domain and type which fields it takes, for which
entities it is offered, and which plain trigger, condition or service call does the same (`trigger_kinds.py`,
`condition_kinds.py`, `action_kinds.py`). `reading.py` reads one by the tables, `listing.py` tells what a device has,
`missing.py` which devices and entities are gone.
"""

from __future__ import annotations

from typing import Literal

Section = Literal["trigger", "condition", "action"]
