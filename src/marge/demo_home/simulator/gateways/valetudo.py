"""A robot vacuum with Valetudo: topics `valetudo/<id>/…`, an entity each with its own discovery message."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.mqtt import Message
from marge.demo_home.simulator.station import BIRTH_TOPIC, Station, Surroundings, Thing

IDENTIFIER: Final = "DeterminedCleverWren"
BASE: Final = f"valetudo/{IDENTIFIER}"
VACUUM: Final = f"{BASE}/hass/{IDENTIFIER}_vacuum"
FAN_SPEEDS: Final = ("quiet", "balanced", "turbo", "max")
COMMANDS: Final = {"START": "cleaning", "PAUSE": "paused", "STOP": "idle", "HOME": "returning"}


class Vacuum(Station):
    """Cleans for forty minutes, then goes back to its dock."""

    name = "Robot Vacuum"
    client_id = IDENTIFIER
    will = Message(f"{BASE}/$state", b"lost", 1, True)
    filters = (
        f"{VACUUM}/command",
        f"{BASE}/FanSpeedControlCapability/preset/set",
        f"{BASE}/LocateCapability/locate/set",
    )

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.state = "docked"
        self.fan_speed = "balanced"
        self.battery = 100.0
        self._trip = 0

    @property
    def things(self) -> list[Thing]:
        """See `Station.things`."""
        return [self]

    def start(self) -> None:
        """See `Station.start`."""
        self.every(120, self._tick)

    def announce(self) -> None:
        """See `Station.announce`."""
        self.publish(f"{BASE}/$state", "ready", retain=True, qos=1)
        fan = f"{BASE}/FanSpeedControlCapability/preset"
        self._entity(
            "vacuum",
            "vacuum",
            {
                "name": "Robot",
                "object_id": "robot_vacuum",
                "supported_features": ["status", "start", "stop", "pause", "return_home", "locate", "fan_speed"],
                "state_topic": f"{VACUUM}/state",
                "command_topic": f"{VACUUM}/command",
                "payload_start": "START",
                "payload_pause": "PAUSE",
                "payload_return_to_base": "HOME",
                "payload_stop": "STOP",
                "payload_locate": "LOCATE",
                "fan_speed_list": list(FAN_SPEEDS),
                "set_fan_speed_topic": f"{fan}/set",
            },
        )
        self._entity(
            "sensor",
            "BatteryStateAttribute_level",
            {
                "name": "Battery level",
                "object_id": "robot_vacuum_battery",
                "device_class": "battery",
                "entity_category": "diagnostic",
                "unit_of_measurement": "%",
                "state_topic": f"{BASE}/BatteryStateAttribute/level",
            },
        )
        self._entity(
            "select",
            "FanSpeedControlCapability_preset",
            {
                "name": "Fan",
                "object_id": "robot_vacuum_fan",
                "icon": "mdi:fan",
                "options": list(FAN_SPEEDS),
                "state_topic": fan,
                "command_topic": f"{fan}/set",
            },
        )
        self._entity(
            "button",
            "LocateCapability_locate",
            {
                "name": "Locate",
                "object_id": "robot_vacuum_locate",
                "icon": "mdi:map-marker-question",
                "command_topic": f"{BASE}/LocateCapability/locate/set",
                "payload_press": "PERFORM",
            },
        )
        self._tell()

    def _entity(self, component: str, key: str, config: dict[str, Any]) -> None:
        unique = f"{IDENTIFIER}_{key}"
        about = {
            "manufacturer": "Valetudo",
            "model": "Dreame L10s Ultra",
            "name": "Robot Vacuum",
            "identifiers": [IDENTIFIER],
            "sw_version": "Valetudo 2025.03.0",
            "configuration_url": f"http://valetudo-{IDENTIFIER.lower()}.local",
        }
        config |= {
            "unique_id": unique,
            "availability_topic": f"{BASE}/$state",
            "payload_available": "ready",
            "payload_not_available": "lost",
            "device": about,
        }
        self.discover(component, f"{IDENTIFIER}/{unique}", config)

    def _tell(self) -> None:
        self.publish(f"{VACUUM}/state", {"state": self.state, "fan_speed": self.fan_speed}, retain=True)
        self.publish(f"{BASE}/FanSpeedControlCapability/preset", self.fan_speed, retain=True)
        self.publish(f"{BASE}/BatteryStateAttribute/level", str(round(self.battery)), retain=True)

    def _tick(self) -> None:
        self.battery = max(12.0, min(100.0, self.battery + (-1.4 if self.state == "cleaning" else 1.0)))
        self._tell()

    def on_message(self, topic: str, payload: bytes) -> None:
        """See `Station.on_message`."""
        if topic == BIRTH_TOPIC:
            return
        text = payload.decode(errors="replace")
        if topic.endswith("/preset/set"):
            if text in FAN_SPEEDS:
                self.fan_speed = text
                self.soon(self._tell)
        elif topic == f"{VACUUM}/command" and text in COMMANDS:
            self.soon(lambda: self._become(COMMANDS[text]), 0.3, 0.9)

    def act(self, action: str, value: Any = None) -> None:
        """`stuck` is a sock in the brush; see `Thing.act`."""
        if action != "stuck":
            raise ValueError(f"{self.name} cannot {action}")
        self._become("error")

    def _become(self, state: str) -> None:
        self.state = state
        self._trip += 1
        trip = self._trip
        if state == "cleaning":
            self.later(2400, lambda: self._become("returning") if trip == self._trip else None)
        elif state == "returning":
            self.later(60, lambda: self._become("docked") if trip == self._trip else None)
        self._tell()
