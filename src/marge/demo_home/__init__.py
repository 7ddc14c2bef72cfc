"""The demo home: a household's configuration, and a simulator that plays its devices over real MQTT."""

from __future__ import annotations

from pathlib import Path
from typing import Final

CONFIG_DIR: Final = Path(__file__).parent / "config"
"""The household's configuration, as it comes with Marge."""
