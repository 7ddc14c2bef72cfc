"""The logbook: what is told, what is left out, and what caused it."""

from __future__ import annotations

from typing import Any

import pytest
from recorder_house import House, OpenHouse

from marge.core.context import Context

USER = "0123456789abcdef0123456789abcdef"


async def entries(h: House, **filters: Any) -> list[dict[str, Any]]:
    return await h.recorder.logbook.entries(0, h.clock.now() + 1, **filters)


def change(h: House, entity_id: str, state: str, attributes: dict[str, Any] | None = None, **more: Any) -> None:
    h.clock.advance(1)
    h.hub.states.set(entity_id, state, attributes or {}, **more)


async def test_a_change_of_state_is_told_with_its_name_icon_and_time(house: OpenHouse) -> None:
    async with house() as h:
        change(h, "light.a", "off", {"friendly_name": "Lamp"})
        change(
            h, "light.a", "on", {"friendly_name": "Lamp", "icon": "mdi:lamp"}, context=Context(h.hub.ulid(), None, USER)
        )
        change(h, "switch.kitchen_plug", "off")
        change(h, "switch.kitchen_plug", "on")
        now = h.clock.now()
        assert await entries(h) == [
            {
                "when": now - 2,
                "state": "on",
                "entity_id": "light.a",
                "name": "Lamp",
                "icon": "mdi:lamp",
                "context_user_id": USER,
            },
            {"when": now, "state": "on", "entity_id": "switch.kitchen_plug", "name": "kitchen plug"},
        ]


async def test_what_is_no_news_is_left_out(house: OpenHouse) -> None:
    async with house() as h:
        # New entities, changes of attributes alone, removals, forced repetitions.
        change(h, "light.a", "off", {"n": 1})
        change(h, "light.a", "off", {"n": 2})
        h.hub.states.set("light.a", "off", {"n": 2}, force_update=True)
        h.hub.states.remove("light.a")
        change(h, "light.a", "on")
        # Things that measure or count.
        for entity_id, attributes in (
            ("sensor.power", {"unit_of_measurement": "W"}),
            ("sensor.total", {"state_class": "total"}),
            ("counter.visits", {}),
            ("proximity.home", {}),
        ):
            change(h, entity_id, "1", attributes)
            change(h, entity_id, "2", attributes)
        # A sensor that is gone from the hub had a unit when it was recorded.
        change(h, "sensor.gone", "1", {"unit_of_measurement": "W"})
        change(h, "sensor.gone", "2", {"unit_of_measurement": "W"})
        h.hub.states.remove("sensor.gone")
        assert await entries(h) == []
        change(h, "sensor.mode", "auto")
        change(h, "sensor.mode", "manual")
        assert [entry["entity_id"] for entry in await entries(h)] == ["sensor.mode"]


async def test_after_a_restart_the_first_state_is_no_news(house: OpenHouse) -> None:
    async with house() as h:
        change(h, "light.a", "off")
    async with house() as h:
        change(h, "light.a", "on")
        assert await entries(h) == []


async def test_automations_scripts_and_the_hub_are_put_into_words(house: OpenHouse) -> None:
    async with house() as h:
        bus = h.hub.bus
        h.clock.advance(1)
        bus.fire("homeassistant_start")
        context = h.hub.new_context()
        h.clock.advance(1)
        bus.fire(
            "automation_triggered",
            {"name": "Evening", "entity_id": "automation.evening", "source": "time"},
            context=context,
        )
        h.clock.advance(1)
        bus.fire("script_started", {"name": "Scene", "entity_id": "script.scene"}, context=Context(h.hub.ulid()))
        h.clock.advance(1)
        bus.fire("homeassistant_stop")
        bus.fire("something_else", {"a": 1})
        found = await entries(h)
        assert [(entry["name"], entry["message"], entry["domain"]) for entry in found] == [
            ("Marge", "started", "homeassistant"),
            ("Evening", "triggered by time", "automation"),
            ("Scene", "started", "script"),
            ("Marge", "stopped", "homeassistant"),
        ]
        assert found[1]["source"] == "time"
        assert found[1]["entity_id"] == "automation.evening"
        assert found[1]["context_id"] == context.id


async def test_a_change_names_what_caused_it(house: OpenHouse) -> None:
    async with house() as h:
        change(h, "binary_sensor.door", "off", {"friendly_name": "Door"})
        change(h, "light.a", "off")
        change(h, "binary_sensor.door", "on", {"friendly_name": "Door"})
        cause = h.hub.states.get("binary_sensor.door")
        assert cause is not None
        run = h.hub.new_context(parent=cause.context)
        h.hub.bus.fire(
            "automation_triggered",
            {"name": "Welcome", "entity_id": "automation.welcome", "source": "state of binary_sensor.door"},
            context=run,
        )
        change(h, "light.a", "on", context=run)
        door, automation, light = await entries(h)
        assert "context_event_type" not in door
        assert automation["context_entity_id"] == "binary_sensor.door"
        assert automation["context_state"] == "on"
        assert automation["context_entity_id_name"] == "Door"
        assert {key: light[key] for key in light if key.startswith("context_")} == {
            "context_event_type": "automation_triggered",
            "context_domain": "automation",
            "context_name": "Welcome",
            "context_message": "triggered by state of binary_sensor.door",
            "context_source": "state of binary_sensor.door",
            "context_entity_id": "automation.welcome",
            "context_entity_id_name": "welcome",
        }


async def test_a_change_after_a_service_call_names_the_service(house: OpenHouse) -> None:
    async with house() as h:
        change(h, "light.a", "off")
        context = h.hub.new_context(user_id=USER)
        h.hub.bus.fire("call_service", {"domain": "light", "service": "turn_on", "service_data": {}}, context=context)
        change(h, "light.a", "on", context=context)
        [entry] = await entries(h)
        assert entry["context_event_type"] == "call_service"
        assert (entry["context_domain"], entry["context_service"]) == ("light", "turn_on")
        assert entry["context_user_id"] == USER


async def test_filters_by_entity_device_and_context(house: OpenHouse) -> None:
    async with house() as h:
        context = h.hub.new_context()
        for entity_id in ("light.a", "light.b"):
            change(h, entity_id, "off")
        change(h, "light.a", "on", context=context)
        change(h, "light.b", "on")
        h.hub.bus.fire("logbook_entry", {"name": "N", "message": "m", "entity_id": "light.b"})
        h.hub.bus.fire("automation_triggered", {"name": "A", "entity_id": "automation.a"}, context=context)
        h.hub.bus.fire("script_started", {"name": "S", "device_id": "d1"})
        h.hub.bus.fire("homeassistant_start")
        assert [entry["entity_id"] for entry in await entries(h, entity_ids=["light.b"])] == ["light.b", "light.b"]
        assert [entry["name"] for entry in await entries(h, device_ids=["d1"])] == ["S"]
        assert [entry["entity_id"] for entry in await entries(h, context_id=context.id)] == ["light.a", "automation.a"]
        assert await entries(h, context_id="nobody") == []


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ({"entity_id": "light.a"}, {"domain": "light", "entity_id": "light.a"}),
        ({"domain": "sun"}, {"domain": "sun", "entity_id": None}),
        ({}, {"domain": "logbook", "entity_id": None}),
    ],
)
async def test_logbook_log_writes_an_entry(house: OpenHouse, data: dict[str, Any], expected: dict[str, Any]) -> None:
    async with house() as h:
        await h.hub.services.call("logbook", "log", {"name": "Kitchen", "message": "is used", **data})
        [entry] = await entries(h)
        assert entry.pop("when") == h.clock.now()
        cause = {"context_event_type": "call_service", "context_domain": "logbook", "context_service": "log"}
        assert entry == {"name": "Kitchen", "message": "is used", **expected, **cause}
