"""What every Tasmota device does: LWT, STATE and SENSOR telemetry, RESULT to commands, discovery with short keys."""

from __future__ import annotations

from typing import Any, Final

from marge.demo_home.simulator.mqtt import Message
from marge.demo_home.simulator.station import BIRTH_TOPIC, Station, Surroundings, Thing

VERSION: Final = "14.4.1"
TELE_SECONDS: Final = 300.0


class Tasmota(Station):
    """A device with the MQTT topic `topic`; `chip` is the hexadecimal chip id that its ids are made of."""

    module = "Generic"
    tele_period = TELE_SECONDS

    def __init__(self, around: Surroundings, chip: str, topic: str, device_name: str, friendly_name: str) -> None:
        super().__init__(around)
        self.chip = chip
        self.topic = topic
        self.device_name = device_name
        self.friendly_name = friendly_name
        self.name = f"{device_name} {friendly_name}".strip()
        self.client_id = f"DVES_{chip}"
        self.lwt = f"tele/{topic}/LWT"
        self.will = Message(self.lwt, b"Offline", 1, True)
        self.filters = (f"cmnd/{topic}/#", "cmnd/tasmotas/#")
        self._booted = self.clock.now()

    @property
    def things(self) -> list[Thing]:
        """See `Station.things`."""
        return [self]

    def start(self) -> None:
        """See `Station.start`."""
        self.every(self.tele_period, self._telemetry, first=self.rng.uniform(2, 10))

    def announce(self) -> None:
        """See `Station.announce`."""
        self.publish(self.lwt, "Online", retain=True)
        self.announce_entities()
        self._announce_status()
        self._telemetry()

    def announce_entities(self) -> None:
        """Announce what the device has, in the order of the firmware: relays, then sensors, then shutters."""
        raise NotImplementedError

    def outputs(self) -> dict[str, Any]:
        """The part of STATE that the outputs make."""
        return {}

    def measured(self) -> dict[str, Any]:
        """The sensors of SENSOR; empty for none."""
        return {}

    def command(self, name: str, payload: str) -> dict[str, Any] | None:
        """Carry out a command; what RESULT answers, or None for one that is unknown."""
        raise NotImplementedError

    def act(self, action: str, value: Any = None) -> None:
        """`switch` is the button on the case; see `Thing.act`."""
        if action != "switch":
            raise ValueError(f"{self.name} cannot {action}")
        self._obey("POWER", str(value))

    def on_message(self, topic: str, payload: bytes) -> None:
        """See `Station.on_message`."""
        if topic == BIRTH_TOPIC:
            if payload == b"online":
                self.soon(self.announce, 1, 4)
            return
        name = topic.rsplit("/", 1)[1].upper()
        text = payload.decode(errors="replace")
        self.soon(lambda: self._obey(name, text), 0.02, 0.09)

    def _obey(self, name: str, payload: str) -> None:
        if name == "BACKLOG":
            for part in payload.split(";"):
                verb, _, value = part.strip().partition(" ")
                self._obey(verb.upper(), value)
            return
        result = self.command(name, payload)
        self.publish(f"stat/{self.topic}/RESULT", {"Command": "Unknown"} if result is None else result)
        if result and "POWER" in result:
            self.publish(f"stat/{self.topic}/POWER", result["POWER"])
        if result is not None:
            self._tell_state()

    def _telemetry(self) -> None:
        self._tell_state()
        self._tell_sensors()
        self.publish(f"tele/{self.topic}/HASS_STATE", self._status())

    def _tell_state(self) -> None:
        up = int(self.clock.now() - self._booted)
        self.publish(
            f"tele/{self.topic}/STATE",
            {
                "Time": self._time(),
                "Uptime": self._uptime(up),
                "UptimeSec": up,
                "Heap": 25,
                "SleepMode": "Dynamic",
                "Sleep": 50,
                "LoadAvg": 19,
                "MqttCount": 1,
                **self.outputs(),
                "Wifi": {"AP": 1, "SSId": "home", "Channel": 6, "RSSI": 74, "Signal": -63, "LinkCount": 1},
            },
        )

    def _tell_sensors(self) -> None:
        if measured := self.measured():
            self.publish(f"tele/{self.topic}/SENSOR", {"Time": self._time(), **measured})

    def _time(self) -> str:
        return self.world.local().strftime("%Y-%m-%dT%H:%M:%S")

    @staticmethod
    def _uptime(seconds: int) -> str:
        days, rest = divmod(seconds, 86_400)
        return f"{days}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"

    def _status(self) -> dict[str, Any]:
        return {
            "Version": f"{VERSION}(tasmota)",
            "BuildDateTime": "2024-12-15T12:29:30",
            "Module or Template": self.module,
            "RestartReason": "Power On",
            "Uptime": self._uptime(int(self.clock.now() - self._booted)),
            "Hostname": f"{self.topic}-{int(self.chip, 16) % 8192}",
            "RSSI": "74",
            "Signal (dBm)": "-63",
            "WiFi LinkCount": 1,
            "MqttCount": 1,
            "LoadAvg": 19,
        }

    def _available(self) -> dict[str, Any]:
        return {"avty_t": self.lwt, "pl_avail": "Online", "pl_not_avail": "Offline"}

    def _ids(self, unique: str) -> dict[str, Any]:
        about = {
            "ids": [self.chip],
            "name": self.device_name,
            "mdl": self.module,
            "sw": f"{VERSION}(tasmota)",
            "mf": "Tasmota",
        }
        return {"uniq_id": unique, "dev": about}

    def relay(self, *, light: bool = False, extra: dict[str, Any] | None = None) -> None:
        """Announce the relay, as a light where SetOption30 or a dimmer makes it one."""
        kind = "LI" if light else "RL"
        unique = f"{self.chip}_{kind}_1"
        config = {
            "name": self.friendly_name,
            "stat_t": f"tele/{self.topic}/STATE",
            **self._available(),
            "cmd_t": f"cmnd/{self.topic}/POWER",
            "pl_off": "OFF",
            "pl_on": "ON",
            ("stat_val_tpl" if light else "val_tpl"): "{{value_json.POWER}}",
            **self._ids(unique),
            **(extra or {}),
        }
        self.discover("light" if light else "switch", unique, config)

    def sensor(self, group: str, key: str, unit: str, look: dict[str, str]) -> None:
        """Announce one value of SENSOR."""
        unique = f"{self.chip}_{group}_{key}"
        config = {
            "name": f"{self.device_name} {group} {key}",
            "stat_t": f"tele/{self.topic}/SENSOR",
            **self._available(),
            **self._ids(unique),
            "unit_of_meas": unit,
            **look,
            "frc_upd": True,
            "val_tpl": f"{{{{value_json['{group}']['{key}']}}}}",
        }
        self.discover("sensor", unique, config)

    def shutter(self) -> None:
        """Announce the shutter."""
        unique = f"{self.chip}_SHT_1"
        config = {
            "name": self.friendly_name,
            **self._available(),
            "cmd_t": f"cmnd/{self.topic}/Backlog",
            "pl_open": "ShutterOpen1",
            "pl_cls": "ShutterClose1",
            "pl_stop": "ShutterStop1",
            "opt": False,
            "ret": False,
            "qos": 1,
            "pos_t": f"stat/{self.topic}/SHUTTER1",
            "pos_clsd": 0,
            "pos_open": 100,
            "set_pos_t": f"cmnd/{self.topic}/ShutterPosition1",
            **self._ids(unique),
        }
        self.discover("cover", unique, config)

    def _announce_status(self) -> None:
        unique = f"{self.chip}_status"
        state = f"tele/{self.topic}/HASS_STATE"
        config = {
            "name": f"{self.device_name} status",
            "stat_t": state,
            **self._available(),
            "json_attr_t": state,
            "unit_of_meas": "%",
            "val_tpl": "{{value_json['RSSI']}}",
            "ic": "mdi:information-outline",
            **self._ids(unique),
        }
        self.discover("sensor", unique, config)
