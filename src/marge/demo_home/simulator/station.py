"""A station is whatever holds one connection to the broker: a gateway with many devices, or a single Wi-Fi device."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any, Final, NamedTuple, Protocol

from marge.core.clock import Cancel, Clock
from marge.demo_home.simulator.mqtt import Address, Message, MqttClient
from marge.demo_home.simulator.world import World

BIRTH_TOPIC: Final = "homeassistant/status"
DISCOVERY_PREFIX: Final = "homeassistant"


class Surroundings(NamedTuple):
    """What every device is handed: the time, its share of chance, and what happens around it."""

    clock: Clock
    rng: random.Random
    world: World


class Thing(Protocol):
    """A device by the name that the timetable calls it."""

    name: str

    def act(self, action: str, value: Any = None) -> None:
        """Let a resident or nature do something to it; raises ValueError for what it does not know."""


class Station:
    """One client of the broker. `start` it with a client made by `connect`."""

    client_id: str
    will: Message | None = None
    filters: tuple[str, ...] = ()

    def __init__(self, around: Surroundings) -> None:
        self.clock, self.rng, self.world = around
        self.client: MqttClient | None = None
        self._timers: dict[int, Cancel] = {}
        self._number = 0

    @property
    def things(self) -> list[Thing]:
        """The devices behind this connection."""
        raise NotImplementedError

    def connect(self, address: Address) -> MqttClient:
        """Make the connection; `run` of what is returned keeps it up."""
        self.client = MqttClient(
            address,
            self.client_id,
            on_connect=self._connected,
            on_message=self.on_message,
            will=self.will,
        )
        return self.client

    def _connected(self) -> None:
        assert self.client is not None
        self.client.subscribe(*self.filters, BIRTH_TOPIC)
        self.announce()

    def start(self) -> None:
        """Begin to measure and to report."""

    def announce(self) -> None:
        """Publish availability, discovery and every state: at each new connection."""
        raise NotImplementedError

    def on_message(self, topic: str, payload: bytes) -> None:
        """Handle a command, or the hub's birth message."""
        raise NotImplementedError

    def publish(self, topic: str, payload: object, *, retain: bool = False, qos: int = 0) -> None:
        """Publish text and bytes as they are, anything else as JSON."""
        if self.client is not None:
            data = payload if isinstance(payload, str | bytes) else dumps(payload)
            self.client.publish(topic, data, qos, retain)

    def discover(self, component: str, path: str, config: dict[str, Any]) -> None:
        """Publish the discovery payload of one entity, retained."""
        self.publish(f"{DISCOVERY_PREFIX}/{component}/{path}/config", config, retain=True, qos=1)

    def later(self, seconds: float, callback: Callable[[], object]) -> Cancel:
        """Call once; taken back when the station stops."""
        self._number = number = self._number + 1

        def run() -> None:
            self._timers.pop(number, None)
            callback()

        cancel = self._timers[number] = self.clock.call_later(seconds, run)
        return cancel

    def every(self, seconds: float, callback: Callable[[], object], *, first: float | None = None) -> None:
        """Call again and again; the first time somewhere within the interval, so that devices do not act in step."""

        def again() -> None:
            self.later(seconds, again)
            callback()

        self.later(self.rng.uniform(0, seconds) if first is None else first, again)

    def soon(self, callback: Callable[[], object], least: float = 0.04, most: float = 0.25) -> None:
        """Call after the time that radio, motor or firmware takes."""
        self.later(self.rng.uniform(least, most), callback)

    def stop(self) -> None:
        """Take all timers back."""
        for cancel in self._timers.values():
            cancel()
        self._timers.clear()


def dumps(value: object) -> str:
    """JSON as small firmware writes it: no spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def loads(payload: bytes) -> Any:
    """The JSON of a command; None when it is none."""
    try:
        return json.loads(payload)
    except ValueError:
        return None
