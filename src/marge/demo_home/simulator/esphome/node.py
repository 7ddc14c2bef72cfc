"""A node: its connection, its `<node>/status`, and the components on it."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.mqtt import Message
from marge.demo_home.simulator.station import BIRTH_TOPIC, Station, Surroundings, Thing
from marge.util.slug import slugify

VERSION: Final = "2025.3.3"


class Component:
    """One entity of a node, with the topics `<node>/<component>/<object id>/…`."""

    component: str
    has_state = True
    has_command = True

    def __init__(self, node: Node, label: str) -> None:
        self.node = node
        self.label = label
        self.object_id = slugify(label)
        self.name = f"{node.friendly_name} {label}"
        self.base = f"{node.node_name}/{self.component}/{self.object_id}"
        node.components.append(self)

    def config(self) -> dict[str, Any]:
        """What this kind of component adds to the discovery payload."""
        return {}

    def start(self) -> None:
        """Begin to measure."""

    def tell(self) -> None:
        """Publish the state."""
        raise NotImplementedError

    def command(self, part: str, payload: str) -> None:
        """Carry out a command; `part` is "" for the plain command topic, else the aspect, such as "position"."""

    def act(self, action: str, value: Any = None) -> None:
        """See `Thing.act`."""
        raise ValueError(f"{self.name} cannot {action}")

    def send(self, payload: str | dict[str, Any], part: str = "state") -> None:
        """Publish under the component's base topic, retained, as the firmware does."""
        self.node.publish(f"{self.base}/{part}", payload, retain=True)

    def discovery(self) -> dict[str, Any]:
        """The whole payload, in the order of the firmware."""
        config = self.config()
        config["name"] = self.label
        if self.has_state:
            config["stat_t"] = f"{self.base}/state"
        if self.has_command:
            config["cmd_t"] = f"{self.base}/command"
        config["avty_t"] = f"{self.node.node_name}/status"
        config["uniq_id"] = f"{self.node.mac}-{self.component}-{_fnv1(self.label):08x}"
        config["dev"] = self.node.about()
        return config


class Node(Station):
    """An ESP32 or ESP8266."""

    board = "esp32dev"

    def __init__(self, around: Surroundings, mac: str, node_name: str, friendly_name: str) -> None:
        super().__init__(around)
        self.mac = mac
        self.node_name = node_name
        self.friendly_name = friendly_name
        self.client_id = f"{node_name}-{mac}"
        self.will = Message(f"{node_name}/status", b"offline", 0, True)
        self.filters = (f"{node_name}/+/+/command", f"{node_name}/+/+/+/command")
        self.components: list[Component] = []

    @property
    def things(self) -> list[Thing]:
        """See `Station.things`."""
        return list(self.components)

    def about(self) -> dict[str, Any]:
        """The device."""
        return {
            "ids": self.mac,
            "name": self.friendly_name,
            "sw": f"{VERSION} (Feb 11 2026, 20:15:09)",
            "mdl": self.board,
            "mf": "Espressif",
            "cns": [["mac", self.mac]],
        }

    def start(self) -> None:
        """See `Station.start`."""
        for component in self.components:
            component.start()

    def announce(self) -> None:
        """See `Station.announce`."""
        for component in self.components:
            self.discover(component.component, f"{self.node_name}/{component.object_id}", component.discovery())
        self.publish(f"{self.node_name}/status", "online", retain=True)
        for component in self.components:
            component.tell()

    def on_message(self, topic: str, payload: bytes) -> None:
        """See `Station.on_message`. A node takes no notice of the hub's birth: what it publishes is retained."""
        if topic == BIRTH_TOPIC:
            return
        _node, kind, object_id, *rest = topic.split("/")
        part = rest[0] if len(rest) > 1 else ""
        text = payload.decode(errors="replace")
        for component in self.components:
            if component.component == kind and component.object_id == object_id:
                self._command(component, part, text)

    def _command(self, component: Component, part: str, payload: str) -> None:
        self.soon(lambda: component.command(part, payload), 0.01, 0.08)


def _fnv1(text: str) -> int:
    value = 2_166_136_261
    for byte in text.encode():
        value = value * 16_777_619 & 0xFFFFFFFF ^ byte
    return value
