"""The hub's MQTT: the embedded broker or an external one, discovery on it, the `mqtt` services."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from marge.app.mqtt_services import MqttServices, Reread
from marge.config.nodes import NodeList
from marge.config.settings import MqttRule, MqttSettings
from marge.core.hub import Hub
from marge.core.ports import DeviceTriggers, Mqtt
from marge.entities.device_tracker import ZoneLookup
from marge.mqtt import Access, BrokerConfig, BrokerServer, Rule, User, Will
from marge.mqtt.discovery import Discovery, ManualEntities, MqttPlatform
from marge.mqtt.discovery.ports import EntityPlace
from marge.registries import Registries
from marge.templates import TemplateEngine

if TYPE_CHECKING:
    from marge.mqtt import ExternalClient

BIRTH_TOPIC: Final = "homeassistant/status"
SYSTEM_TOPICS: Final = "marge/system/"
STATUS_TOPIC: Final = "marge/system/status"
"""What the hub says of itself; a client that could say it too could report a hub that is not there as online."""


class HubMqtt:
    """Starts the broker, then the discovery on it, and tells devices that the hub is here."""

    def __init__(
        self,
        hub: Hub,
        settings: MqttSettings,
        place: EntityPlace,
        registries: Registries,
        templates: TemplateEngine,
        zone_lookup: ZoneLookup,
        reread: Reread,
        config_dir: Path,
    ) -> None:
        """`reread` reads the configuration files again; `mqtt.dump` writes into `config_dir`."""
        self._hub = hub
        self._settings = settings
        self._registries = registries
        self._broker: BrokerServer | None = None
        self._external: tuple[ExternalClient, ...] = ()
        self.link: Mqtt
        self.status_link: Mqtt
        """Where STATUS_TOPIC is published: its will makes it `offline` when the hub dies."""
        if settings.broker == "external":
            # A connection has one will, and the hub has two to leave: `homeassistant/status`, which devices know from
            # Home Assistant, and its own status.
            self._external = _external(hub, settings)
            self.link, self.status_link = self._external
        else:
            self._broker = _embedded(hub, settings)
            self.link = self.status_link = self._broker.client
        entry = registries.entries.ensure("mqtt", "MQTT")
        self._platform = platform = MqttPlatform(hub, self.link, place, registries, templates, entry.id, zone_lookup)
        self.device_triggers: DeviceTriggers = platform.triggers
        self._entry_id = entry.id
        self._discovery = Discovery(self._platform, settings.discovery_prefix)
        self._manual = ManualEntities(self._discovery)
        self._services = MqttServices(hub, self.link, self._manual, reread, config_dir)

    @property
    def port(self) -> int | None:
        """The real port of the embedded broker; None with an external one."""
        return None if self._broker is None else self._broker.port

    @property
    def websocket_port(self) -> int | None:
        """The real port for MQTT over WebSocket; None without."""
        return None if self._broker is None else self._broker.websocket_port

    def figures(self) -> dict[str, Any]:
        """The broker's part of the health document; `connected` is told of an external one, which may be away."""
        if self._broker is None:
            return {"external": True, "connected": self.link.connected}
        broker = self._broker.broker
        return {
            "connected_clients": broker.connected_clients,
            "messages_received": broker.messages_received,
            "messages_sent": broker.messages_sent,
            "retained_messages": broker.retained_messages,
        }

    async def start(self, manual: NodeList) -> None:
        """Listen or connect, discover, and set up the entities that `configuration.yaml` lists under `mqtt:`."""
        if self._broker is not None:
            await self._broker.start()
        for client in self._external:
            await client.start()
        self._registries.entries.set_status(self._entry_id, state="loaded", supports_remove_device=True)
        self._hub.load_component("mqtt")
        self._services.register(manual)
        self._discovery.start()
        self._manual.load(manual)
        self._link_changed(self.link.connected)
        self.link.on_connection(self._link_changed)

    def reload(self) -> None:
        """Read all retained announcements again, and ask devices to announce themselves."""
        self._discovery.stop()
        self._discovery.start()
        self._link_changed(self.link.connected)

    def _link_changed(self, connected: bool) -> None:
        """Tell devices that the hub is here, so that they announce themselves again."""
        if connected:
            self.link.publish(BIRTH_TOPIC, "online")

    async def stop(self) -> None:
        """Tell devices that the hub goes, and end the broker."""
        await self._services.stop()
        self._discovery.stop()
        if self.link.connected:
            self.link.publish(BIRTH_TOPIC, "offline")
        if self._broker is not None:
            await self._broker.stop()
        for client in self._external:
            await client.stop()


def _embedded(hub: Hub, settings: MqttSettings) -> BrokerServer:
    users = [User(user.name, user.password, _rules(user.rules)) for user in settings.users]
    if settings.username is not None:
        users.append(User(settings.username, settings.password or ""))
    access = Access(users, anonymous=settings.allow_anonymous, rules=_rules(settings.rules), reserved=(SYSTEM_TOPICS,))
    config = BrokerConfig(settings.host or None, settings.port, settings.websocket_port)
    return BrokerServer(config, hub.clock, hub.store, access=access)


def _rules(rules: Iterable[MqttRule]) -> tuple[Rule, ...]:
    return tuple(Rule(rule.topic, rule.access) for rule in rules)


def _external(hub: Hub, settings: MqttSettings) -> tuple[ExternalClient, ExternalClient]:
    """The hub's connection, and the small one beside it that stands for its status."""
    from marge.mqtt import ExternalClient, Identity  # loaded only where an external broker is used

    client_id = f"marge-{hub.hex_id()[:12]}"
    host = settings.host or "127.0.0.1"

    def connection(name: str, will: Will, purpose: str = "") -> ExternalClient:
        identity = Identity(name, settings.username, settings.password, will)
        return ExternalClient(host, settings.port, identity, hub.clock, purpose=purpose)

    return (
        connection(client_id, Will(BIRTH_TOPIC, b"offline")),
        connection(f"{client_id}-st", Will(STATUS_TOPIC, b"offline", retain=True), STATUS_TOPIC),
    )
