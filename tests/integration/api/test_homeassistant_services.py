"""The services of the hub as a whole."""

from __future__ import annotations

import asyncio
import json
import logging
from pathlib import Path

import pytest
from hub import House, Refusal, WsClient, hub

SWITCH = {"unique_id": "lamp", "name": "Lamp", "command_topic": "lamp/set", "state_topic": "lamp/state"}


async def call(ws: WsClient, service: str, **data: object) -> None:
    await ws.call("call_service", domain="homeassistant", service=service, service_data=data)


def discover(house: House, **changes: object) -> None:
    config = json.dumps({**SWITCH, **changes})
    house.app.mqtt.link.publish("homeassistant/switch/lamp/config", config, 0, True)


async def test_the_location_is_set_and_kept(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await call(ws, "set_location", latitude=52.1, longitude=5.1, elevation=3)
        assert (house.hub.config.latitude, house.hub.config.longitude, house.hub.config.elevation) == (52.1, 5.1, 3)
        with pytest.raises(Refusal, match="invalid_format"):
            await call(ws, "set_location", latitude=91, longitude=5)


async def test_stop_ends_the_hub_with_zero(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await call(ws, "stop")
        await asyncio.wait_for(house.app.wait(), 5)
        assert house.app.exit_code == 0


async def test_an_entity_that_is_not_there_is_only_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        with caplog.at_level(logging.WARNING, "marge.app"):
            await call(ws, "update_entity", entity_id=["light.none", "zone.home"])
        assert "light.none" in caplog.text
        assert "zone.home" not in caplog.text


async def test_states_are_on_disk_after_save_persistent_states(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await house.post("/api/states/sensor.a", {"state": "kept"})
        await call(ws, "save_persistent_states")
        assert house.app.recorder.info().backlog == 0


async def test_custom_templates_are_there_from_the_start(tmp_path: Path) -> None:
    macro = "{% macro greet(who) %}hello {{ who }}{% endmacro %}"
    async with hub(tmp_path, {"custom_templates/tools.jinja": macro}) as house:
        text = "{% from 'tools.jinja' import greet %}{{ greet('you') }}"
        answer = await house.post("/api/template", {"template": text})
        assert (answer.status, answer.text) == (200, "hello you")


async def test_custom_templates_are_read_again(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        folder = tmp_path / "config" / "custom_templates"
        await asyncio.to_thread(folder.mkdir)
        await asyncio.to_thread((folder / "tools.jinja").write_text, "{% macro twice(x) %}{{ x * 2 }}{% endmacro %}")
        await call(ws, "reload_custom_templates")
        template = "{% from 'tools.jinja' import twice %}{{ twice(21) }}"
        assert (await house.post("/api/template", {"template": template})).text == "42"


async def test_reloading_the_mqtt_entry_reads_what_devices_announce_again(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        discover(house)
        assert house.hub.states.get("switch.lamp") is not None
        (entry,) = house.app.registries.entries.for_domain("mqtt")
        births: list[bytes] = []
        house.app.mqtt.link.subscribe(
            "homeassistant/status", lambda _topic, payload, _qos, _retain: births.append(payload)
        )
        await call(ws, "reload_config_entry", entry_id=entry.id)
        assert births == [b"online"]
        assert house.hub.states.get("switch.lamp") is not None
        target = {"entity_id": "switch.lamp"}
        await ws.call("call_service", domain="homeassistant", service="reload_config_entry", target=target)
        assert len(births) == 2
        discover(house, name="Light")
        state = house.hub.states.get("switch.lamp")
        assert state is not None
        assert state.attributes["friendly_name"] == "Light"
        with pytest.raises(Refusal, match="service_validation_error"):
            await call(ws, "reload_config_entry")


async def test_a_configuration_with_mistakes_reloads_nothing(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await asyncio.to_thread((tmp_path / "config" / "configuration.yaml").write_text, "homeassistant: [\n")
        for service in ("reload_all", "reload_core_config", "check_config"):
            with pytest.raises(Refusal, match="home_assistant_error"):
                await call(ws, service)


BROKEN = {
    "configuration.yaml": "automation: !include automations.yaml\n",
    "automations.yaml": "- alias: Broken\n  triggers: []\n  actions: [{nonsense: 1}]\n- alias: Whole\n  triggers: []\n"
    "  actions: []\n",
}


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / "config" / name).write_text(text)


async def test_one_broken_automation_refuses_neither_reload_nor_restart(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await asyncio.to_thread(write, tmp_path, BROKEN)
        with pytest.raises(Refusal, match="home_assistant_error"):
            await call(ws, "check_config")
        await call(ws, "reload_all")
        assert house.hub.states.get("automation.whole") is not None
        await call(ws, "restart")
        await asyncio.wait_for(house.app.wait(), 5)
        assert house.app.exit_code == 100


async def test_a_file_that_would_be_lost_refuses_a_restart(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await asyncio.to_thread(write, tmp_path, {**BROKEN, "automations.yaml": "- alias: [\n"})
        for service in ("reload_all", "restart"):
            with pytest.raises(Refusal, match="home_assistant_error"):
                await call(ws, service)
        assert house.app.exit_code == 0
