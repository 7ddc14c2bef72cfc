"""Records what a running Home Assistant makes of MQTT discovery: states, registries, commands; see README.md.

python tests/compat/record_mqtt.py http://127.0.0.1:<port of Home Assistant> <port of the broker>
"""

from __future__ import annotations

import argparse
import json
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import paho.mqtt.client as paho
from mqtt_cases import CASES
from websockets.sync.client import connect

HERE = Path(__file__).parent / "mqtt"
ENTRY_KEYS = (
    "disabled_by",
    "entity_category",
    "has_entity_name",
    "hidden_by",
    "original_device_class",
    "original_icon",
    "original_name",
    "platform",
    "unique_id",
)
DEVICE_KEYS = (
    "configuration_url",
    "connections",
    "entry_type",
    "hw_version",
    "identifiers",
    "manufacturer",
    "model",
    "model_id",
    "name",
    "serial_number",
    "sw_version",
)


class Recorder:
    """Announces, publishes, calls, and looks at what came of it."""

    def __init__(self, base: str, port: int) -> None:
        self.http = httpx.Client(base_url=base, timeout=30)
        self.client_id = base + "/"
        token = self._token()
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.socket = connect(base.replace("http", "ws") + "/api/websocket")
        self.socket.recv()
        self.socket.send(json.dumps({"type": "auth", "access_token": token}))
        self.socket.recv()
        self.number = 0
        self.said: list[tuple[str, str]] = []
        self.heard: list[tuple[str, str]] = []
        self.lock = threading.Lock()
        self.mqtt = paho.Client(paho.CallbackAPIVersion.VERSION2)
        self.mqtt.on_message = self._hear
        self.mqtt.connect("127.0.0.1", port)
        self.mqtt.subscribe("#")
        self.mqtt.loop_start()
        self._integration(port)

    def _token(self) -> str:
        user = {"client_id": self.client_id, "name": "N", "username": "n", "password": "p", "language": "en"}
        code = self.http.post("/api/onboarding/users", json=user).json()["auth_code"]
        form = {"client_id": self.client_id, "grant_type": "authorization_code", "code": code}
        return str(self.http.post("/auth/token", data=form).json()["access_token"])

    def _integration(self, port: int) -> None:
        flow = self.http.post("/api/config/config_entries/flow", json={"handler": "mqtt"}).json()
        answer = self.http.post(
            f"/api/config/config_entries/flow/{flow['flow_id']}", json={"broker": "127.0.0.1", "port": port}
        ).json()
        assert answer["type"] == "create_entry", answer
        time.sleep(4)

    def _hear(self, _client: Any, _userdata: Any, message: Any) -> None:
        with self.lock:
            pair = (message.topic, message.payload.decode("utf-8", "replace"))
            if pair in self.said:
                self.said.remove(pair)
            elif not message.retain:
                self.heard.append(pair)

    def command(self, kind: str, **fields: Any) -> Any:
        """A WebSocket command."""
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "type": kind, **fields}))
        return json.loads(self.socket.recv())["result"]

    def say(self, topic: str, payload: Any) -> None:
        """A message of a device."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        with self.lock:
            self.said.append((topic, text))
        self.mqtt.publish(topic, text).wait_for_publish(5)
        time.sleep(0.06)

    def sent(self) -> list[tuple[str, str]]:
        """What Home Assistant published since the last call."""
        time.sleep(0.06)
        with self.lock:
            heard, self.heard = self.heard, []
        return heard

    def entities(self) -> dict[str, Any]:
        """All states."""
        return {state["entity_id"]: state for state in self.http.get("/api/states").json()}

    def show(self, entity_id: str) -> dict[str, Any]:
        """State and attributes."""
        state = self.http.get(f"/api/states/{entity_id}").json()
        return {"state": state["state"], "attributes": state["attributes"]}

    def case(self, index: int, case: tuple[Any, ...]) -> dict[str, Any]:
        """Play one case."""
        component, name, config, steps = case
        payload = {"name": f"Case {index}", **config}
        if payload["name"] is ...:
            del payload["name"]
        before = set(self.entities())
        topic = f"homeassistant/{component}/case_{index}/config"
        self.say(topic, payload)
        for _ in range(50):
            new = set(self.entities()) - before
            if new:
                break
            time.sleep(0.1)
        else:
            raise SystemExit(f"no entity for {component} {name}")
        (entity_id,) = new
        time.sleep(0.7)  # it collects subscriptions for a while before it sends them
        self.sent()
        record: dict[str, Any] = {
            "component": component,
            "case": name,
            "payload": payload,
            "entity_id": entity_id,
            "start": self.show(entity_id),
            **self.registered(entity_id),
        }
        record["steps"] = [self.step(entity_id, step) for step in steps]
        self.say(topic, "")
        time.sleep(0.1)
        return record

    def step(self, entity_id: str, step: tuple[str, str, Any]) -> dict[str, Any]:
        """One message or call, and what came of it."""
        kind, what, data = step
        record: dict[str, Any] = {kind: what, "data": data}
        if kind == "say":
            self.say(what, data)
            self.sent()
        else:
            domain, _, service = what.partition(".")
            answer = self.http.post(f"/api/services/{domain}/{service}", json={**data, "entity_id": entity_id})
            record["ok"] = answer.status_code == 200
            record["sent"] = self.sent()
        return {**record, **self.show(entity_id)}

    def registered(self, entity_id: str) -> dict[str, Any]:
        """The entries of the registries, if there are any."""
        entries = {entry["entity_id"]: entry for entry in self.command("config/entity_registry/list")}
        if entity_id not in entries:
            return {}
        entry = self.command("config/entity_registry/get", entity_id=entity_id)
        found: dict[str, Any] = {"entry": {key: entry[key] for key in ENTRY_KEYS}}
        if entry["device_id"] is not None:
            devices = {device["id"]: device for device in self.command("config/device_registry/list")}
            device = devices[entry["device_id"]]
            areas = {area["area_id"]: area["name"] for area in self.command("config/area_registry/list")}
            found["device"] = {**{key: device[key] for key in DEVICE_KEYS}, "area": areas.get(device["area_id"])}
        return found


def main() -> None:
    """Record all cases, one file per component."""
    parser = argparse.ArgumentParser()
    parser.add_argument("base")
    parser.add_argument("port", type=int)
    arguments = parser.parse_args()
    recorder = Recorder(arguments.base, arguments.port)
    records: dict[str, list[Any]] = {}
    for index, case in enumerate(CASES):
        print(index, case[0], case[1], flush=True)
        records.setdefault(case[0], []).append(recorder.case(index, case))
    HERE.mkdir(exist_ok=True)
    for component, found in records.items():
        (HERE / f"{component}.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
