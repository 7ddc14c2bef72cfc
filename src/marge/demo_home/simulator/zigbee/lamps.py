"""Lamps and plugs: what shines, and what switches and measures."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.zigbee import entries
from marge.demo_home.simulator.zigbee.device import Model, ZigbeeDevice
from marge.demo_home.simulator.zigbee.entries import Entry

LIGHT_KEYS: Final[dict[str, tuple[type, ...]]] = {
    "brightness": (int, float),
    "color_temp": (int, float),
    "color": (dict,),
}


class WhiteLamp(ZigbeeDevice):
    """A dimmable lamp with one white."""

    model = Model("IKEA", "LED1623G12", "TRADFRI bulb E26/E27, white, globe, opal, 1000 lm", "1.0.012")
    modes: tuple[str, ...] = ()
    mireds: tuple[int, int] | None = None
    effects: tuple[str, ...] = ()
    firmware = 16_777_216

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state |= {"state": "OFF", "brightness": 254}
        self.state["update"] = {
            "state": "idle",
            "installed_version": self.firmware,
            "latest_version": self.firmware,
        }
        if "color_temp" in self.modes:
            self.state |= {"color_mode": "color_temp", "color_temp": 370}
        self._fade = 0

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.light(*self.modes, mireds=self.mireds, effects=self.effects), entries.update(self.ieee)]

    def set(self, values: dict[str, Any]) -> None:
        """Switch at once; a transition reports the end of the way at its start, as bulbs do, and again when there."""
        changes: dict[str, Any] = {}
        state = values.get("state")
        if isinstance(state, str):
            on = self.state["state"] != "ON" if state.upper() == "TOGGLE" else state.upper() == "ON"
            changes["state"] = "ON" if on else "OFF"
        for key, kind in LIGHT_KEYS.items():
            if isinstance(values.get(key), kind) and (key != "color" or "xy" in self.modes):
                changes[key] = values[key]
        if "color" in changes:
            changes["color_mode"] = "xy"
        elif "color_temp" in changes:
            changes["color_mode"] = "color_temp"
        if "brightness" in changes and "state" not in changes:
            changes["state"] = "ON" if changes["brightness"] else "OFF"
        self.report(**changes)
        transition = values.get("transition", 0)
        if isinstance(transition, int | float) and transition > 1:
            self._fade += 1
            number = self._fade
            self.gateway.later(transition, lambda: self.report() if number == self._fade else None)

    def act(self, action: str, value: Any = None) -> None:
        """`switch` is the wall switch; see `Thing.act`."""
        if action == "switch":
            self.set({"state": value})
        elif action == "new_firmware":
            self.report(update={**self.state["update"], "state": "available", "latest_version": self.firmware + 16})
        else:
            super().act(action, value)


class WarmLamp(WhiteLamp):
    """A lamp from warm to cold white."""

    model = Model("Philips", "9290022169", "Hue white ambiance E27 with Bluetooth", "1.122.2")
    modes = ("color_temp",)
    mireds = (153, 454)


class ColorLamp(WhiteLamp):
    """A lamp of any colour."""

    model = Model("Philips", "9290022166", "Hue white and color ambiance E26/E27", "1.122.2")
    modes = ("xy", "color_temp")
    mireds = (153, 500)
    effects = ("blink", "breathe", "okay", "channel_change", "candle", "fireplace", "colorloop", "finish_effect")


class Plug(ZigbeeDevice):
    """A plug that measures; `load` is what its appliance draws while it works, in watts."""

    model = Model("Innr", "SP 240", "Smart plug", "1.8.7")
    standby = 0.6
    load = 0.0

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state |= {"state": "OFF", "power": 0.0, "voltage": 121, "current": 0.0, "power_on_behavior": "previous"}
        self.state["energy"] = round(self.rng.uniform(10, 400), 2)

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        measured = [entries.numeric(prop) for prop in ("power", "voltage", "current", "energy")]
        choice = entries.select("power_on_behavior", "Power-on behavior", ("off", "on", "toggle", "previous"))
        return [entries.switch(), *measured, choice]

    def start(self) -> None:
        """See `ZigbeeDevice.start`."""
        super().start()
        self.gateway.every(60, self._measure)

    def _measure(self) -> None:
        if self.state["state"] != "ON":
            if self.state["power"]:
                self.report(power=0.0, current=0.0)
            return
        power = round(max(0.0, (self.load or self.standby) * self.rng.uniform(0.97, 1.03)), 1)
        voltage = round(120.5 + self.rng.uniform(-1, 1))
        energy = round(self.state["energy"] + power / 60_000, 2)
        self.report(power=power, voltage=voltage, current=round(power / voltage, 2), energy=energy)

    def set(self, values: dict[str, Any]) -> None:
        """See `ZigbeeDevice.set`."""
        changes = {}
        state = values.get("state")
        if isinstance(state, str):
            on = self.state["state"] != "ON" if state.upper() == "TOGGLE" else state.upper() == "ON"
            changes["state"] = "ON" if on else "OFF"
        if "power_on_behavior" in values:
            changes["power_on_behavior"] = values["power_on_behavior"]
        self.report(**changes)

    def act(self, action: str, value: Any = None) -> None:
        """`switch` is its button, `load` what the appliance draws now; see `Thing.act`."""
        if action == "switch":
            self.set({"state": value})
        elif action == "load":
            self.load = float(value)
            self._measure()
        else:
            super().act(action, value)
