"""A Zigbee device: its model, its features and its state; the kinds are in the modules beside this one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from marge.demo_home.simulator.zigbee import entries
from marge.demo_home.simulator.zigbee.entries import Entry

if TYPE_CHECKING:
    from marge.demo_home.simulator.zigbee.gateway import Zigbee2Mqtt

REPORT_SECONDS = 60.0


class Model(NamedTuple):
    """Who made it and what it is."""

    vendor: str
    model: str
    description: str
    firmware: str = ""


class ZigbeeDevice:
    """Answers commands and reports through the gateway. `features` are the entities besides the link quality."""

    model: Model
    battery: float | None = None
    """Percent left; None for a device with mains power."""

    def __init__(self, gateway: Zigbee2Mqtt, ieee: str, name: str) -> None:
        self.gateway = gateway
        self.ieee = ieee
        self.name = name
        self.rng = gateway.rng
        self.world = gateway.world
        self.state: dict[str, Any] = {"linkquality": self.rng.randrange(60, 220)}
        if self.battery is not None:
            self.battery = self.state["battery"] = self.rng.randrange(55, 101)
        self.set_up()

    def set_up(self) -> None:
        """Fill the first state."""

    def features(self) -> list[Entry]:
        """The entities of this kind of device."""
        raise NotImplementedError

    def entries(self) -> list[Entry]:
        """All entities, as the gateway announces them."""
        listed = self.features()
        if self.battery is not None:
            listed.append(entries.numeric("battery"))
        return [*listed, entries.linkquality()]

    def start(self) -> None:
        """Begin to report."""
        if self.battery is not None:
            self.gateway.every(6 * 3600, self._drain)

    def _drain(self) -> None:
        if self.battery is not None:
            self.battery = max(0.0, self.battery - 0.1)
            self.report(battery=round(self.battery))

    def set(self, values: dict[str, Any]) -> None:
        """Carry out a command; unknown keys do nothing."""

    def report(self, **values: Any) -> None:
        """Take over new values and tell the gateway all that is known, as Zigbee2MQTT does."""
        self.state.update(values)
        self.gateway.publish_state(self)

    def act(self, action: str, value: Any = None) -> None:
        """See `Thing.act`."""
        if action == "battery":
            self.battery = float(value)
            self.report(battery=round(self.battery))
        elif action == "offline":
            self.gateway.set_available(self, False)
        elif action == "online":
            self.gateway.set_available(self, True)
        else:
            raise ValueError(f"{self.name} cannot {action}")
