"""Blueprints of the kinds that people share, from file to what they do: each with an automation that uses it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import yaml
from automation_house import House, house_with

from marge.config.blueprints.shipped import SHIPPED
from marge.core.services import Service, ServiceCall

DATA = Path(__file__).parents[1] / "data" / "blueprints"
FILES = {
    **{f"blueprints/automation/{path.name}": path.read_text() for path in sorted((DATA / "automation").glob("*.yaml"))},
    **{f"blueprints/{domain}/{path}": text for domain, all_of in SHIPPED.items() for path, text in all_of.items()},
}
Call = tuple[str, dict[str, Any]]


@asynccontextmanager
async def using(
    path: str, inputs: dict[str, Any], *, services: tuple[str, ...] = (), before: Callable[[House], None] | None = None
) -> AsyncIterator[tuple[House, list[Call]]]:
    """A house with one automation from a blueprint; `calls` has what it does with `services`."""
    item = {"id": "it", "alias": "It", "use_blueprint": {"path": path, "input": inputs}}
    calls: list[Call] = []

    def note(call: ServiceCall) -> None:
        calls.append((f"{call.domain}.{call.service}", call.service_data))

    async with house_with(yaml.safe_dump([item]), files=FILES, start=False) as house:
        for service in services:
            domain, _, name = service.partition(".")
            house.hub.services.register(Service(domain, name, note, takes_target=True, needs_target=False))
        if before is not None:
            before(house)
        house.start()
        await house.settle()
        assert house.state("automation.it").state == "on"
        yield house, calls


LIGHT = ("light.turn_on", "light.turn_off")


def dark(house: House) -> None:
    house.set("binary_sensor.hall", "off")
    house.set("binary_sensor.stairs", "off")
    house.set("sensor.lux", "12")


async def test_motion_light_with_a_lux_limit() -> None:
    inputs = {
        "motion_sensors": ["binary_sensor.hall", "binary_sensor.stairs"],
        "lights": {"entity_id": ["light.hall"]},
        "lux_sensor": "sensor.lux",
        "quiet_for": {"seconds": 90},
    }
    async with using("motion_lux.yaml", inputs, services=LIGHT, before=dark) as (house, calls):
        house.set("binary_sensor.hall", "on")
        await house.settle()
        assert calls == [("light.turn_on", {"entity_id": ["light.hall"], "brightness_pct": 80})]
        house.set("binary_sensor.hall", "off")
        await house.advance(60)
        house.set("binary_sensor.stairs", "on")
        await house.advance(60)
        assert [name for name, _ in calls] == ["light.turn_on"] * 2
        house.set("binary_sensor.stairs", "off")
        await house.advance(89)
        assert len(calls) == 2
        await house.advance(1)
        assert calls[2:] == [("light.turn_off", {"entity_id": ["light.hall"]})]
        house.set("sensor.lux", "300")
        house.set("binary_sensor.hall", "on")
        await house.settle()
        assert len(calls) == 3


async def test_a_motion_light_without_a_light_sensor_asks_only_the_conditions() -> None:
    inputs = {
        "motion_sensors": ["binary_sensor.hall"],
        "lights": {"entity_id": ["light.hall"]},
        "conditions": [{"condition": "state", "entity_id": "input_boolean.guests", "state": "off"}],
    }
    async with using("motion_lux.yaml", inputs, services=LIGHT, before=dark) as (house, calls):
        house.set("input_boolean.guests", "on")
        house.set("binary_sensor.hall", "on")
        await house.settle()
        assert calls == []
        house.set("input_boolean.guests", "off")
        house.set("binary_sensor.hall", "off")
        house.set("binary_sensor.hall", "on")
        await house.settle()
        assert [name for name, _ in calls] == ["light.turn_on"]


async def test_low_battery_report() -> None:
    def batteries(house: House) -> None:
        for name, state in (("door", "8"), ("window", "unavailable"), ("remote", "90"), ("toy", "1")):
            house.set(f"sensor.{name}", state, device_class="battery", friendly_name=name.title())
        house.set("binary_sensor.smoke", "on", device_class="battery", friendly_name="Smoke")
        house.set("sensor.temperature", "3", device_class="temperature")

    inputs = {
        "time": "10:00:00",
        "exclude": {"entity_id": ["sensor.toy"]},
        "actions": [{"action": "test.note", "data": {"text": "Low: {{ sensors }}"}}],
    }
    async with using("low_battery.yaml", inputs, before=batteries) as (house, _):
        await house.advance(24 * 3600)
        assert house.notes() == [{"text": "Low: Door (8), Window (unavailable), Smoke (low)"}]
        for name in ("sensor.door", "sensor.window"):
            house.set(name, "77", device_class="battery")
        house.set("binary_sensor.smoke", "off", device_class="battery")
        await house.advance(24 * 3600)
        assert len(house.notes()) == 1


async def test_zigbee2mqtt_remote() -> None:
    inputs = {
        "remote": "Sofa",
        "on_press": [{"action": "test.note", "data": {"pressed": "{{ action }}"}}],
        "up_hold": [{"action": "test.note", "data": {"dimmed": True}}],
        "step": 500,
    }
    async with using("z2m_remote.yaml", inputs) as (house, _):
        house.mqtt.publish("zigbee2mqtt/Sofa/action", "on")
        house.mqtt.publish("zigbee2mqtt/Chair/action", "on")
        await house.settle()
        assert house.notes() == [{"pressed": "on"}]
        house.mqtt.publish("zigbee2mqtt/Sofa/action", "up_hold")
        await house.advance(1.2)
        house.mqtt.publish("zigbee2mqtt/Sofa/action", "up_release")
        await house.advance(5)
        assert house.notes()[1:] == [{"dimmed": True}] * 3


async def test_heating_off_while_a_window_is_open() -> None:
    def winter(house: House) -> None:
        house.set("binary_sensor.window", "off")
        house.set("binary_sensor.door", "off")
        house.set("climate.room", "heat")

    inputs = {"windows": ["binary_sensor.window", "binary_sensor.door"], "thermostat": "climate.room"}
    async with using("window_heating.yaml", inputs, services=("climate.set_hvac_mode",), before=winter) as (
        house,
        calls,
    ):
        house.set("binary_sensor.window", "on")
        await house.advance(59)
        assert calls == []
        await house.advance(1)
        assert calls == [("climate.set_hvac_mode", {"entity_id": ["climate.room"], "hvac_mode": "off"})]
        house.set("binary_sensor.door", "on")
        house.set("binary_sensor.window", "off")
        await house.advance(120)
        assert len(calls) == 1
        house.set("binary_sensor.door", "off")
        await house.settle()
        assert calls[1:] == [("climate.set_hvac_mode", {"entity_id": ["climate.room"], "hvac_mode": "heat"})]


async def test_a_machine_has_finished() -> None:
    inputs = {
        "power": "sensor.washer_power",
        "when_finished": [{"action": "test.note", "data": {"minutes": "{{ minutes | int }}"}}],
    }
    async with using("machine_finished.yaml", inputs) as (house, _):
        house.set("sensor.washer_power", "1")
        house.set("sensor.washer_power", "2000")
        await house.advance(50)
        house.set("sensor.washer_power", "3")
        await house.advance(600)
        assert house.notes() == []
        house.set("sensor.washer_power", "2000")
        await house.advance(60 + 30 * 60)
        house.set("sensor.washer_power", "3")
        await house.advance(120)
        house.set("sensor.washer_power", "40")
        await house.advance(60)
        house.set("sensor.washer_power", "1")
        await house.advance(180)
        assert house.notes() == [{"minutes": 36}]


async def test_the_shipped_motion_light() -> None:
    inputs = {
        "motion_entity": "binary_sensor.hall",
        "light_target": {"entity_id": "light.hall"},
        "no_motion_wait": 30,
    }
    async with using("homeassistant/motion_light.yaml", inputs, services=LIGHT, before=dark) as (house, calls):
        house.set("binary_sensor.hall", "on")
        await house.advance(100)
        house.set("binary_sensor.hall", "off")
        await house.advance(29)
        assert [name for name, _ in calls] == ["light.turn_on"]
        await house.advance(1)
        assert [name for name, _ in calls] == ["light.turn_on", "light.turn_off"]


def phone(house: House) -> str:
    """The device of a phone with the companion app."""
    entry = house.registries.entries.create("mobile_app", "Phone")
    device = house.registries.devices.get_or_create(entry.id, identifiers=[("mobile_app", "1")], name="Anna's phone")
    return str(device.id)


PHONE = "notify.mobile_app_anna_s_phone"


async def test_the_shipped_notification_on_leaving_a_zone() -> None:
    inputs = {"person_entity": "person.anna", "zone_entity": "zone.home", "notify_device": "phone"}
    async with using("homeassistant/notify_leaving_zone.yaml", inputs, services=(PHONE,)) as (house, calls):
        path = house.folder / "automations.yaml"
        path.write_text(path.read_text().replace("notify_device: phone", f"notify_device: {phone(house)}"))
        await house.hub.services.call("automation", "reload")
        house.set("zone.home", "1", friendly_name="Home")
        house.set("person.anna", "home", friendly_name="Anna")
        await house.settle()
        assert calls == []
        house.set("person.anna", "not_home", friendly_name="Anna")
        await house.settle()
        assert calls == [(PHONE, {"message": "Anna has left Home"})]
        house.set("person.anna", "Work", friendly_name="Anna")
        await house.settle()
        assert len(calls) == 1


async def test_the_shipped_confirmable_notification() -> None:
    async with house_with(scripts="{}", files=FILES, start=False) as house:
        asked: list[dict[str, Any]] = []

        def note(call: ServiceCall) -> None:
            asked.append(call.service_data)

        house.hub.services.register(Service("notify", PHONE.partition(".")[2], note))
        inputs = {
            "notify_device": phone(house),
            "message": "Water the garden?",
            "confirm_action": [{"action": "test.note", "data": {"watered": True}}],
            "dismiss_action": [{"action": "test.note", "data": {"watered": False}}],
        }
        use = {"path": "homeassistant/confirmable_notification.yaml", "input": inputs}
        house.write({"scripts.yaml": yaml.safe_dump({"ask": {"use_blueprint": use}})})
        house.start()
        for place, watered in ((0, True), (1, False)):
            await house.hub.services.call("script", "turn_on", target={"entity_id": "script.ask"})
            await house.settle()
            assert asked[-1]["message"] == "Water the garden?"
            buttons = asked[-1]["data"]["actions"]
            assert [each["title"] for each in buttons] == ["Confirm", "Dismiss"]
            house.hub.bus.fire("mobile_app_notification_action", {"action": "CONFIRM_another"})
            await house.settle()
            assert house.state("script.ask").state == "on"
            house.hub.bus.fire("mobile_app_notification_action", {"action": buttons[place]["action"]})
            await house.settle()
            assert house.notes()[-1] == {"watered": watered}
            assert house.state("script.ask").state == "off"
