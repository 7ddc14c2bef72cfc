"""WebSocket commands beyond what was recorded: subscriptions that follow, permissions, helpers."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hub import READ_ONLY, Refusal, hub

from marge.entities.calendar import CalendarEntity
from marge.entities.calendar import Features as CalendarFeatures
from marge.entities.calendar_event import CalendarEvent
from marge.entities.sensor import SensorEntity
from marge.entities.todo import Features as TodoFeatures
from marge.entities.todo import TodoItem, TodoListEntity
from marge.entities.update import Features as UpdateFeatures
from marge.entities.update import UpdateEntity
from marge.entities.weather import Features as WeatherFeatures
from marge.entities.weather import Forecast, ForecastType, WeatherEntity
from marge.templates.preview import Attempt, Outcome


class Weather(WeatherEntity):
    platform = "test"
    unique_id = "weather"
    name = "Outside"
    supported_features = WeatherFeatures.FORECAST_DAILY
    native_temperature_unit = "°C"

    async def do_forecast(self, forecast_type: ForecastType) -> Sequence[Forecast] | None:
        return [{"datetime": "2026-01-01T00:00:00+00:00", "native_temperature": 20}]


class Todo(TodoListEntity):
    platform = "test"
    unique_id = "todo"
    name = "Shopping"
    supported_features = TodoFeatures.MOVE_TODO_ITEM
    todo_items = (TodoItem("Milk", "1", "needs_action"), TodoItem("Bread", "2", "completed"))

    async def do_move_item(self, uid: str, previous_uid: str | None) -> None:
        items = {item.uid: item for item in self.todo_items}
        self.todo_items = (items["2"], items["1"])
        self.write_state()


class Calendar(CalendarEntity):
    platform = "test"
    unique_id = "calendar"
    name = "Family"
    supported_features = CalendarFeatures.CREATE_EVENT | CalendarFeatures.DELETE_EVENT
    made: CalendarEvent | None = None
    deleted: str | None = None

    async def do_create_event(self, event: CalendarEvent) -> None:
        self.made = event

    async def do_delete_event(self, uid: str, recurrence_id: str | None, recurrence_range: str | None) -> None:
        self.deleted = uid


class Update(UpdateEntity):
    platform = "test"
    unique_id = "update"
    name = "Firmware"
    supported_features = UpdateFeatures.RELEASE_NOTES

    async def do_release_notes(self) -> str | None:
        return "# New"


class Thermometer(SensorEntity):
    platform = "test"
    unique_id = "thermometer"
    name = "Thermometer"
    device_class = "temperature"
    native_unit_of_measurement = "°C"
    native_value = 20


async def test_a_rendered_template_follows_the_house_until_unsubscribed(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        house.hub.states.set("sensor.a", "1")
        id = await ws.subscribe("render_template", template="{{ states('sensor.a') | int + 1 }}")
        first = await ws.event(id)
        assert first["result"] == 2
        assert first["listeners"] == {"all": False, "domains": [], "entities": ["sensor.a"], "time": False}
        house.hub.states.set("sensor.a", "5")
        assert (await ws.event(id))["result"] == 6
        await ws.call("unsubscribe_events", subscription=id)
        assert "sensor.a" not in house.hub.bus._entities


async def test_a_template_that_takes_too_long_is_refused(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        slow = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
        with pytest.raises(Refusal) as refused:
            await ws.subscribe("render_template", template=slow, timeout=0.1)
        assert refused.value.code == "template_error"
        assert (await house.get("/api/")).status == 200


RUNAWAY = "{% for i in range(99999) %}{% for j in range(9999) %}{% endfor %}{% endfor %}"


async def test_the_hub_answers_others_while_a_runaway_template_is_tried_out(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        token = await house.user("guest", READ_ONLY)
        order: list[str] = []

        async def followed() -> None:
            async with house.ws(token) as ws:
                refused = await ws.exchange("render_template", template=RUNAWAY, report_errors=True)
                assert refused["error"] == {
                    "code": "template_error",
                    "message": "Exceeded maximum execution time of 3s",
                }
            order.append("refused")

        async def posted() -> None:
            answer = await house.post("/api/template", {"template": RUNAWAY})
            assert answer.status == 400
            assert answer.json["message"].startswith("Error rendering template: The template was stopped")
            order.append("refused")

        runaways = [asyncio.create_task(followed()), asyncio.create_task(posted())]
        while house.app.templates.previews.running < 2:
            await asyncio.sleep(0.001)
        for _ in range(20):
            assert (await house.get("/api/")).status == 200
            order.append("other")
        await asyncio.gather(*runaways)
        assert order == ["other"] * 20 + ["refused"] * 2


async def test_a_template_that_becomes_slow_is_no_longer_followed(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        house.hub.states.set("sensor.a", "1")
        slow = "{% for i in range(states('sensor.a') | int) %}{% for j in range(9999) %}{% endfor %}{% endfor %}"
        id = await ws.subscribe("render_template", template=slow)
        assert (await ws.event(id))["listeners"]["entities"] == ["sensor.a"]
        house.hub.states.set("sensor.a", "99999")
        assert "no longer followed" in (await ws.event(id))["error"]
        assert "sensor.a" not in house.hub.bus._entities


async def test_a_template_too_slow_to_follow_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marge.api.websocket.commands.templates.LOOP_LIMIT", 0.0)
    async with hub(tmp_path) as house, house.ws() as ws:
        with pytest.raises(Refusal, match="at most 0 s are allowed") as refused:
            await ws.subscribe("render_template", template="{{ states('sensor.a') | list }}")
        assert refused.value.code == "template_error"
        assert "sensor.a" not in house.hub.bus._entities


async def test_a_client_that_goes_while_its_template_is_tried_out_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with hub(tmp_path) as house:
        previews = house.app.templates.previews
        run, go, done = previews.run, asyncio.Event(), asyncio.Event()

        async def later(attempt: Attempt, timeout: float) -> Outcome:
            await go.wait()
            done.set()
            return await run(attempt, timeout)

        monkeypatch.setattr(previews, "run", later)
        async with house.ws() as ws:
            await ws.send("render_template", template="{{ states('sensor.a') | list }}")
            await ws.subscribe("render_template", template="{{ states('sensor.b') }}")
            assert "sensor.b" in house.hub.bus._entities
        while "sensor.b" in house.hub.bus._entities:
            await asyncio.sleep(0.001)
        go.set()
        await done.wait()
        while previews.running:
            await asyncio.sleep(0.001)
        await asyncio.sleep(0)
        assert "sensor.a" not in house.hub.bus._entities


@pytest.mark.parametrize(
    ("command", "data"),
    [
        ("test_condition", {"condition": {"condition": "template", "value_template": RUNAWAY}}),
        ("subscribe_trigger", {"trigger": {"trigger": "template", "value_template": RUNAWAY}}),
        ("execute_script", {"sequence": [{"variables": {"x": RUNAWAY}}]}),
        ("validate_config", {"conditions": RUNAWAY}),
    ],
)
async def test_runaway_templates_of_the_editor_are_refused(tmp_path: Path, command: str, data: dict[str, Any]) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        with pytest.raises(Refusal, match="together may take 1 s"):
            await ws.call(command, **data)


async def test_entities_are_shown_in_the_units_of_a_new_unit_system(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        house.app.place.add(Thermometer())
        assert house.hub.states.get("sensor.thermometer").state == "20"  # type: ignore[union-attr]
        id = await ws.subscribe("subscribe_events", event_type="core_config_updated")
        await ws.call("config/core/update", unit_system="us_customary", location_name="Cabin")
        state = house.hub.states.get("sensor.thermometer")
        assert state is not None
        assert (state.state, state.attributes["unit_of_measurement"]) == ("68", "°F")
        assert (await ws.event(id))["data"] == {"unit_system": "us_customary", "name": "Cabin"}
        assert (await ws.call("get_config"))["location_name"] == "Cabin"


async def test_what_was_changed_of_the_house_survives_a_restart(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await ws.call("config/core/update", elevation=12, country="NL")
    async with hub(tmp_path, owner=False) as house:
        assert (house.hub.config.elevation, house.hub.config.country) == (12, "NL")


@pytest.mark.parametrize("data", [{"currency": "ZZZ"}, {"currency": "eur"}, {"currency": "DEM"}, {"country": "ZZ"}])
async def test_codes_that_name_nothing_are_refused(tmp_path: Path, data: dict[str, str]) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        with pytest.raises(Refusal) as refused:
            await ws.call("config/core/update", **data)
        assert refused.value.code == "invalid_format"
        assert house.hub.config.currency == "EUR"


async def test_a_label_has_a_colour_that_a_browser_can_show(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        for name, color in (("A", "deep-purple"), ("B", "#12aBcd"), ("C", None)):
            assert (await ws.call("config/label_registry/create", name=name, color=color))["color"] == color
        for wrong in ({"color": "zz"}, {"color": "#12345"}, {"color": 5}, {"icon": "tag"}):
            with pytest.raises(Refusal) as refused:
                await ws.call("config/label_registry/create", name="D", **wrong)
            assert refused.value.code == "invalid_format"
            with pytest.raises(Refusal):
                await ws.call("config/label_registry/update", label_id="a", **wrong)
        assert len(await ws.call("config/label_registry/list")) == 3


async def test_config_entries_are_followed(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        id = await ws.subscribe("config_entries/subscribe", type_filter=["hub"])
        first = next(each for each in await ws.event(id) if each["entry"]["domain"] == "mqtt")
        assert first["type"] is None
        entry_id = first["entry"]["entry_id"]
        changed = await ws.call("config_entries/update", entry_id=entry_id, title="Broker")
        assert changed["config_entry"]["title"] == "Broker"
        (event,) = await ws.event(id)
        assert (event["type"], event["entry"]["title"]) == ("updated", "Broker")
        assert await ws.call("config_entries/disable", entry_id=entry_id, disabled_by="user") == {
            "require_restart": False
        }
        single = await ws.call("config_entries/get_single", entry_id=entry_id)
        assert single["config_entry"]["disabled_by"] == "user"
        assert await ws.call("config_entries/get", type_filter="helper") == []


async def test_manifests_are_those_of_what_is_loaded(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        names = [manifest["domain"] for manifest in await ws.call("manifest/list")]
        assert "mqtt" in names
        assert set(names) == {name for name in house.hub.components if "." not in name}
        assert (await ws.call("manifest/get", integration="mqtt"))["iot_class"] == "local_push"
        assert (await ws.call("integration/descriptions"))["core"]["integration"] == {}


async def test_a_forecast_comes_at_once_and_when_it_is_new(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        weather = Weather()
        house.app.place.add(weather)
        id = await ws.subscribe("weather/subscribe_forecast", entity_id="weather.outside", forecast_type="daily")
        event = await ws.event(id)
        assert (event["type"], event["forecast"][0]["temperature"]) == ("daily", 20)
        await weather.update_listeners()
        assert (await ws.event(id))["forecast"] == event["forecast"]
        with pytest.raises(Refusal, match="forecast_not_supported"):
            await ws.subscribe("weather/subscribe_forecast", entity_id="weather.outside", forecast_type="hourly")


async def test_a_to_do_list_is_listed_followed_and_moved(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        house.app.place.add(Todo())
        listed = await ws.call("todo/item/list", entity_id="todo.shopping")
        assert listed["items"][0] == {"summary": "Milk", "uid": "1", "status": "needs_action"}
        id = await ws.subscribe("todo/item/subscribe", entity_id="todo.shopping")
        assert [item["uid"] for item in (await ws.event(id))["items"]] == ["1", "2"]
        await ws.call("todo/item/move", entity_id="todo.shopping", uid="1", previous_uid="2")
        assert [item["uid"] for item in (await ws.event(id))["items"]] == ["2", "1"]
        async with house.ws(await house.user("reader", READ_ONLY)) as reader:
            with pytest.raises(Refusal, match="unauthorized"):
                await reader.call("todo/item/move", entity_id="todo.shopping", uid="1")


async def test_calendar_events_are_made_and_deleted(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        calendar = Calendar()
        house.app.place.add(calendar)
        event = {"dtstart": "2026-01-01T10:00:00", "dtend": "2026-01-01T11:00:00", "summary": "Tea", "rrule": ""}
        await ws.call("calendar/event/create", entity_id="calendar.family", event=event)
        assert calendar.made is not None
        assert calendar.made.summary == "Tea"
        await ws.call("calendar/event/delete", entity_id="calendar.family", uid="x")
        assert calendar.deleted == "x"
        with pytest.raises(Refusal, match="not_supported"):
            await ws.call("calendar/event/update", entity_id="calendar.family", uid="x", event=event)
        backwards = {**event, "dtend": "2025-01-01T11:00:00"}
        with pytest.raises(Refusal, match="invalid_format"):
            await ws.call("calendar/event/create", entity_id="calendar.family", event=backwards)


async def test_release_notes_are_told(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        house.app.place.add(Update())
        assert await ws.call("update/release_notes", entity_id="update.firmware") == "# New"


async def test_mqtt_messages_are_followed_retained_ones_first(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        link = house.app.mqtt.link
        link.publish("a/kept", "old", 0, True)
        id = await ws.subscribe("mqtt/subscribe", topic="a/#")
        assert await ws.event(id) == {"topic": "a/kept", "payload": "old", "qos": 0, "retain": True}
        link.publish("a/new", b"\xff", 1)
        assert await ws.event(id) == {"topic": "a/new", "payload": "b'\\xff'", "qos": 1, "retain": False}
        with pytest.raises(Refusal, match="invalid_format"):
            await ws.call("mqtt/subscribe", topic="a/#/b")


async def test_a_notification_is_followed(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        id = await ws.subscribe("persistent_notification/subscribe")
        assert await ws.event(id) == {"type": "current", "notifications": {}}
        data = {"message": "Hello", "notification_id": "one"}
        await ws.call("call_service", domain="persistent_notification", service="create", service_data=data)
        event = await ws.event(id)
        assert (event["type"], event["notifications"]["one"]["message"]) == ("added", "Hello")


async def test_helpers_are_made_changed_and_deleted(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        item = await ws.call("input_boolean/create", name="Guests", icon="mdi:account")
        assert house.hub.states.get("input_boolean.guests") is not None
        assert item in await ws.call("input_boolean/list")
        await ws.call("input_boolean/update", input_boolean_id=item["id"], name="Visitors")
        for wrong in ({}, {"name": 3, "nonsense": 1}):
            with pytest.raises(Refusal, match="invalid_format"):
                await ws.call("input_boolean/create", **wrong)
        for command in ("update", "delete"):
            with pytest.raises(Refusal) as refused:
                await ws.call(f"input_boolean/{command}", input_boolean_id="none")
            assert refused.value.error == {
                "code": "not_found",
                "message": "Unable to find input_boolean_id none",
            }
            with pytest.raises(Refusal, match="invalid_format"):
                await ws.call(f"input_boolean/{command}")
        await ws.call("input_boolean/delete", input_boolean_id=item["id"])
        assert house.hub.states.get("input_boolean.guests") is None
        assert set(await ws.call("person/list")) == {"storage", "config"}


async def test_warnings_are_listed_once_with_their_count(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        for number in range(8):
            logging.getLogger("marge.test").warning("leak %d", number)
        entry = next(each for each in await ws.call("system_log/list") if each["name"] == "marge.test")
        assert (entry["count"], entry["level"]) == (8, "WARNING")
        assert entry["message"] == [f"leak {number}" for number in range(3, 8)]
        await ws.call("call_service", domain="system_log", service="clear")
        assert not [each for each in await ws.call("system_log/list") if each["name"] == "marge.test"]


async def test_a_log_level_is_set_and_told(tmp_path: Path) -> None:
    logger = logging.getLogger("marge.compat_test")
    async with hub(tmp_path) as house, house.ws() as ws:
        id = await ws.subscribe("subscribe_events", event_type="logging_changed")
        levels = {"marge.compat_test": "debug"}
        await ws.call("call_service", domain="logger", service="set_level", service_data=levels)
        assert (await ws.event(id))["event_type"] == "logging_changed"
        assert logger.level == logging.DEBUG
        logger.setLevel(logging.NOTSET)


async def test_the_hub_restarts_only_with_a_valid_configuration(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        broken = tmp_path / "config" / "configuration.yaml"
        await asyncio.to_thread(broken.write_text, "automation: [\n")
        with pytest.raises(Refusal) as refused:
            await ws.call("call_service", domain="homeassistant", service="restart")
        assert refused.value.code == "home_assistant_error"
        assert "configuration.yaml" in str(refused.value)
        answer = await house.post("/api/config/core/check_config")
        assert answer.json["result"] == "invalid"
        await asyncio.to_thread(broken.unlink)
        await ws.call("call_service", domain="homeassistant", service="restart")
        await asyncio.wait_for(house.app.wait(), 5)
        assert house.app.exit_code == 100


async def test_on_and_off_reach_entities_of_any_domain(tmp_path: Path) -> None:
    files = {"configuration.yaml": "input_boolean:\n  a: {}\n  b: {}\n"}
    async with hub(tmp_path, files) as house, house.ws() as ws:
        target = {"entity_id": ["input_boolean.a", "input_boolean.b", "sensor.none"]}
        await ws.call("call_service", domain="homeassistant", service="turn_on", target=target)
        states = [house.hub.states.get(f"input_boolean.{name}") for name in "ab"]
        assert [state.state for state in states if state] == ["on", "on"]


async def test_a_changed_customization_is_shown_after_a_reload(tmp_path: Path) -> None:
    files = {"configuration.yaml": "input_boolean:\n  a: {}\n"}
    async with hub(tmp_path, files) as house, house.ws() as ws:
        text = (
            "input_boolean:\n  a: {}\nhomeassistant:\n  name: Cabin\n"
            "  customize:\n    input_boolean.a:\n      icon: mdi:home\n"
        )
        await asyncio.to_thread((tmp_path / "config" / "configuration.yaml").write_text, text)
        await ws.call("call_service", domain="homeassistant", service="reload_all")
        state = house.hub.states.get("input_boolean.a")
        assert state is not None
        assert state.attributes["icon"] == "mdi:home"
        assert house.hub.config.name == "Cabin"


async def test_a_subscribed_trigger_tells_of_its_firing(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        id = await ws.subscribe("subscribe_trigger", trigger={"trigger": "state", "entity_id": "light.a"})
        house.hub.states.set("light.a", "on")
        trigger = (await ws.event(id))["variables"]["trigger"]
        assert (trigger["platform"], trigger["to_state"]["state"]) == ("state", "on")
        await ws.call("unsubscribe_events", subscription=id)
        with pytest.raises(Refusal, match="invalid_format"):
            await ws.call("subscribe_trigger", trigger={"trigger": "nonsense"})


async def test_the_decimals_that_a_device_suggests_are_shown_for_display(tmp_path: Path) -> None:
    topic = "homeassistant/sensor/meter/config"
    meter = {"name": "Meter", "unique_id": "meter", "state_topic": "meter", "device_class": "energy"}
    watt_hours = {**meter, "unit_of_measurement": "Wh", "suggested_display_precision": 1}

    async with hub(tmp_path) as house, house.ws() as ws:

        async def announce(payload: dict[str, object]) -> None:
            data = {"topic": topic, "payload": json.dumps(payload)}
            await ws.call("call_service", domain="mqtt", service="publish", service_data=data)

        async def decimals() -> tuple[object, object]:
            shown = await ws.call("config/entity_registry/list_for_display")
            entity = next(entity for entity in shown["entities"] if entity["ei"] == "sensor.meter")
            known = await ws.call("config/entity_registry/get", entity_id="sensor.meter")
            return entity.get("dp"), known["options"].get("sensor", {}).get("suggested_display_precision")

        await announce({**meter, "unit_of_measurement": "Wh"})
        assert await decimals() == (None, None)
        await announce(watt_hours)
        assert await decimals() == (1, 1)

        options = {"entity_id": "sensor.meter", "options_domain": "sensor"}
        await ws.call("config/entity_registry/update", **options, options={"unit_of_measurement": "kWh"})
        assert await decimals() == (4, 4), "a larger unit has more decimals"
        # What the user says counts for more.
        await ws.call(
            "config/entity_registry/update",
            **options,
            options={"unit_of_measurement": "kWh", "display_precision": 2},
        )
        assert (await decimals())[0] == 2
        await ws.call("config/entity_registry/update", **options, options=None)
        assert await decimals() == (1, 1), "the device's suggestion stays when the user's options go"
        await announce({**watt_hours, "suggested_display_precision": 0})
        assert await decimals() == (0, 0)
        await announce({**meter, "unit_of_measurement": "Wh"})
        assert await decimals() == (None, None)


async def test_events_of_calls_have_the_target_as_lists(tmp_path: Path) -> None:
    async with hub(tmp_path, {"configuration.yaml": "input_boolean:\n  a:\n"}) as house, house.ws() as ws:
        id = await ws.subscribe("subscribe_events", event_type="call_service")
        call = {"domain": "input_boolean", "service": "turn_on"}
        for target, told in (
            ({"entity_id": "Light.A, light.b"}, {"entity_id": ["light.a", "light.b"]}),
            ({"entity_id": "ALL"}, {"entity_id": "all"}),
            ({"entity_id": ["light.a"], "area_id": "kitchen"}, {"entity_id": ["light.a"], "area_id": ["kitchen"]}),
            ({"label_id": "none"}, {"label_id": "none"}),
        ):
            await ws.call("call_service", **call, target=target)
            assert (await ws.event(id))["data"]["service_data"] == told
        sequence = [{"action": "input_boolean.turn_on", "target": {"entity_id": "light.a", "area_id": "x"}}]
        await ws.call("execute_script", sequence=sequence)
        assert (await ws.event(id))["data"]["service_data"] == {"entity_id": ["light.a"], "area_id": ["x"]}


async def test_an_id_that_is_none_goes_back_as_it_came(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        for wrong in ("5", 1.5, True, None, -1, 0, ["x"]):
            await ws.socket.send(json.dumps({"id": wrong, "type": "ping"}))
            answer = await ws.raw()
            assert answer == {
                "id": wrong,
                "type": "result",
                "success": False,
                "error": {"code": "invalid_format", "message": "Message incorrectly formatted."},
            }
            assert type(answer["id"]) is type(wrong)


async def test_a_script_with_a_service_that_is_not_there_is_not_valid(tmp_path: Path) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        with pytest.raises(Refusal) as refused:
            await ws.call("execute_script", sequence=[{"action": "light.fly"}])
        assert refused.value.code == "service_validation_error"
        assert refused.value.error["translation_key"] == "service_not_found"
        assert "Action light.fly not found" in refused.value.error["message"]
        with pytest.raises(Refusal) as refused:
            await ws.call("call_service", domain="light", service="fly")
        assert refused.value.code == "not_found"


@pytest.mark.parametrize(("kind", "words"), [("area", "an area"), ("floor", "a floor"), ("label", "a label")])
async def test_a_name_that_is_taken_is_refused_in_proper_words(tmp_path: Path, kind: str, words: str) -> None:
    async with hub(tmp_path) as house, house.ws() as ws:
        await ws.call(f"config/{kind}_registry/create", name="Attic")
        with pytest.raises(Refusal, match=f"There is {words} called Attic already"):
            await ws.call(f"config/{kind}_registry/create", name="attic")
