"""What the process says when it ends."""

from __future__ import annotations

from typing import Final

EXIT_FAILURE: Final = 1
EXIT_CONFIG: Final = 2
EXIT_RESTART: Final = 100
"""The supervisor is to start the hub again."""
