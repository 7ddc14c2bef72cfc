"""What moves or sounds: locks, blinds, the siren."""

from __future__ import annotations

from typing import Any

from marge.demo_home.simulator.zigbee import entries
from marge.demo_home.simulator.zigbee.device import Model, ZigbeeDevice
from marge.demo_home.simulator.zigbee.entries import Entry


class Lock(ZigbeeDevice):
    """A door lock. `jam` makes its bolt stick, so that it stays unlocked."""

    model = Model("Yale", "YRD426NRSC", "Assure lock")
    battery = 100.0
    jammed = False

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state |= {"state": "LOCK", "lock_state": "locked"}

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.lock()]

    def set(self, values: dict[str, Any]) -> None:
        """The bolt takes its time."""
        state = values.get("state")
        if state in ("LOCK", "UNLOCK"):
            self.gateway.soon(lambda: self._turn(state), 0.6, 1.2)

    def _turn(self, state: str) -> None:
        if self.jammed and state == "LOCK":
            self.report(lock_state="not_fully_locked")
        else:
            self.report(state=state, lock_state="locked" if state == "LOCK" else "unlocked")

    def act(self, action: str, value: Any = None) -> None:
        """`lock` and `unlock` by key, `jam` and `free` the bolt; see `Thing.act`."""
        if action in ("lock", "unlock"):
            self._turn(action.upper())
        elif action in ("jam", "free"):
            self.jammed = action == "jam"
        else:
            super().act(action, value)


class Blinds(ZigbeeDevice):
    """A blind of which the motor needs half a minute for the whole way."""

    model = Model("IKEA", "E1757", "FYRTUR roller blind, block-out", "24.4.11")
    battery = 100.0
    seconds_for_all = 30.0

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state |= {"state": "CLOSE", "position": 0}
        self._way = 0

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.cover()]

    def set(self, values: dict[str, Any]) -> None:
        """See `ZigbeeDevice.set`."""
        self._way += 1
        if isinstance(position := values.get("position"), int | float):
            self._go(int(position), self._way)
        elif (state := values.get("state")) in ("OPEN", "CLOSE"):
            self._go(100 if state == "OPEN" else 0, self._way)
        else:
            self.report()

    def _go(self, target: int, way: int) -> None:
        if way != self._way:
            return
        at = self.state["position"]
        step = max(-20, min(20, target - at))
        if step:
            at += step
            self.report(position=at, state="OPEN" if at else "CLOSE")
        if at != target:
            self.gateway.later(self.seconds_for_all / 5, lambda: self._go(target, way))


class Siren(ZigbeeDevice):
    """Very loud."""

    model = Model("Heiman", "HS2WD-E", "Smart siren", "20181207")

    def set_up(self) -> None:
        """See `ZigbeeDevice.set_up`."""
        self.state["warning"] = None
        self.sounding = "stop"

    def features(self) -> list[Entry]:
        """See `ZigbeeDevice.features`."""
        return [entries.siren(("burglar", "fire", "emergency", "police_panic", "fire_panic", "emergency_panic"))]

    def set(self, values: dict[str, Any]) -> None:
        """See `ZigbeeDevice.set`."""
        warning = values.get("warning")
        if isinstance(warning, dict):
            self.sounding = str(warning.get("mode", "stop"))
