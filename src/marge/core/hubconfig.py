"""Where the house is and how its people read numbers: a value, replaced as a whole when it changes."""

from __future__ import annotations

from datetime import UTC, tzinfo

import msgspec

from marge.util.dt import zone
from marge.util.units import METRIC, UNIT_SYSTEMS, UnitSystem


class HubConfig(msgspec.Struct, frozen=True):
    """Latitude and longitude in degrees, elevation and radius in metres; the rest are Home Assistant's names."""

    name: str = "Home"
    latitude: float = 0.0
    longitude: float = 0.0
    elevation: int = 0
    radius: int = 100
    unit_system: str = "metric"
    time_zone: str = "UTC"
    currency: str = "EUR"
    country: str | None = None
    language: str = "en"
    internal_url: str | None = None
    external_url: str | None = None

    @property
    def units(self) -> UnitSystem:
        """The unit system by its name; metric when the name is unknown."""
        return UNIT_SYSTEMS.get(self.unit_system, METRIC)

    @property
    def zone(self) -> tzinfo:
        """The time zone; UTC when its name is unknown."""
        return zone(self.time_zone) or UTC
