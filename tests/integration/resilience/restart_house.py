"""A house with something of everything in it, for what must survive a restart."""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import closing, suppress
from typing import Any

from child_hub import ChildHub, until
from hub import PASSWORD

FILES = {
    "configuration.yaml": """
input_boolean:
  guests:
    name: Guests
  fired_due: {}
  fired_overdue: {}
input_number:
  target:
    min: 0
    max: 100
    step: 0.5
input_text:
  note: {}
input_select:
  mode:
    options: [home, away, night]
input_datetime:
  wake:
    has_time: true
    has_date: false
counter:
  visits: {}
timer:
  oven:
    duration: "00:10:00"
    restore: true
  iron:
    duration: "00:20:00"
    restore: true
automation:
  - id: button
    alias: Button
    triggers:
      - trigger: state
        entity_id: input_boolean.guests
    actions:
      - action: counter.increment
        target:
          entity_id: counter.visits
  - id: sleepy
    alias: Sleepy
    triggers:
      - trigger: event
        event_type: nothing
    actions:
      - event: never
  - id: due
    alias: Due
    triggers:
      - trigger: state
        entity_id: binary_sensor.window
        to: "on"
        for:
          seconds: 6
    actions:
      - action: input_boolean.turn_on
        target:
          entity_id: input_boolean.fired_due
  - id: overdue
    alias: Overdue
    triggers:
      - trigger: state
        entity_id: binary_sensor.window
        to: "on"
        for:
          seconds: 2
    actions:
      - action: input_boolean.turn_on
        target:
          entity_id: input_boolean.fired_overdue
"""
}

DEVICE = {"identifiers": ["lamp-1"], "name": "Lamp", "manufacturer": "Acme", "model": "L1"}


class Snapshot:
    """What a client sees of the house."""

    def __init__(self) -> None:
        self.states: dict[str, dict[str, Any]] = {}
        self.registries: dict[str, list[dict[str, Any]]] = {}

    @classmethod
    async def of(cls, child: ChildHub) -> Snapshot:
        self = cls()
        self.states = {state["entity_id"]: state for state in (await child.get("/api/states")).json}
        for kind in ("entity", "device", "area", "floor", "label"):
            self.registries[kind] = await child.registry(kind)
        return self


async def log_in(child: ChildHub) -> dict[str, str]:
    """Tokens of one more login of the owner, through the login flow."""
    client_id = "http://127.0.0.1/"
    start = {"client_id": client_id, "handler": ["homeassistant", None], "redirect_uri": client_id}
    flow = (await child.post("/auth/login_flow", start, token="")).json["flow_id"]
    answers = {"client_id": client_id, "username": "owner", "password": PASSWORD}
    code = (await child.post(f"/auth/login_flow/{flow}", answers, token="")).json["result"]
    tokens: dict[str, str] = await child.form(
        "/auth/token", {"grant_type": "authorization_code", "client_id": client_id, "code": code}
    )
    return tokens


class Furnished:
    """The house as it was before the restart, and the tokens that were given out."""

    def __init__(self, child: ChildHub) -> None:
        self.child = child
        self.before = Snapshot()
        self.after = Snapshot()
        self.revoked: dict[str, str] = {}
        self.long_lived: list[str] = []
        """Two long-lived tokens; the second one was revoked."""
        self.restarted_at = 0.0
        """When the process was started again, in Unix seconds."""

    async def furnish(self) -> None:
        """Put everything in, and wait until all of it is on disk."""
        child = self.child
        await child.onboard()
        self.revoked = await log_in(child)
        await child.form("/auth/revoke", {"token": self.revoked["refresh_token"]})
        await self._long_lived_tokens()
        await self._devices()
        await self._helpers()
        await self._registries()
        async with child.mqtt() as device:
            # The last device to act: its `for` timers are to be under way at the restart.
            await device.publish("window/state", "ON")
        await child.becomes("binary_sensor.window", "on")
        self.before = await Snapshot.of(child)
        await self._written()

    async def _long_lived_tokens(self) -> None:
        async with self.child.ws() as ws:
            for name in ("Kept", "Revoked"):
                self.long_lived.append(await ws.call("auth/long_lived_access_token", client_name=name, lifespan=365))
            tokens = await ws.call("auth/refresh_tokens")
            [revoked] = [token["id"] for token in tokens if token["client_name"] == "Revoked"]
            await ws.call("auth/delete_refresh_token", refresh_token_id=revoked)

    async def _devices(self) -> None:
        child = self.child
        async with child.mqtt() as device:
            await child.announce(
                device,
                "switch",
                "lamp",
                name="Switch",
                device=DEVICE,
                state_topic="lamp/state",
                command_topic="lamp/set",
            )
            await child.announce(
                device,
                "sensor",
                "power",
                name="Power",
                device=DEVICE,
                state_topic="lamp/power",
                unit_of_measurement="W",
            )
            await child.announce(device, "sensor", "secret", name="Secret", state_topic="lamp/secret")
            await child.announce(device, "sensor", "dull", name="Dull", state_topic="lamp/dull")
            await child.announce(
                device, "binary_sensor", "window", name="Window", state_topic="window/state", device_class="window"
            )
            await device.publish(
                "homeassistant/sensor/passing/config",
                json.dumps({"unique_id": "passing", "name": "Passing", "state_topic": "passing/state"}),
                qos=1,
            )
            await until(lambda: self._has("sensor.passing"))
            # None of these is retained: after the restart the devices are silent.
            for topic, payload in {
                "lamp/state": "ON",
                "lamp/power": "41.5",
                "lamp/secret": "x",
                "lamp/dull": "y",
                "passing/state": "7",
                "window/state": "OFF",
            }.items():
                await device.publish(topic, payload, qos=1)
            await device.publish("notes/kept", "on the fridge", qos=1, retain=True)
            await device.publish("notes/gone", "x", qos=1, retain=True)
            await device.publish("notes/gone", "", qos=1, retain=True)
            await child.becomes("binary_sensor.window", "off")
        async with child.mqtt("phone", clean_session=False) as phone:
            await phone.subscribe("alarms/#", qos=1)
        async with child.mqtt() as device:
            for number in range(3):
                await device.publish("alarms/kitchen", str(number), qos=1)

    async def _has(self, entity_id: str) -> bool:
        return await self.child.state(entity_id) is not None

    async def _helpers(self) -> None:
        child = self.child
        await child.call("input_boolean.turn_on", entity_id="input_boolean.guests")
        await child.call("input_number.set_value", entity_id="input_number.target", value=21.5)
        await child.call("input_text.set_value", entity_id="input_text.note", value="Grüße")
        await child.call("input_select.select_option", entity_id="input_select.mode", option="night")
        await child.call("input_datetime.set_datetime", entity_id="input_datetime.wake", time="06:45:00")
        await child.call("counter.set_value", entity_id="counter.visits", value=41)
        await child.call("input_boolean.turn_off", entity_id="input_boolean.guests")
        await child.becomes("counter.visits", "42")
        await child.call("timer.start", entity_id="timer.oven")
        await child.call("timer.start", entity_id="timer.iron")
        await child.call("timer.pause", entity_id="timer.iron")
        await child.call("automation.turn_off", entity_id="automation.sleepy")

    async def _registries(self) -> None:
        async with self.child.ws() as ws:
            floor = await ws.call("config/floor_registry/create", name="Ground floor", level=0)
            label = await ws.call("config/label_registry/create", name="Fragile", color="red")
            area = await ws.call("config/area_registry/create", name="Study", floor_id=floor["floor_id"])
            devices = await ws.call("config/device_registry/list")
            lamp = next(device for device in devices if device["name"] == "Lamp")
            await ws.call(
                "config/device_registry/update",
                device_id=lamp["id"],
                name_by_user="Reading lamp",
                area_id=area["area_id"],
                labels=[label["label_id"]],
            )
            update = "config/entity_registry/update"
            await ws.call(update, entity_id="sensor.lamp_power", new_entity_id="sensor.reading_power", name="Draw")
            await ws.call(update, entity_id="sensor.secret", hidden_by="user", labels=[label["label_id"]])
            await ws.call(update, entity_id="sensor.dull", disabled_by="user")

    async def _written(self) -> None:
        """Wait until what was done before this call is on disk."""
        child = self.child
        stamp = str(time.monotonic_ns())
        async with child.mqtt() as device:
            await device.publish("last/of/all", stamp, qos=1, retain=True)
        await child.post("/api/states/sensor.last_of_all", {"state": stamp})

        def on_disk() -> bool:
            with (
                suppress(sqlite3.OperationalError),
                closing(sqlite3.connect(f"file:{child.data}/marge.db?mode=ro", uri=True)) as db,
            ):
                state = db.execute("SELECT state FROM states_last WHERE entity_id = 'sensor.last_of_all'").fetchone()
                kept = db.execute("SELECT 1 FROM items WHERE key = 'last/of/all'").fetchone()
                return state == (stamp,) and kept == (1,)
            return False

        await until(on_disk)
