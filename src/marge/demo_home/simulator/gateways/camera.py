"""The camera at the front door: a picture, the last person seen, and an event for each."""

from __future__ import annotations

import struct
import zlib
from typing import Any

from marge.demo_home.simulator.gateways.bundle import Bundle
from marge.demo_home.simulator.station import Surroundings

WIDTH, HEIGHT = 160, 90
SKY, WALL, DOOR, COAT = (120, 170, 230), (190, 180, 160), (150, 60, 50), (60, 70, 150)


class FrontCamera(Bundle):
    """Takes a picture every minute; `person` is somebody at the door."""

    base = "camera/front"
    about = {"name": "Front Camera", "mf": "Reolink", "mdl": "RLC-510A"}
    commands = ("detect/set",)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.detects = True

    def components(self) -> dict[str, dict[str, Any]]:
        """See `Bundle.components`."""
        return {
            "snapshot": {
                "p": "camera",
                "name": None,
                "object_id": "front_camera",
                "topic": f"{self.base}/snapshot",
            },
            "person": {
                "p": "image",
                "name": "Last person",
                "object_id": "front_camera_last_person",
                "image_topic": f"{self.base}/person",
                "content_type": "image/png",
            },
            "detection": {
                "p": "event",
                "name": "Detection",
                "object_id": "front_camera_detection",
                "device_class": "motion",
                "event_types": ["person", "package", "car"],
                "state_topic": f"{self.base}/detection",
            },
            "detect": {
                "p": "switch",
                "name": "Detect",
                "object_id": "front_camera_detect",
                "entity_category": "config",
                "state_topic": f"{self.base}/detect",
                "command_topic": f"{self.base}/detect/set",
            },
        }

    def start(self) -> None:
        """See `Station.start`."""
        self.every(60, self._snap)

    def _snap(self) -> None:
        self.send("snapshot", self.picture(), retain=False)

    def tell(self) -> None:
        """See `Bundle.tell`."""
        self.send("detect", "ON" if self.detects else "OFF")
        self._snap()

    def command(self, name: str, payload: str) -> None:
        """See `Bundle.command`."""
        self.detects = payload == "ON"
        self.send("detect", payload)

    def act(self, action: str, value: Any = None) -> None:
        """See the class."""
        if action not in ("person", "package", "car"):
            super().act(action, value)
        if self.detects:
            self.send("detection", {"event_type": action, "score": round(self.rng.uniform(0.7, 0.98), 2)}, retain=False)
            self.send("person", self.picture(visitor=True))

    def picture(self, *, visitor: bool = False) -> bytes:
        """A PNG of sky, wall and door, as bright as the hour."""
        light = min(1.0, 0.12 + self.world.daylight() / 30_000)

        def row(*parts: tuple[int, tuple[int, int, int]]) -> bytes:
            pixels = (bytes(int(value * light) for value in color) * width for width, color in parts)
            return b"\0" + b"".join(pixels)

        sky = row((WIDTH, SKY))
        wall = row((WIDTH, WALL))
        door = row((84, WALL), (28, DOOR), (48, WALL))
        person = row((62, WALL), (16, COAT), (6, WALL), (28, DOOR), (48, WALL))
        rows = sky * 25 + wall * 6 + door * 8 + (person if visitor else door) * 51
        return _png(WIDTH, HEIGHT, rows)


def _png(width: int, height: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
