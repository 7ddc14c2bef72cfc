"""The ordinary Tuesday: what the residents do and what happens to the house, by local time."""

from __future__ import annotations

from typing import Any, Final, NamedTuple


class Step(NamedTuple):
    """At `at` (HH:MM:SS) the thing called `thing` is acted on."""

    at: str
    thing: str
    action: str
    value: Any = None

    @property
    def seconds(self) -> int:
        """Seconds since local midnight."""
        hours, minutes, seconds = self.at.split(":")
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


TUESDAY: Final[tuple[Step, ...]] = (
    # Nora gets up first; the coffee is made by then.
    Step("05:52:10", "Hallway Motion", "motion"),
    Step("05:54:00", "Kitchen Motion", "motion"),
    Step("06:05:00", "Bathroom Climate", "shower", 28),
    Step("06:14:40", "Hallway Motion", "motion"),
    # She takes the paper in: lock, door, motion.
    Step("06:15:00", "Front Door Lock", "unlock"),
    Step("06:15:04", "Front Door", "open"),
    Step("06:15:06", "Entryway Motion", "motion"),
    Step("06:15:50", "Front Door", "close"),
    Step("06:16:05", "Front Door Lock", "lock"),
    Step("06:30:00", "Bathroom Climate", "dry", 28),
    Step("06:41:00", "Kitchen Motion", "motion"),
    Step("06:58:00", "Kitchen Motion", "motion"),
    Step("07:20:00", "Living Room Motion", "motion"),
    # Theo drives to work, Nora follows with the children.
    Step("07:34:00", "Garage Door", "move", 100),
    Step("07:35:30", "Garage Car", "off"),
    Step("07:36:30", "Garage Door", "move", 0),
    Step("07:41:00", "Theo Phone", "leave"),
    Step("08:04:00", "Front Door Lock", "unlock"),
    Step("08:04:05", "Front Door", "open"),
    Step("08:04:09", "Entryway Motion", "motion"),
    Step("08:04:40", "Front Door", "close"),
    Step("08:04:55", "Front Door Lock", "lock"),
    Step("08:11:00", "Nora Phone", "leave"),
    # The house is alone: post, a parcel, a machine that somebody started with a delay.
    Step("10:02:00", "Washing Machine", "switch", "ON"),
    Step("10:02:05", "Washing Machine", "load", 1850),
    Step("10:20:00", "Washing Machine", "load", 240),
    Step("11:08:00", "Washing Machine", "load", 2),
    Step("11:46:00", "Mailbox", "open"),
    Step("11:46:12", "Mailbox", "close"),
    Step("13:17:00", "Front Camera", "person"),
    Step("13:17:20", "Doorbell Button", "press", "single_press"),
    Step("13:18:30", "Front Camera", "package"),
    # Home again.
    Step("15:32:00", "Nora Phone", "arrive"),
    Step("15:33:10", "Front Door Lock", "unlock"),
    Step("15:33:14", "Front Door", "open"),
    Step("15:33:16", "Entryway Motion", "motion"),
    Step("15:33:55", "Front Door", "close"),
    Step("15:34:10", "Front Door Lock", "lock"),
    Step("15:40:00", "Kitchen Motion", "motion"),
    Step("16:05:00", "Back Door Lock", "unlock"),
    Step("16:05:06", "Back Door", "open"),
    Step("16:31:00", "Back Door", "close"),
    Step("16:31:20", "Back Door Lock", "lock"),
    Step("17:12:00", "Theo Phone", "arrive"),
    Step("17:13:00", "Garage Door", "move", 100),
    Step("17:14:00", "Garage Car", "on"),
    Step("17:15:00", "Garage Door", "move", 0),
    Step("17:21:00", "Hallway Motion", "motion"),
    # The evening.
    Step("18:10:00", "Kitchen Motion", "motion"),
    Step("18:11:00", "Kitchen Ceiling", "switch", "ON"),
    Step("18:40:00", "Living Room Motion", "motion"),
    Step("19:20:00", "Bedroom Window", "open"),
    Step("19:31:00", "Bedroom Window", "close"),
    Step("20:15:00", "Living Room Motion", "motion"),
    Step("21:30:00", "Hallway Ceiling", "switch", "ON"),
    Step("21:40:00", "Bedroom Lamp Left", "switch", "ON"),
    Step("21:41:00", "Bedroom Lamp Right", "switch", "ON"),
    Step("22:00:00", "Bedside Button", "press", "single"),
)
