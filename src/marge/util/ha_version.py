"""The Home Assistant release whose surface this is; its frontend and apps look at it."""

from __future__ import annotations

from typing import Final

HA_VERSION: Final = "2025.1.4"
