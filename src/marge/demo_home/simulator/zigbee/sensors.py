"""What only watches: climate, motion, doors, water, smoke, gas, soil, and the button at the bedside."""

from __future__ import annotations

from typing import Any

from marge.demo_home.simulator.zigbee import entries
from marge.demo_home.simulator.zigbee.device import REPORT_SECONDS, Model, ZigbeeDevice
from marge.demo_home.simulator.zigbee.entries import Entry
from marge.demo_home.simulator.zigbee.gateway import Zigbee2Mqtt


class ClimateSensor(ZigbeeDevice):
    """Temperature and humidity, once a minute."""

    model = Model("Aqara", "WSDCGQ11LM", "Temperature and humidity sensor")
    battery = 100.0

    def __init__(self, gateway: Zigbee2Mqtt, ieee: str, name: str, warmer: float = 0.0, damper: float = 0.0) -> None:
        self.warmer = warmer
        self.damper = damper
        super().__init__(gateway, ieee, name)

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state |= self._measured()

    def _measured(self) -> dict[str, float]:
        noise = self.rng.gauss(0, 0.04)
        return {
            "temperature": round(self.world.room_temperature(self.warmer) + noise, 2),
            "humidity": round(self.world.room_humidity(self.damper) + 4 * noise, 2),
        }

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.numeric("temperature"), entries.numeric("humidity")]

    def start(self) -> None:
        """See `ZigbeeDevice.start`."""
        super().start()
        self.gateway.every(REPORT_SECONDS, lambda: self.report(**self._measured()))

    def act(self, action: str, value: Any = None) -> None:
        """`shower` makes the air damp by so many percent, until `dry`; see `Thing.act`."""
        if action == "shower":
            self.damper += float(value)
        elif action == "dry":
            self.damper -= float(value)
        else:
            super().act(action, value)
            return
        self.report(**self._measured())


class MotionSensor(ZigbeeDevice):
    """Motion, which it holds for a while, and how bright it is."""

    model = Model("Philips", "9290012607", "Hue motion sensor", "1.1.27575")
    battery = 100.0

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state |= {"occupancy": False, "illuminance": round(self._lux()), "occupancy_timeout": 60}
        self._holds = 0

    def _lux(self) -> float:
        return self.world.daylight() / 260 + self.rng.uniform(0, 2)

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [
            entries.binary("occupancy", "occupancy"),
            entries.numeric("illuminance"),
            entries.number("occupancy_timeout", "Occupancy timeout", 0, 65_535, "s"),
        ]

    def start(self) -> None:
        """See `ZigbeeDevice.start`."""
        super().start()
        self.gateway.every(300, lambda: self.report(illuminance=round(self._lux())))

    def set(self, values: dict[str, Any]) -> None:
        """See `ZigbeeDevice.set`."""
        if "occupancy_timeout" in values:
            self.report(occupancy_timeout=values["occupancy_timeout"])

    def act(self, action: str, value: Any = None) -> None:
        """`motion`: somebody passes; see `Thing.act`."""
        if action != "motion":
            super().act(action, value)
            return
        self._holds += 1
        holds = self._holds
        self.report(occupancy=True, illuminance=round(self._lux()))
        self.gateway.later(
            self.state["occupancy_timeout"], lambda: self.report(occupancy=False) if holds == self._holds else None
        )


class Contact(ZigbeeDevice):
    """A door, a window or a lid. `contact` is true while it is shut."""

    model = Model("Aqara", "MCCGQ11LM", "Door and window sensor")
    battery = 100.0

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state["contact"] = True

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.binary("contact", "door", on=False, off=True)]

    def act(self, action: str, value: Any = None) -> None:
        """`open` and `close`; see `Thing.act`."""
        if action in ("open", "close"):
            self.report(contact=action == "close")
        else:
            super().act(action, value)


class Alarm(ZigbeeDevice):
    """Water, smoke or gas: `alarm` and `clear`."""

    battery = 100.0
    prop: str
    device_class: str

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state[self.prop] = False

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.binary(self.prop, self.device_class)]

    def start(self) -> None:
        """See `ZigbeeDevice.start`."""
        super().start()
        self.gateway.every(3600, self.report)

    def act(self, action: str, value: Any = None) -> None:
        """See the class."""
        if action in ("alarm", "clear"):
            self.report(**{self.prop: action == "alarm"})
        else:
            super().act(action, value)


class LeakSensor(Alarm):
    """Water on the floor."""

    model = Model("Aqara", "SJCGQ11LM", "Water leak sensor")
    prop = "water_leak"
    device_class = "moisture"


class SmokeDetector(Alarm):
    """Smoke."""

    model = Model("Heiman", "HS1SA", "Smoke detector", "20180405")
    prop = "smoke"
    device_class = "smoke"


class GasDetector(Alarm):
    """Carbon monoxide."""

    model = Model("Heiman", "HS1CA-M", "Smart carbon monoxide sensor", "20180405")
    prop = "carbon_monoxide"
    device_class = "carbon_monoxide"


class SoilSensor(ZigbeeDevice):
    """A pot of soil that dries until somebody waters it."""

    model = Model("Tuya", "TS0601_soil", "Soil sensor")
    battery = 100.0

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.moisture = 47.0
        self.state |= {"soil_moisture": 47, "temperature": round(self.world.room_temperature(0), 1)}

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.numeric("soil_moisture"), entries.numeric("temperature")]

    def start(self) -> None:
        """See `ZigbeeDevice.start`."""
        super().start()
        self.gateway.every(1800, self._dry)

    def _dry(self) -> None:
        self.moisture = max(4.0, self.moisture - 0.12)
        self.report(soil_moisture=round(self.moisture), temperature=round(self.world.room_temperature(0), 1))

    def act(self, action: str, value: Any = None) -> None:
        """`moisture` sets it; see `Thing.act`."""
        if action == "moisture":
            self.moisture = float(value)
            self._dry()
        else:
            super().act(action, value)


class Button(ZigbeeDevice):
    """A button that says how it was pressed."""

    model = Model("Aqara", "WXKG11LM", "Wireless mini switch")
    battery = 100.0
    actions = ("single", "double", "triple", "quadruple", "hold", "release")

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.action(self.actions)]

    def act(self, action: str, value: Any = None) -> None:
        """`press` in one of its ways; see `Thing.act`."""
        if action == "press":
            self.gateway.publish_action(self, str(value))
        else:
            super().act(action, value)
