"""A hub with MQTT discovery on a broker in this process, and devices that announce themselves, for tests."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from marge.core.state import State
from marge.entities import EntityIndex
from marge.mqtt.broker import Broker
from marge.mqtt.discovery import Discovery, MqttPlatform
from marge.mqtt.local import LocalClient
from marge.registries import EntityHost, Registries
from marge.templates import TemplateEngine
from marge.testing import FakeClock, MemoryStore, make_hub

Payload = str | bytes | dict[str, Any] | list[Any] | int | float


class LastStates:
    """The states of the run before, by entity id."""

    def __init__(self) -> None:
        self.states: dict[str, State] = {}

    def last_state(self, entity_id: str) -> State | None:
        return self.states.get(entity_id)


class DiscoveryRig:
    """Announces, publishes, calls services; `sent` are the commands that the hub published since it was last asked."""

    def __init__(self, *, store: MemoryStore | None = None, clock: FakeClock | None = None, **config: Any) -> None:
        self.clock = clock or FakeClock()
        self.hub = make_hub(clock=self.clock, store=store, **config)
        self.registries = Registries(self.hub)
        self.registries.load()
        self.last = LastStates()
        self.index = EntityIndex(self.hub, self.registries.targets)
        self.host = EntityHost(self.hub, self.registries, self.index, restorer=self.last)
        self._deferred: list[Callable[[], object]] = []
        self.broker = Broker(self.clock, self._deferred.append, new_id=lambda: "auto")
        self.link = LocalClient(self.broker)
        self.link.set_connected(True)
        self._sent: list[tuple[str, str]] = []
        self.flags: list[tuple[int, bool]] = []
        """Qos and retain of what was sent."""
        self.templates = TemplateEngine(self.hub, self.registries)
        entry = self.registries.entries.ensure("mqtt", "MQTT")
        self.mqtt = MqttPlatform(self.hub, self.link, self.host, self.registries, self.templates, entry.id)
        self.discovery = Discovery(self.mqtt)
        self.discovery.start()
        self._publish = self.link.publish
        self.link.publish = self._record  # type: ignore[method-assign]  # what the hub sends is of interest

    def _record(self, topic: str, payload: str | bytes, qos: int = 0, retain: bool = False) -> None:
        text = payload if isinstance(payload, str) else payload.decode("latin-1")
        self._sent.append((topic, text))
        self.flags.append((qos, retain))
        self._publish(topic, payload, qos, retain)

    def settle(self) -> None:
        """Play the end of the loop's iterations."""
        while self._deferred:
            waiting, self._deferred[:] = list(self._deferred), []
            for callback in waiting:
                callback()

    def publish(self, topic: str, payload: Payload, *, retain: bool = False) -> None:
        """A device says something; anything but text and bytes is sent as JSON."""
        data = payload if isinstance(payload, (str, bytes)) else json.dumps(payload)
        self._publish(topic, data, 0, retain)
        self.settle()

    def announce(self, component: str, config: dict[str, Any], object_id: str = "it", **more: Any) -> str:
        """A device announces a component; returns the id of its entity, which is `<component>.it` unless named.

        `name=...` leaves the name out.
        """
        payload = {"name": object_id, **config, **more}
        if payload["name"] is ...:
            del payload["name"]
        self.publish(f"homeassistant/{component}/{object_id}/config", payload, retain=True)
        known = self.discovery.find(component, object_id)
        entity = getattr(known, "entity", None)
        return getattr(entity, "entity_id", "")

    def state(self, entity_id: str) -> str:
        """The state as the state machine has it."""
        found = self.hub.states.get(entity_id)
        assert found is not None, f"there is no {entity_id}, only {self.hub.states.entity_ids()}"
        return found.state

    def attributes(self, entity_id: str) -> dict[str, Any]:
        """The attributes as the state machine has them."""
        found = self.hub.states.get(entity_id)
        assert found is not None
        return found.attributes

    def attribute(self, entity_id: str, name: str) -> Any:
        """One attribute."""
        return self.attributes(entity_id).get(name)

    async def call(self, service: str, entity_id: str, **data: Any) -> list[tuple[str, str]]:
        """Call `domain.service` on an entity and return what was published for it."""
        self.sent()
        domain, _, name = service.partition(".")
        await self.hub.services.call(domain, name, data, target={"entity_id": entity_id})
        self.settle()
        return self.sent()

    def sent(self) -> list[tuple[str, str]]:
        """What the hub published since the last call."""
        sent, self._sent = self._sent, []
        return sent
