"""What goes on around the devices: the hour, the weather, the light, the warmth of the rooms. Degrees are Celsius."""

from __future__ import annotations

import math
from datetime import datetime
from zoneinfo import ZoneInfo

from marge.core.clock import Clock

DAY = 86_400.0


class World:
    """Smooth daily curves of the time; `heating` is what the thermostat does to the rooms."""

    def __init__(self, clock: Clock, time_zone: str = "America/Denver") -> None:
        self.clock = clock
        self.zone = ZoneInfo(time_zone)
        self.heating = False

    def local(self) -> datetime:
        """The local time of the house."""
        return datetime.fromtimestamp(self.clock.now(), self.zone)

    def hour(self) -> float:
        """Hours since local midnight."""
        now = self.local()
        return now.hour + now.minute / 60 + now.second / 3600

    def curve(self, peak: float) -> float:
        """Between -1 and 1 through the day, highest at the hour `peak`."""
        return math.cos((self.hour() - peak) / 24 * math.tau)

    def outdoor_temperature(self) -> float:
        """A February day at the foot of the mountains: -4 at dawn, 9 in the afternoon."""
        return 2.5 + 6.5 * self.curve(15.5)

    def outdoor_humidity(self) -> float:
        """Percent; driest when it is warmest."""
        return 46 - 18 * self.curve(15.5)

    def pressure(self) -> float:
        """Hectopascals at sea level, with a slow wave of several days."""
        return 1016 + 7 * math.sin(self.clock.now() / (3.3 * DAY) * math.tau)

    def daylight(self) -> float:
        """Outdoor illuminance in lux, 0 at night."""
        height = self.curve(12.1) - 0.12
        return 0.0 if height <= 0 else 52_000 * height**1.3

    def room_temperature(self, offset: float) -> float:
        """A room: warmer in the afternoon, warmer while it is heated by day."""
        by_day = 1.1 if 6 <= self.hour() < 22 else 0.0
        return 19.4 + offset + by_day + 0.5 * self.curve(17)

    def room_humidity(self, offset: float) -> float:
        """Percent; highest in the morning."""
        return 36 + offset + 4 * self.curve(8)

    def house_power(self) -> float:
        """Watts that the house draws apart from the simulated appliances."""
        hour = self.hour()
        morning = 900 * math.exp(-(((hour - 7) / 1.1) ** 2))
        evening = 1600 * math.exp(-(((hour - 18.7) / 1.8) ** 2))
        return 240 + morning + evening + (500 if self.heating else 0)
