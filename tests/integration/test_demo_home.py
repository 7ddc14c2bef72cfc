"""The demo home on a hub: what is discovered, and that its configuration speaks of nothing else."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from tuesday.home import at, home

from marge.demo_home import CONFIG_DIR

SPOKEN_OF = re.compile(
    r"\b(?:alarm_control_panel|binary_sensor|climate|counter|cover|device_tracker|event|fan|group|humidifier"
    r"|input_[a-z]+|light|lock|notify|number|person|scene|schedule|script|select|sensor|siren|switch|text|timer"
    r"|vacuum|valve)\.[a-z0-9_]+\b"
)
FILES = ("automations", "scripts", "scenes", "customize", "helpers/group", "helpers/person", "helpers/template")


async def test_every_entity_that_the_configuration_names_is_there(tmp_path: Path) -> None:
    async with home(tmp_path, at("12:00"), steps=()) as day:
        states = {state["entity_id"]: state for state in (await day.client.get("/api/states")).json}
        services = {
            f"{each['domain']}.{name}"
            for each in (await day.client.get("/api/services")).json
            for name in each["services"]
        }
        text = "\n".join((CONFIG_DIR / f"{name}.yaml").read_text() for name in FILES)
        words = {"sensor.attributes", "sensor.name", "sensor.state", "timer.finished"}  # of templates, and an event
        assert set(SPOKEN_OF.findall(text)) - states.keys() - services - words == set()

        registered = await day.journal.call("config/entity_registry/list")
        ours = [entry["entity_id"] for entry in registered if entry["platform"] == "mqtt" and not entry["disabled_by"]]
        assert len(ours) >= 160
        assert len(Counter(entity_id.split(".")[0] for entity_id in ours)) >= 25
        devices = await day.journal.call("config/device_registry/list")
        assert len(devices) >= 55
        bridge = next(device for device in devices if device["name"] == "Zigbee2MQTT Bridge")
        assert sum(device["via_device_id"] == bridge["id"] for device in devices) >= 30
        assert [entity_id for entity_id in ours if states[entity_id]["state"] == "unavailable"] == []


async def test_a_command_over_the_api_reaches_the_device_and_its_answer_comes_back(tmp_path: Path) -> None:
    async with home(tmp_path, at("12:00"), steps=()) as day:
        answer = await day.client.post("/api/services/cover/open_cover", {"entity_id": "cover.garage_door"})
        assert answer.status == 200
        await day.settle()
        await day.pass_time(1)
        assert (await day.state("cover.garage_door"))["state"] == "opening"
        await day.pass_time(20, 1)
        state = await day.state("cover.garage_door")
        assert (state["state"], state["attributes"]["current_position"]) == ("open", 100)

        await day.client.post("/api/services/vacuum/start", {"entity_id": "vacuum.robot_vacuum"})
        await day.settle()
        await day.pass_time(2)
        assert (await day.state("vacuum.robot_vacuum"))["state"] == "cleaning"
        await day.pass_time(2500, 30)
        assert (await day.state("vacuum.robot_vacuum"))["state"] == "docked"


async def test_a_device_that_stops_answering_is_unavailable_until_it_is_back(tmp_path: Path) -> None:
    async with home(tmp_path, at("12:00"), steps=()) as day:
        day.act("Sofa Lamp", "offline")
        await day.settle()
        assert (await day.state("light.sofa_lamp"))["state"] == "unavailable"
        day.act("Sofa Lamp", "online")
        await day.settle()
        assert (await day.state("light.sofa_lamp"))["state"] == "off"


async def test_the_picture_of_the_camera_is_a_png(tmp_path: Path) -> None:
    async with home(tmp_path, at("12:00"), steps=()) as day:
        await day.pass_time(60, 5)
        token = (await day.state("camera.front_camera"))["attributes"]["access_token"]
        answer = await day.client.get(f"/api/camera_proxy/camera.front_camera?token={token}", token="")
        assert answer.status == 200, answer
        assert answer.body.startswith(b"\x89PNG")


async def test_the_journal_of_a_quiet_minute_is_json_that_clients_understand(tmp_path: Path) -> None:
    async with home(tmp_path, at("12:00"), steps=()) as day:
        await day.pass_time(60, 5)
        await day.noted()
        assert len(day.journal.entries) > 20
        assert all(json.dumps(entry.data) for entry in day.journal.entries)
