"""What a household makes without a device: switches, numbers and timers of its own, zones, persons, groups, the sun.

`Helpers` is the front door; `kinds.HELPERS` names the kinds, each a module that is imported when first needed.
"""

from __future__ import annotations

from marge.helpers.front import Helpers

__all__ = ["Helpers"]
