"""A program that announces all entities of one device in one message (`homeassistant/device/<id>/config`)."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.mqtt import Message
from marge.demo_home.simulator.station import BIRTH_TOPIC, Station, Surroundings, Thing

ORIGIN: Final = {"name": "house-bridge", "sw": "1.4.0", "url": "https://example.org/house-bridge"}


class Bundle(Station):
    """One device under the topics `<base>/…`; `status` there says whether it is available."""

    base: str
    about: dict[str, Any]
    commands: tuple[str, ...] = ()

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.client_id = self.base.replace("/", "-")
        self.name = str(self.about["name"])
        self.will = Message(f"{self.base}/status", b"offline", 1, True)
        self.filters = tuple(f"{self.base}/{command}" for command in self.commands)

    @property
    def things(self) -> list[Thing]:
        """See `Station.things`."""
        return [self]

    def components(self) -> dict[str, dict[str, Any]]:
        """The entities: key → configuration with its platform."""
        raise NotImplementedError

    def tell(self) -> None:
        """Publish every state."""
        raise NotImplementedError

    def command(self, name: str, payload: str) -> None:
        """Carry out a command that came on `<base>/<name>`."""

    def act(self, action: str, value: Any = None) -> None:
        """See `Thing.act`."""
        raise ValueError(f"{self.name} cannot {action}")

    def send(self, part: str, payload: object, *, retain: bool = True) -> None:
        """Publish on `<base>/<part>`."""
        self.publish(f"{self.base}/{part}", payload, retain=retain)

    def announce(self) -> None:
        """See `Station.announce`."""
        identity = self.base.replace("/", "_")
        components = {
            key: {**config, "unique_id": f"{identity}_{key}", "object_id": config.get("object_id", key)}
            for key, config in self.components().items()
        }
        self.send("status", "online")
        self.discover(
            "device",
            identity,
            {
                "dev": {"ids": [identity], **self.about},
                "o": ORIGIN,
                "cmps": components,
                "availability_topic": f"{self.base}/status",
                "qos": 1,
            },
        )
        self.tell()

    def on_message(self, topic: str, payload: bytes) -> None:
        """See `Station.on_message`."""
        if topic == BIRTH_TOPIC:
            if payload == b"online":
                self.soon(self.tell, 1, 3)
            return
        name = topic.removeprefix(f"{self.base}/")
        text = payload.decode(errors="replace")
        self.soon(lambda: self.command(name, text))
