"""MQTT discovery: follows the configuration topics and keeps what they announce."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

from marge.core.errors import TemplateError
from marge.mqtt.discovery import payload as payloads
from marge.mqtt.discovery.component import COMPONENTS, Component, EntityItem, Item, load_component
from marge.mqtt.discovery.devices import drop_empty_device, known_device
from marge.mqtt.discovery.holding import DeviceHolder
from marge.mqtt.discovery.payload import Discovered
from marge.mqtt.discovery.ports import MqttPlatform
from marge.mqtt.discovery.topic import DiscoveryTopic, parse
from marge.mqtt.discovery.validate import checked
from marge.util.schema import Invalid
from marge.util.suggest import nearest

_LOGGER = logging.getLogger("marge.mqtt.discovery")

Key = tuple[str, str]


class _Known:
    """A living item and the topic that announced it."""

    __slots__ = ("item", "topic")

    def __init__(self, item: Item, topic: str) -> None:
        self.item = item
        self.topic = topic


class Discovery:
    """Creates, updates and removes what devices announce below the discovery prefix.

    One malformed message is logged with its topic and never touches anything else.
    """

    def __init__(self, mqtt: MqttPlatform, prefix: str = "homeassistant") -> None:
        self._mqtt = mqtt
        self._prefix = prefix
        self._known: dict[Key, _Known] = {}
        self._removes: list[Callable[[], None]] = []
        self._removing: str | None = None

    def start(self) -> None:
        """Subscribe to the configuration topics; retained announcements are processed at once."""
        subscribe = self._mqtt.link.subscribe
        for topic_filter in (f"{self._prefix}/+/+/config", f"{self._prefix}/+/+/+/config"):
            self._removes.append(subscribe(topic_filter, self._receive))
        listen = self._mqtt.hub.bus.listen
        self._removes.append(listen("entity_registry_updated", self._entity_registry_updated))
        self._removes.append(listen("device_registry_updated", self._device_registry_updated))

    def stop(self) -> None:
        """Follow nothing any more; what was discovered stays."""
        for remove in self._removes:
            remove()
        self._removes.clear()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, component: str, discovery_id: str) -> Item | None:
        """What was announced under this id (`object_id`, or `node_id object_id`), None for nothing."""
        known = self._known.get((component, discovery_id))
        return None if known is None else known.item

    def add_manual(self, component: str, config: dict[str, Any]) -> Item:
        """Create an entity that `configuration.yaml` lists; raises Invalid or TemplateError.

        Unlike in what devices announce, keys that nobody knows are mistakes.
        """
        made_by = checked(component, config)
        self._mqtt.hub.load_component(f"mqtt.{component}")
        return made_by.create(self._mqtt, config)

    def update_manual(self, item: Item, component: str, config: dict[str, Any]) -> None:
        """Change what `add_manual` made; raises Invalid or TemplateError and leaves it as it was."""
        checked(component, config)
        item.update(config)

    def _component(self, name: str) -> Component | None:
        component = load_component(name)
        if component is not None:
            self._mqtt.hub.load_component(f"mqtt.{name}")
        return component

    def _receive(self, topic: str, payload: bytes, _qos: int, _retain: bool) -> None:
        parts = parse(topic, self._prefix)
        if parts is None:
            _LOGGER.warning("Passed over a message on the illegal discovery topic '%s'", topic)
            return
        if parts.component != "device" and parts.component not in COMPONENTS:
            hint = nearest(parts.component, (*COMPONENTS, "device"))
            meant = f", did you mean '{hint}'?" if hint else ""
            _LOGGER.warning("There is no component '%s': passed over '%s'%s", parts.component, topic, meant)
            return
        try:
            for discovered in self._read(parts, topic, payload):
                self._process(discovered, topic)
        except Invalid as error:
            _LOGGER.warning("Discovery message on %s refused: %s", topic, error)

    def _read(self, parts: DiscoveryTopic, topic: str, payload: bytes) -> Iterable[Discovered]:
        if parts.component != "device":
            if not payload:
                return [Discovered(parts.component, parts.id, None)]
            return [payloads.single(parts, payloads.parse(payload))]
        if not payload:
            return self._all_of(topic, migrate=False)
        data = payloads.parse(payload)
        if payloads.is_migration(data):
            return self._all_of(topic, migrate=True)
        # Read as a whole first: a malformed bundle changes nothing.
        return list(payloads.bundle(parts, data))

    def _all_of(self, topic: str, *, migrate: bool) -> list[Discovered]:
        return [
            Discovered(component, thing_id, None, migrate)
            for (component, thing_id), known in self._known.items()
            if known.topic == topic
        ]

    def _process(self, discovered: Discovered, topic: str) -> None:
        key = discovered.component, discovered.id
        known = self._known.get(key)
        if known is not None and known.topic != topic:
            # Two ways of announcing the same thing: the first holds until it says `migrate_discovery` or clears it.
            level = logging.DEBUG if discovered.config is None else logging.WARNING
            _LOGGER.log(
                level,
                "%s '%s' was announced on %s already: the message on %s is passed over. To move it, publish "
                '{"migrate_discovery": true} on the first topic before',
                *key,
                known.topic,
                topic,
            )
            return
        if discovered.config is None:
            if known is not None:
                self._remove(key, known, forget=not discovered.migrate)
            return
        try:
            if known is not None:
                self._update(known.item, discovered.config)
                return
            component = self._component(discovered.component)
            if component is None:
                _LOGGER.warning("Discovery message on %s names the unknown platform %s", topic, discovered.component)
                return
            self._known[key] = _Known(component.create(self._mqtt, discovered.config), topic)
        except (Invalid, TemplateError) as error:
            _LOGGER.warning("Discovery of %s '%s' on %s refused: %s", discovered.component, discovered.id, topic, error)
        except Exception:
            _LOGGER.exception("Discovery of %s '%s' on %s failed", discovered.component, discovered.id, topic)

    def _update(self, item: Item, config: dict[str, Any]) -> None:
        # With another unique id the entity is forgotten for a new one: its announcement has to stay.
        self._removing = _entity_id(item)
        try:
            item.update(config)
        finally:
            self._removing = None

    def _remove(self, key: Key, known: _Known, *, forget: bool) -> None:
        del self._known[key]
        self._removing = _entity_id(known.item)
        try:
            known.item.remove(forget=forget)
        finally:
            self._removing = None

    def _entity_registry_updated(self, event: Any) -> None:
        """The user deleted an entity: clear its announcement, or it would be back after a restart.

        Its device goes with the last that it had.
        """
        data = event.data
        if data.get("action") != "remove" or data["entity_id"] == self._removing:
            return
        for key, known in self._known.items():
            if isinstance(known.item, EntityItem) and known.item.entity.entity_id == data["entity_id"]:
                self._forget(key, known)
                device = known.item.entity.config.device
                if device is not None and (entry := known_device(self._mqtt, device)) is not None:
                    drop_empty_device(self._mqtt, entry.id)
                return

    def _device_registry_updated(self, event: Any) -> None:
        """The user deleted a device, or took it from MQTT: its triggers and tags go, and their announcements."""
        device_id = event.data["device_id"]
        if device_id not in self._mqtt.holders:
            return
        device = self._mqtt.registries.devices.get(device_id)
        if device is not None and self._mqtt.config_entry_id in device.config_entries:
            return
        for key, known in list(self._known.items()):
            item = known.item
            if isinstance(item, DeviceHolder) and item.device_id == device_id:
                item.remove(forget=False)
                self._forget(key, known)

    def _forget(self, key: Key, known: _Known) -> None:
        del self._known[key]
        # The announcement of a whole device stays until nothing of it is left: it is not this thing's alone.
        if all(other.topic != known.topic for other in self._known.values()):
            self._mqtt.link.publish(known.topic, b"", 0, True)


def _entity_id(item: Item) -> str | None:
    return item.entity.entity_id if isinstance(item, EntityItem) else None
