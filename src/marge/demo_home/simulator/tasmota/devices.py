"""The kinds of Tasmota devices in the house: relay, plug that measures, meter, dimmer, shutter."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.tasmota.device import Tasmota

# Value of ENERGY → unit and what the firmware says of its kind.
ENERGY: Final[tuple[tuple[str, str, dict[str, str]], ...]] = (
    ("Total", "kWh", {"dev_cla": "energy", "stat_cla": "total_increasing"}),
    ("Yesterday", "kWh", {"dev_cla": "energy"}),
    ("Today", "kWh", {"dev_cla": "energy"}),
    ("Power", "W", {"dev_cla": "power"}),
    ("Voltage", "V", {"dev_cla": "voltage"}),
    ("Current", "A", {"dev_cla": "current"}),
)


class Relay(Tasmota):
    """A relay; `as_light` is SetOption30."""

    module = "Sonoff Basic"
    as_light = False
    on = False

    def announce_entities(self) -> None:
        """See `Tasmota.announce_entities`."""
        self.relay(light=self.as_light)

    def outputs(self) -> dict[str, Any]:
        """See `Tasmota.outputs`."""
        return {"POWER": "ON" if self.on else "OFF"}

    def command(self, name: str, payload: str) -> dict[str, Any] | None:
        """See `Tasmota.command`."""
        if name not in ("POWER", "POWER1"):
            return None
        match payload.strip().upper():
            case "ON" | "1" | "TRUE":
                self.on = True
            case "OFF" | "0" | "FALSE":
                self.on = False
            case "TOGGLE" | "2":
                self.on = not self.on
        return self.outputs()


class RelayLight(Relay):
    """A lamp behind a relay."""

    as_light = True


class _Counter(Relay):
    """Counts energy; `watts` is what is drawn now."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.total = self.rng.uniform(300, 4000)
        self.today = 0.0
        self.yesterday = self.rng.uniform(2, 9)
        self._day = self.world.local().date()
        self._counted = self.clock.now()

    def watts(self) -> float:
        """What is drawn at the moment."""
        raise NotImplementedError

    def measured(self) -> dict[str, Any]:
        """See `Tasmota.measured`."""
        now = self.clock.now()
        power = self.watts()
        used = power * (now - self._counted) / 3.6e6
        self._counted = now
        if (day := self.world.local().date()) != self._day:
            self._day, self.yesterday, self.today = day, self.today, 0.0
        self.total += used
        self.today += used
        voltage = 121 + round(self.rng.gauss(0, 0.8))
        return {
            "ENERGY": {
                "TotalStartTime": "2025-09-01T08:00:00",
                "Total": round(self.total, 3),
                "Yesterday": round(self.yesterday, 3),
                "Today": round(self.today, 3),
                "Power": round(power),
                "ApparentPower": round(power * 1.04),
                "ReactivePower": round(power * 0.28),
                "Factor": 0.96,
                "Voltage": voltage,
                "Current": round(power / voltage, 3),
            }
        }

    def announce_energy(self) -> None:
        """Announce the values of ENERGY."""
        for key, unit, look in ENERGY:
            self.sensor("ENERGY", key, unit, look)


class Plug(_Counter):
    """A plug that measures; `load` is what its appliance draws while it is on, in watts."""

    module = "Sonoff S31"
    load = 900.0

    def watts(self) -> float:
        """See `_Counter.watts`."""
        return max(0.0, self.load * self.rng.uniform(0.96, 1.04)) if self.on else 0.0

    def announce_entities(self) -> None:
        """See `Tasmota.announce_entities`."""
        self.relay()
        self.announce_energy()


class Meter(_Counter):
    """The meter of the whole house, every ten seconds (TelePeriod 10)."""

    module = "Shelly EM"
    tele_period = 10.0

    def watts(self) -> float:
        """See `_Counter.watts`."""
        return max(90.0, self.world.house_power() * self.rng.uniform(0.94, 1.06))

    def announce_entities(self) -> None:
        """See `Tasmota.announce_entities`."""
        self.announce_energy()

    def outputs(self) -> dict[str, Any]:
        """It switches nothing."""
        return {}

    def command(self, name: str, payload: str) -> dict[str, Any] | None:
        """It obeys nothing but its period."""
        if name != "TELEPERIOD":
            return None
        return {"TelePeriod": round(self.tele_period)}


class Dimmer(Relay):
    """A dimmer."""

    module = "Athom Dimmer"
    level = 60

    def announce_entities(self) -> None:
        """See `Tasmota.announce_entities`."""
        state = f"tele/{self.topic}/STATE"
        extra = {
            "bri_cmd_t": f"cmnd/{self.topic}/Dimmer",
            "bri_stat_t": state,
            "bri_scl": 100,
            "on_cmd_type": "brightness",
            "bri_val_tpl": "{{value_json.Dimmer}}",
        }
        self.relay(light=True, extra=extra)

    def outputs(self) -> dict[str, Any]:
        """See `Tasmota.outputs`."""
        return {**super().outputs(), "Dimmer": self.level}

    def command(self, name: str, payload: str) -> dict[str, Any] | None:
        """See `Tasmota.command`."""
        if name != "DIMMER":
            return super().command(name, payload)
        if payload.strip().isdigit():
            level = min(100, int(payload))
            self.on = level > 0
            self.level = level or self.level
        return self.outputs()


class Shutter(Tasmota):
    """Blinds behind two relays; the whole way takes `seconds`."""

    module = "Shelly 2.5"
    seconds = 20.0
    position = 100

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._way = 0

    def announce_entities(self) -> None:
        """See `Tasmota.announce_entities`."""
        self.shutter()
        self._tell()

    def outputs(self) -> dict[str, Any]:
        """See `Tasmota.outputs`."""
        return {"POWER1": "OFF", "POWER2": "OFF"}

    def _shutter(self, target: int, direction: int) -> dict[str, Any]:
        return {"Shutter1": {"Position": self.position, "Direction": direction, "Target": target, "Tilt": 0}}

    def command(self, name: str, payload: str) -> dict[str, Any] | None:
        """See `Tasmota.command`."""
        targets = {"SHUTTEROPEN1": 100, "SHUTTERCLOSE1": 0, "SHUTTERSTOP1": self.position}
        if name == "SHUTTERPOSITION1" and payload.strip().isdigit():
            target = min(100, int(payload))
        elif name in targets:
            target = targets[name]
        else:
            return None
        self._way += 1
        self._go(target, self._way)
        return self._shutter(target, (target > self.position) - (target < self.position))

    def act(self, action: str, value: Any = None) -> None:
        """`move` to a position, by hand; see `Thing.act`."""
        if action != "move":
            raise ValueError(f"{self.name} cannot {action}")
        self._obey("SHUTTERPOSITION1", str(value))

    def _go(self, target: int, way: int) -> None:
        if way != self._way:
            return
        if self.position != target:
            self.position += max(-25, min(25, target - self.position))
            self.later(self.seconds / 4, lambda: self._go(target, way))
        self._tell()

    def _tell(self) -> None:
        self.publish(f"stat/{self.topic}/SHUTTER1", str(self.position))
