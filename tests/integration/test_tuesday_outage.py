"""03:47, the power fails: with a UPS that says so (SIGTERM) and without (kill -9). At 03:48 everything is back."""

from __future__ import annotations

import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from tuesday.child import Program, house, powered, program, until

FOR_SECONDS = 6
AUTOMATIONS = f"""
- id: guests_stay
  alias: Guests stay
  triggers:
    - trigger: state
      entity_id: input_boolean.guests
      to: "on"
      for:
        seconds: {FOR_SECONDS}
  actions:
    - action: input_text.set_value
      target:
        entity_id: input_text.door_note
      data:
        value: "guests stay, since {{{{ as_timestamp(trigger.to_state.last_changed) }}}}"
"""
MEASURED = ("sensor.", "binary_sensor.", "image.")
"""What devices report anew when they are back; all else is as it was."""


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL], ids=["sigterm", "kill-9"])
async def test_everything_is_back_after_a_power_cut(tmp_path: Path, how: signal.Signals) -> None:
    async with program(tmp_path, AUTOMATIONS) as hub:
        await hub.start()
        home = house()
        async with powered(home, hub.mqtt_port):
            await settle(hub)
            await configure(hub)
            guests_came = time.time()
            await hub.call("input_boolean.turn_on", entity_id="input_boolean.guests")
            await until(lambda: recorded(hub), 10)
            before = await hub.states()
            began = time.monotonic()
            code = await hub.end(how)
            assert time.monotonic() - began < 5
        if how is signal.SIGTERM:
            assert code == 0
            assert "Marge has stopped" in hub.log.read_text()
        opens_clean(hub.data / "marge.db")

        # The hub is back before its devices: states, registries, discovery and timers are there.
        assert await hub.start() < 10
        after = await hub.states()
        assert after.keys() == before.keys()
        assert {
            key: (state, after[key]) for key, state in before.items() if after[key] != state and key != "sun.sun"
        } == {}
        await registries_are_back(hub)

        # Then the devices come back by themselves, and all report within half a minute.
        async with powered(home, hub.mqtt_port):
            began = time.monotonic()
            await settle(hub)
            assert time.monotonic() - began < 30
            now = await hub.states()
            assert {key for key, state in now.items() if state == "unavailable"} == set()
            same = {key for key in before if not key.startswith(MEASURED)} - {"sun.sun", "input_text.door_note"}
            assert {key: (before[key], now[key]) for key in same if now[key] != before[key]} == {}
            await hub.call("lock.unlock", entity_id="lock.front_door_lock")
            await hub.wait_for("lock.front_door_lock", "unlocked")

            # The six seconds go on where they were: not from the restart on, and not for nothing.
            await until(lambda: stays(hub), 15)
            fired = time.time()
            assert guests_came + FOR_SECONDS <= fired
            note = await hub.state("input_text.door_note")
            assert abs(float(note.rsplit(" ", 1)[1]) - guests_came) < 1
        assert await hub.end(signal.SIGTERM) == 0


async def settle(hub: Program) -> None:
    """Return when the house is as its devices say."""
    for entity_id, state in {
        "lock.front_door_lock": "locked",
        "climate.hallway_thermostat": "heat",
        "alarm_control_panel.house_alarm": "disarmed",
        "vacuum.robot_vacuum": "docked",
        "device_tracker.nora_phone": "home",
        "cover.office_blinds": "open",
    }.items():
        await hub.wait_for(entity_id, state, 30)


async def configure(hub: Program) -> None:
    """Change what the registries and helpers hold, and switch something on."""
    async with hub.client.ws() as ws:
        area = await ws.call("config/area_registry/create", name="Porch")
        await ws.call(
            "config/entity_registry/update",
            entity_id="light.floor_lamp",
            name="Reading lamp",
            new_entity_id="light.reading_lamp",
            area_id=area["area_id"],
        )
    await hub.call("light.turn_on", entity_id="light.sofa_lamp", brightness_pct=30)
    await hub.call("light.turn_on", entity_id="light.porch_light")
    await hub.call("input_select.select_option", entity_id="input_select.house_mode", option="night")
    await hub.call("counter.increment", entity_id="counter.visitors_today")
    await hub.call("timer.start", entity_id="timer.laundry_reminder")
    await hub.wait_for("light.sofa_lamp", "on")
    await hub.wait_for("light.porch_light", "on")
    await hub.wait_for("light.reading_lamp", "off")


async def recorded(hub: Program) -> bool:
    """Whether everything so far is on disk: the recorder waits for nothing and has written since."""
    recorder = (await hub.client.get("/api/health")).json["core"]["recorder"]
    return recorder["pending_writes"] == 0 and await in_history(hub, "input_boolean.guests", "on")


async def in_history(hub: Program, entity_id: str, state: str) -> bool:
    answer = await hub.client.get(f"/api/history/period?filter_entity_id={quote(entity_id)}")
    return answer.status == 200 and any(row["state"] == state for rows in answer.json for row in rows)


async def registries_are_back(hub: Program) -> None:
    async with hub.client.ws() as ws:
        assert [area["name"] for area in await ws.call("config/area_registry/list")] == ["Porch"]
        entry = await ws.call("config/entity_registry/get", entity_id="light.reading_lamp")
        assert (entry["name"], entry["area_id"]) == ("Reading lamp", "porch")
        devices = await ws.call("config/device_registry/list")
        assert {"Zigbee2MQTT Bridge", "Hallway", "Robot Vacuum", "Kitchen"} <= {device["name"] for device in devices}
    health = (await hub.client.get("/api/health")).json
    assert health["core"]["mqtt_broker"]["retained_messages"] > 200
    assert health["core"]["automations"]["total"] == 35
    assert await in_history(hub, "light.sofa_lamp", "on")


async def stays(hub: Program) -> bool:
    return (await hub.state("input_text.door_note")).startswith("guests stay")


def opens_clean(database: Path) -> None:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


async def test_kill_9_loses_at_most_the_last_second(tmp_path: Path) -> None:
    async with program(tmp_path) as hub:
        await hub.start()
        written: list[tuple[float, str]] = []
        end = time.monotonic() + 3.0
        while time.monotonic() < end:
            value = str(len(written))
            answer = await hub.client.post("/api/states/sensor.tally", {"state": value})
            assert answer.status in (200, 201)
            written.append((time.time(), value))
        killed = time.time()
        await hub.end(signal.SIGKILL)
        opens_clean(hub.data / "marge.db")
        await hub.start()
        answer = await hub.client.get("/api/history/period?filter_entity_id=sensor.tally&significant_changes_only=0")
        (rows,) = answer.json
        kept = {row["state"] for row in rows}
        # A second is the commit interval; half a second more is for the commit itself on a busy machine.
        lost = [value for when, value in written if when < killed - 1.5 and value not in kept]
        assert lost == []
        assert len(written) > 100
