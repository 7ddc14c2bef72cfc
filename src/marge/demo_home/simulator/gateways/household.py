"""The bundles of the house: phones, message board, weather, humidifier, mower."""

from __future__ import annotations

import logging
from typing import Any

from marge.demo_home.simulator.gateways.bundle import Bundle
from marge.demo_home.simulator.station import Surroundings

_LOGGER = logging.getLogger("marge.demo")


class Phone(Bundle):
    """A resident's phone as the router sees it: `leave` and `arrive`."""

    def __init__(self, around: Surroundings, resident: str) -> None:
        self.base = f"presence/{resident.lower()}"
        self.about = {"name": f"{resident} Phone", "mf": "Presence", "mdl": "Wi-Fi client"}
        self.home = True
        self.battery = 80.0
        super().__init__(around)
        self.object = f"{resident.lower()}_phone"

    def components(self) -> dict[str, dict[str, Any]]:
        """See `Bundle.components`."""
        return {
            "tracker": {
                "p": "device_tracker",
                "name": None,
                "object_id": self.object,
                "state_topic": f"{self.base}/state",
                "source_type": "router",
                "json_attributes_topic": f"{self.base}/attributes",
            },
            "battery": {
                "p": "sensor",
                "device_class": "battery",
                "state_class": "measurement",
                "unit_of_measurement": "%",
                "object_id": f"{self.object}_battery",
                "state_topic": f"{self.base}/battery",
            },
        }

    def start(self) -> None:
        """See `Station.start`."""
        self.every(300, self._tick)

    def _tick(self) -> None:
        charging = 0 <= self.world.hour() < 6
        self.battery = min(100.0, max(8.0, self.battery + (1.6 if charging else -0.35)))
        self.tell()

    def tell(self) -> None:
        """See `Bundle.tell`."""
        self.send("state", "home" if self.home else "not_home")
        signal = self.rng.randrange(-70, -45) if self.home else None
        self.send("attributes", {"ssid": "home" if self.home else None, "signal": signal})
        self.send("battery", str(round(self.battery)))

    def act(self, action: str, value: Any = None) -> None:
        """See the class."""
        if action not in ("arrive", "leave"):
            super().act(action, value)
        self.home = action == "arrive"
        self.tell()


class MessageBoard(Bundle):
    """Where notifications arrive: a stand-in for the phones' push service. `received` keeps the last hundred."""

    base = "notifier"
    about = {"name": "Family", "mf": "Notifier", "mdl": "Push bridge"}
    commands = ("message/set",)

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.received: list[str] = []

    def components(self) -> dict[str, dict[str, Any]]:
        """See `Bundle.components`."""
        return {
            "phones": {
                "p": "notify",
                "name": "Phones",
                "object_id": "family_phones",
                "command_topic": f"{self.base}/message/set",
            },
            "last": {
                "p": "sensor",
                "name": "Last message",
                "object_id": "family_last_message",
                "icon": "mdi:message-text",
                "state_topic": f"{self.base}/last",
            },
        }

    def tell(self) -> None:
        """See `Bundle.tell`."""
        self.send("last", self.received[-1][:255] if self.received else "none yet")

    def command(self, name: str, payload: str) -> None:
        """See `Bundle.command`."""
        self.received = [*self.received[-99:], payload]
        _LOGGER.info("Message to the family's phones: %s", payload)
        self.tell()


class WeatherStation(Bundle):
    """The weather outside, every half hour."""

    base = "weather"
    about = {"name": "Outdoor", "mf": "Bresser", "mdl": "5-in-1 weather station"}

    def components(self) -> dict[str, dict[str, Any]]:
        """See `Bundle.components`."""
        measured = (
            ("temperature", "temperature", "°C"),
            ("humidity", "humidity", "%"),
            ("pressure", "atmospheric_pressure", "hPa"),
            ("illuminance", "illuminance", "lx"),
            ("wind_speed", "wind_speed", "km/h"),
        )
        listed: dict[str, dict[str, Any]] = {
            key: {
                "p": "sensor",
                "object_id": f"outdoor_{key}",
                "device_class": device_class,
                "state_class": "measurement",
                "unit_of_measurement": unit,
                "state_topic": f"{self.base}/state",
                "value_template": f"{{{{ value_json.{key} }}}}",
            }
            for key, device_class, unit in measured
        }
        listed["condition"] = {
            "p": "sensor",
            "name": "Condition",
            "object_id": "outdoor_condition",
            "device_class": "enum",
            "options": ["clear-night", "cloudy", "partlycloudy", "snowy", "sunny"],
            "state_topic": f"{self.base}/state",
            "value_template": "{{ value_json.condition }}",
        }
        return listed

    def start(self) -> None:
        """See `Station.start`."""
        self.every(1800, self.tell)

    def tell(self) -> None:
        """See `Bundle.tell`."""
        light = self.world.daylight()
        condition = "clear-night" if not light else "sunny" if light > 12_000 else "partlycloudy"
        self.send(
            "state",
            {
                "temperature": round(self.world.outdoor_temperature() + self.rng.gauss(0, 0.2), 1),
                "humidity": round(self.world.outdoor_humidity() + self.rng.gauss(0, 0.8)),
                "pressure": round(self.world.pressure(), 1),
                "illuminance": round(light),
                "wind_speed": round(abs(self.rng.gauss(8, 5)), 1),
                "condition": condition,
            },
        )


class Humidifier(Bundle):
    """The humidifier of the nursery."""

    base = "tuya/nursery_humidifier"
    about = {"name": "Nursery Humidifier", "mf": "Tuya", "mdl": "Ultrasonic humidifier"}
    commands = ("power/set", "humidity/set", "mode/set")

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.on = False
        self.target = 42
        self.mode = "auto"

    def components(self) -> dict[str, dict[str, Any]]:
        """See `Bundle.components`."""
        return {
            "humidifier": {
                "p": "humidifier",
                "name": None,
                "object_id": "nursery_humidifier",
                "device_class": "humidifier",
                "state_topic": f"{self.base}/state",
                "state_value_template": "{{ value_json.power }}",
                "command_topic": f"{self.base}/power/set",
                "target_humidity_state_topic": f"{self.base}/state",
                "target_humidity_state_template": "{{ value_json.target }}",
                "target_humidity_command_topic": f"{self.base}/humidity/set",
                "current_humidity_topic": f"{self.base}/state",
                "current_humidity_template": "{{ value_json.humidity }}",
                "action_topic": f"{self.base}/state",
                "action_template": "{{ value_json.action }}",
                "modes": ["auto", "sleep", "boost"],
                "mode_state_topic": f"{self.base}/state",
                "mode_state_template": "{{ value_json.mode }}",
                "mode_command_topic": f"{self.base}/mode/set",
                "min_humidity": 30,
                "max_humidity": 70,
            }
        }

    def start(self) -> None:
        """See `Station.start`."""
        self.every(120, self.tell)

    def tell(self) -> None:
        """See `Bundle.tell`."""
        humidity = round(self.world.room_humidity(2))
        action = "off" if not self.on else "humidifying" if humidity < self.target else "idle"
        power = "ON" if self.on else "OFF"
        self.send(
            "state",
            {"power": power, "target": self.target, "humidity": humidity, "mode": self.mode, "action": action},
        )

    def command(self, name: str, payload: str) -> None:
        """See `Bundle.command`."""
        if name == "power/set":
            self.on = payload == "ON"
        elif name == "mode/set":
            self.mode = payload
        elif name == "humidity/set" and payload.replace(".", "", 1).isdigit():
            self.target = round(float(payload))
        self.tell()


class Mower(Bundle):
    """The lawn mower; it mows for an hour and goes home."""

    base = "mower"
    about = {"name": "Lawn Mower", "mf": "OpenMower", "mdl": "YardForce Classic 500"}
    commands = ("start/set", "pause/set", "dock/set")

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.activity = "docked"
        self.battery = 100.0
        self._trip = 0

    def components(self) -> dict[str, dict[str, Any]]:
        """See `Bundle.components`."""
        return {
            "mower": {
                "p": "lawn_mower",
                "name": None,
                "object_id": "lawn_mower",
                "activity_state_topic": f"{self.base}/activity",
                "start_mowing_command_topic": f"{self.base}/start/set",
                "pause_command_topic": f"{self.base}/pause/set",
                "dock_command_topic": f"{self.base}/dock/set",
            },
            "battery": {
                "p": "sensor",
                "object_id": "lawn_mower_battery",
                "device_class": "battery",
                "state_class": "measurement",
                "unit_of_measurement": "%",
                "state_topic": f"{self.base}/battery",
            },
        }

    def start(self) -> None:
        """See `Station.start`."""
        self.every(120, self._tick)

    def _tick(self) -> None:
        self.battery = max(15.0, min(100.0, self.battery + (-2.5 if self.activity == "mowing" else 1.5)))
        self.send("battery", str(round(self.battery)))

    def tell(self) -> None:
        """See `Bundle.tell`."""
        self.send("activity", self.activity)
        self.send("battery", str(round(self.battery)))

    def command(self, name: str, payload: str) -> None:
        """See `Bundle.command`."""
        verb = name.split("/")[0]
        self._become({"start": "mowing", "pause": "paused", "dock": "returning"}[verb])

    def _become(self, activity: str) -> None:
        self.activity = activity
        self._trip += 1
        trip = self._trip
        if activity == "mowing":
            self.later(3600, lambda: self._become("returning") if trip == self._trip else None)
        elif activity == "returning":
            self.later(90, lambda: self._become("docked") if trip == self._trip else None)
        self.tell()
