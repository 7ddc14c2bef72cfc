"""The gateway: `zigbee2mqtt/…` topics, discovery of every device and of itself, commands to devices and groups."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.mqtt import Message
from marge.demo_home.simulator.station import BIRTH_TOPIC, Station, Surroundings, Thing, loads
from marge.demo_home.simulator.zigbee.device import ZigbeeDevice
from marge.demo_home.simulator.zigbee.entries import Entry, light, scene

BASE: Final = "zigbee2mqtt"
VERSION: Final = "2.1.3"
COORDINATOR: Final = "0x00124b0029e7a3c1"
ORIGIN: Final = {"name": "Zigbee2MQTT", "sw": VERSION, "url": "https://www.zigbee2mqtt.io"}
BRIDGE_STATE: Final = f"{BASE}/bridge/state"
RESEND_SECONDS: Final = 5.0

# Keys of a configuration whose value True stands for the state topic.
STATE_KEYS: Final = ("position_topic",)


class Group:
    """Several lamps under one name, with scenes that they remember."""

    def __init__(
        self, number: int, name: str, members: list[ZigbeeDevice], scenes: dict[int, tuple[str, dict[str, Any]]]
    ):
        self.number = number
        self.name = name
        self.members = members
        self.scenes = scenes


class Zigbee2Mqtt(Station):
    """All Zigbee devices of the house."""

    client_id = "mqttjs_zigbee2mqtt"
    will = Message(BRIDGE_STATE, b'{"state":"offline"}', 1, True)
    filters = (f"{BASE}/+/set", f"{BASE}/+/set/+", f"{BASE}/+/get", f"{BASE}/bridge/request/#")

    def __init__(self, around: Surroundings) -> None:
        super().__init__(around)
        self.devices: list[ZigbeeDevice] = []
        self.groups: list[Group] = []
        self.log_level = "info"
        self.permit_join = False
        self._available: dict[str, bool] = {}

    @property
    def things(self) -> list[Thing]:
        """See `Station.things`."""
        return list(self.devices)

    def start(self) -> None:
        """See `Station.start`."""
        for device in self.devices:
            device.start()

    def announce(self) -> None:
        """See `Station.announce`."""
        self.publish(BRIDGE_STATE, {"state": "online"}, retain=True, qos=1)
        self._publish_info()
        self._discover_bridge()
        for device in self.devices:
            self._discover(device, device.entries())
            self.set_available(device, self._available.get(device.ieee, True))
        for group in self.groups:
            self._discover_group(group)
        self._publish_all()
        # States are not retained: once more for a hub that was not done with the discovery.
        self.later(RESEND_SECONDS, self._publish_all)

    def on_message(self, topic: str, payload: bytes) -> None:
        """See `Station.on_message`."""
        if topic == BIRTH_TOPIC:
            if payload == b"online":
                self.later(RESEND_SECONDS, self._publish_all)
            return
        _, name, verb, *rest = topic.split("/", 3)
        if name == "bridge":
            self._request(topic, payload)
            return
        command = loads(payload)
        if rest:
            command = {rest[0]: payload.decode(errors="replace") if command is None else command}
        elif command is None:
            command = {"state": payload.decode(errors="replace")}
        if not isinstance(command, dict):
            return
        for device in self.devices:
            if device.name == name:
                if verb == "get":
                    self.soon(device.report)
                else:
                    self._command(device, command)
        for group in self.groups:
            if group.name == name:
                self._command_group(group, command)

    def _command(self, device: ZigbeeDevice, command: dict[str, Any]) -> None:
        self.soon(lambda: device.set(command))

    def _command_group(self, group: Group, command: dict[str, Any]) -> None:
        recalled = group.scenes.get(command.get("scene_recall", -1))
        values = recalled[1] if recalled else command
        for device in group.members:
            self._command(device, values)

    def _request(self, topic: str, payload: bytes) -> None:
        request = topic.removeprefix(f"{BASE}/bridge/request/")
        data = loads(payload)
        if request == "permit_join" and isinstance(data, dict):
            self.permit_join = bool(data.get("time", 0))
        elif request == "options" and isinstance(data, dict):
            level = data.get("options", {}).get("advanced", {}).get("log_level")
            self.log_level = level if isinstance(level, str) else self.log_level
        elif request == "device/ota_update/update" and isinstance(data, dict):
            for device in self.devices:
                if device.ieee == data.get("id"):
                    self._update(device)
        else:
            return
        self._publish_info()
        self.publish(f"{BASE}/bridge/response/{request}", {"data": data, "status": "ok"})

    def _update(self, device: ZigbeeDevice) -> None:
        known = device.state.get("update")
        if known is None:
            return
        device.report(update={**known, "state": "updating"})
        latest = known["latest_version"]
        done = {"state": "idle", "installed_version": latest, "latest_version": latest}
        self.soon(lambda: device.report(update=done), 40, 80)

    def publish_state(self, device: ZigbeeDevice) -> None:
        """Publish all that is known of a device, and of the groups that it is in."""
        self.publish(f"{BASE}/{device.name}", device.state)
        for group in self.groups:
            if device in group.members:
                self._publish_group(group)

    def publish_action(self, device: ZigbeeDevice, action: str) -> None:
        """Publish a press of a button; it is no part of the state."""
        self.publish(f"{BASE}/{device.name}", {**device.state, "action": action})

    def set_available(self, device: ZigbeeDevice, available: bool) -> None:
        """Tell whether the device answers."""
        self._available[device.ieee] = available
        state = {"state": "online" if available else "offline"}
        self.publish(f"{BASE}/{device.name}/availability", state, retain=True, qos=1)

    def _publish_all(self) -> None:
        for device in self.devices:
            self.publish_state(device)

    def _publish_group(self, group: Group) -> None:
        on = [device.state for device in group.members if device.state["state"] == "ON"]
        first = on[0] if on else group.members[0].state
        self.publish(f"{BASE}/{group.name}", {**first, "state": "ON" if on else "OFF"})

    def _publish_info(self) -> None:
        info = {
            "version": VERSION,
            "commit": "unknown",
            "coordinator": {"ieee_address": COORDINATOR, "type": "zStack3x0", "meta": {"revision": 20240710}},
            "network": {"channel": 15, "pan_id": 6754, "extended_pan_id": "0xdddddddddddddddd"},
            "log_level": self.log_level,
            "permit_join": self.permit_join,
            "restart_required": False,
        }
        self.publish(f"{BASE}/bridge/info", info, retain=True)

    def _discover(self, device: ZigbeeDevice, entries: list[Entry]) -> None:
        about = {
            "identifiers": [f"zigbee2mqtt_{device.ieee}"],
            "manufacturer": device.model.vendor,
            "model": device.model.description,
            "model_id": device.model.model,
            "name": device.name,
            "via_device": f"zigbee2mqtt_bridge_{COORDINATOR}",
        }
        if device.model.firmware:
            about["sw_version"] = device.model.firmware
        for entry in entries:
            availability = [BRIDGE_STATE, f"{BASE}/{device.name}/availability"]
            self._publish_entry(device.name, device.ieee, device.ieee, about, entry, availability)

    def _discover_group(self, group: Group) -> None:
        encoded = "".join(str(ord(letter)) for letter in BASE)
        about = {
            "identifiers": [f"zigbee2mqtt_{encoded}_{group.number}"],
            "manufacturer": "Zigbee2MQTT",
            "model": "Group",
            "name": group.name,
            "sw_version": f"Zigbee2MQTT {VERSION}",
            "via_device": f"zigbee2mqtt_bridge_{COORDINATOR}",
        }
        listed = [light("color_temp", mireds=(153, 500))]
        listed += [scene(number, name) for number, (name, _values) in group.scenes.items()]
        for entry in listed:
            self._publish_entry(
                group.name, f"{encoded}_{group.number}", str(group.number), about, entry, [BRIDGE_STATE]
            )

    def _publish_entry(
        self, name: str, key: str, unique: str, about: dict[str, Any], entry: Entry, availability: list[str]
    ) -> None:
        base = f"{BASE}/{name}"
        config = dict(entry.config)
        if config.setdefault("state_topic", True):
            config["state_topic"] = base
        else:
            del config["state_topic"]
        for key_of_state in STATE_KEYS:
            if config.get(key_of_state):
                config[key_of_state] = base
        if config.get("set_position_topic"):
            config["set_position_topic"] = f"{base}/set"
        command = config.get("command_topic")
        if command is True:
            config["command_topic"] = f"{base}/set"
        elif isinstance(command, str) and "/" not in command:
            config["command_topic"] = f"{base}/set/{command}"
        object_id = name.replace(" ", "_").lower()
        if not entry.object_id.startswith(entry.component):
            object_id += f"_{entry.object_id}"
        elif "_" in entry.object_id:
            object_id += f"_{entry.object_id.split('_', 1)[1]}"
        config["object_id"] = object_id + config.pop("object_id_postfix", "")
        config["unique_id"] = f"{unique}_{entry.object_id}_{BASE}"
        config["device"] = about
        config["origin"] = ORIGIN
        config["availability"] = [
            {"topic": topic, "value_template": "{{ value_json.state }}"} for topic in availability
        ]
        if len(availability) > 1:
            config["availability_mode"] = "all"
        self.discover(entry.component, f"{key}/{entry.object_id}", dict(sorted(config.items())))

    def _discover_bridge(self) -> None:
        about = {
            "hw_version": "zStack3x0 20240710",
            "identifiers": [f"zigbee2mqtt_bridge_{COORDINATOR}"],
            "manufacturer": "Zigbee2MQTT",
            "model": "Bridge",
            "name": "Zigbee2MQTT Bridge",
            "sw_version": VERSION,
        }
        available = {
            "availability": [{"topic": BRIDGE_STATE, "value_template": "{{ value_json.state }}"}],
            "availability_mode": "all",
        }
        info = f"{BASE}/bridge/info"
        request = f"{BASE}/bridge/request"
        entities: tuple[tuple[str, str, dict[str, Any]], ...] = (
            (
                "binary_sensor",
                "connection_state",
                {
                    "name": "Connection state",
                    "device_class": "connectivity",
                    "entity_category": "diagnostic",
                    "state_topic": BRIDGE_STATE,
                    "value_template": "{{ value_json.state }}",
                    "payload_on": "online",
                    "payload_off": "offline",
                },
            ),
            (
                "button",
                "restart",
                {
                    "name": "Restart",
                    "device_class": "restart",
                    "command_topic": f"{request}/restart",
                    "payload_press": "",
                    **available,
                },
            ),
            (
                "select",
                "log_level",
                {
                    "name": "Log level",
                    "entity_category": "config",
                    "state_topic": info,
                    "value_template": "{{ value_json.log_level | lower }}",
                    "command_topic": f"{request}/options",
                    "command_template": '{"options": {"advanced": {"log_level": "{{ value }}" } } }',
                    "options": ["error", "warning", "info", "debug"],
                    **available,
                },
            ),
            (
                "sensor",
                "version",
                {
                    "name": "Version",
                    "icon": "mdi:zigbee",
                    "entity_category": "diagnostic",
                    "state_topic": info,
                    "value_template": "{{ value_json.version }}",
                    **available,
                },
            ),
            (
                "switch",
                "permit_join",
                {
                    "name": "Permit join",
                    "icon": "mdi:human-greeting-proximity",
                    "state_topic": info,
                    "value_template": "{{ value_json.permit_join | lower }}",
                    "command_topic": f"{request}/permit_join",
                    "state_on": "true",
                    "state_off": "false",
                    "payload_on": '{"time": 254}',
                    "payload_off": '{"time": 0}',
                    **available,
                },
            ),
        )
        for component, object_id, config in entities:
            config |= {
                "object_id": f"zigbee2mqtt_bridge_{object_id}",
                "unique_id": f"bridge_{COORDINATOR}_{object_id}_{BASE}",
                "device": about,
                "origin": ORIGIN,
            }
            self.discover(component, f"{COORDINATOR}/{object_id}", dict(sorted(config.items())))
