"""REST beyond what was recorded: streams, pictures, calendars, metrics, permissions, the editor."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hub import READ_ONLY, USER, House, hub

from marge.core.events import HOMEASSISTANT_STOP
from marge.entities.calendar import CalendarEntity
from marge.entities.calendar_event import CalendarEvent
from marge.entities.camera import CameraEntity
from marge.entities.image import ImageEntity


class Camera(CameraEntity):
    platform = "test"
    unique_id = "camera"
    name = "Door"
    frame_interval = 0.01
    shown = 0

    async def image(self) -> bytes | None:
        self.shown += 1
        return b"picture %d" % self.shown


class Picture(ImageEntity):
    platform = "test"
    unique_id = "image"
    name = "Map"
    content_type = "image/png"

    async def image(self) -> bytes | None:
        return b"map"


class Calendar(CalendarEntity):
    platform = "test"
    unique_id = "calendar"
    name = "Family"

    async def do_get_events(self, start: datetime, end: datetime) -> Sequence[CalendarEvent]:
        assert start.tzinfo is not None
        return [CalendarEvent(datetime(2026, 1, 1, 12, tzinfo=UTC), datetime(2026, 1, 1, 13, tzinfo=UTC), "Lunch")]


async def open_stream(house: House, path: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {house.token}\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
    assert b" 200 " in head.partition(b"\r\n")[0], head
    return reader, writer


async def test_the_event_stream_sends_events_until_the_client_goes(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        reader, writer = await open_stream(house, "/api/stream?restrict=wanted")
        assert b"data: ping\n\n" in await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)
        house.hub.bus.fire("unwanted", {})
        house.hub.bus.fire("wanted", {"a": 1})
        line = await asyncio.wait_for(reader.readuntil(b"\n\n"), 5)
        event = json.loads(line.partition(b"data: ")[2])
        assert event["event_type"] == "wanted"
        assert event["data"] == {"a": 1}
        assert len(house.app.api.streams) == 1
        writer.close()
        async with asyncio.timeout(5):
            while house.app.api.streams:
                await asyncio.sleep(0.01)
        house.hub.bus.fire("wanted", {})


async def test_streams_end_with_the_hub(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        reader, writer = await open_stream(house, "/api/stream")
        house.hub.bus.fire(HOMEASSISTANT_STOP)
        assert await asyncio.wait_for(reader.readuntil(b"\r\n0\r\n\r\n"), 5)
        writer.close()


async def test_a_stream_that_is_not_read_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("marge.api.http.WRITE_SECONDS", 0.2)
    async with hub(tmp_path) as house:
        reader, writer = await open_stream(house, "/api/stream?restrict=flood")
        reader._transport.pause_reading()  # type: ignore[attr-defined]
        async with asyncio.timeout(20):
            for number in range(20_000):
                house.hub.bus.fire("flood", {"text": "x" * 2000})
                if number % 100 == 0:
                    await asyncio.sleep(0)
        async with asyncio.timeout(5):
            while house.app.api.streams:
                await asyncio.sleep(0.01)
        assert house.app.http.connections == 0
        writer.transport.abort()


async def test_a_camera_shows_its_picture_to_those_who_may_see_it(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        camera = Camera()
        house.app.place.add(camera)
        path = f"/api/camera_proxy/{camera.entity_id}"
        answer = await house.get(path)
        assert answer.body.startswith(b"picture")
        assert answer.headers["content-type"] == "image/jpeg"
        assert (await house.get(f"{path}?token={camera.access_tokens[-1]}", token="")).status == 200
        assert (await house.get(f"{path}?token=wrong", token="")).status == 403
        assert (await house.get(path, token="wrong")).status == 401
        async with house.ws() as ws:
            signed = (await ws.call("auth/sign_path", path=path))["path"]
        assert (await house.get(signed, token="")).status == 200
        assert (await house.get(signed.replace("camera_proxy", "image_proxy"), token="")).status == 404
        nobody = await house.user("nobody")
        assert (await house.get(path, token=nobody)).status == 401
        camera.is_on = False
        assert (await house.get(path)).status == 503


async def test_a_camera_streams_its_pictures(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        camera = Camera()
        house.app.place.add(camera)
        reader, writer = await open_stream(house, f"/api/camera_proxy_stream/{camera.entity_id}")
        received = b""
        async with asyncio.timeout(5):
            while b"picture 4" not in received:
                received += await reader.read(1000)
        assert received.count(b"picture 1") == 2
        assert b"--frameboundary\r\nContent-Type: image/jpeg\r\nContent-Length: 9\r\n\r\npicture 2" in received
        writer.close()
        answer = await house.get(f"/api/camera_proxy_stream/{camera.entity_id}?interval=0.1")
        assert answer.status == 400


async def test_an_image_is_served_with_its_type(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        picture = Picture()
        house.app.place.add(picture)
        answer = await house.get(f"/api/image_proxy/{picture.entity_id}?token={picture.access_tokens[0]}", token="")
        assert (answer.body, answer.headers["content-type"]) == (b"map", "image/png")


async def test_calendars_are_listed_and_tell_their_events(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        house.app.place.add(Calendar())
        assert (await house.get("/api/calendars")).json == [{"name": "Family", "entity_id": "calendar.family"}]
        path = "/api/calendars/calendar.family"
        answer = await house.get(f"{path}?start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z")
        (event,) = answer.json
        assert event["summary"] == "Lunch"
        assert event["start"] == {"dateTime": "2026-01-01T12:00:00+00:00"}
        assert (await house.get(f"{path}?start=2026-01-02&end=2026-01-01")).status == 400


async def test_the_metrics_page_has_each_figure_once(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        await house.post("/api/states/light.a", {"state": "on"})
        answer = await house.get("/api/metrics", token="")
        assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
        samples: dict[str, float] = {}
        types: dict[str, str] = {}
        for line in answer.text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                assert name not in types
                types[name] = kind
            elif not line.startswith("#"):
                name, value = line.rsplit(" ", 1)
                assert name not in samples
                assert name.partition("{")[0] in types
                samples[name] = float(value)
        assert samples["marge_entities_total"] == house.hub.states.count()
        assert samples['marge_events_total{type="state_changed"}'] == house.hub.bus.counts["state_changed"] > 0
        assert samples["process_resident_memory_bytes"] > 1e6
        assert samples["marge_websocket_clients"] == 0


async def test_event_types_cannot_fill_the_metrics(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        for number in range(500):
            house.hub.bus.fire(f"type_{number}")
        assert len(house.hub.bus.counts) <= 201
        assert sum(house.hub.bus.counts.values()) == house.hub.bus.fired


async def test_the_error_log_has_warnings_without_a_log_file(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        logging.getLogger("marge.test").warning("the roof leaks")
        assert "the roof leaks" in (await house.get("/api/error_log")).text


async def test_those_who_only_look_change_nothing(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        reader, user = await house.user("reader", READ_ONLY), await house.user("user", USER)
        call = "/api/services/homeassistant/update_entity"
        data = {"entity_id": "zone.home"}
        assert (await house.post(call, data, token=reader)).status == 401
        assert (await house.post(call, data, token=user)).status == 200
        assert (await house.get("/api/states", token=reader)).json
        nobody = await house.user("nobody")
        assert (await house.get("/api/states", token=nobody)).json == []
        assert (await house.get("/api/states/zone.home", token=nobody)).status == 401
        assert (await house.get("/api/history/period?filter_entity_id=zone.home", token=nobody)).status == 401
        async with house.ws(nobody) as ws:
            assert await ws.call("get_states") == []
            id = await ws.subscribe("subscribe_entities")
            assert await ws.event(id) == {"a": {}}
            assert (await ws.exchange("subscribe_events", event_type="state_changed"))["error"][
                "code"
            ] == "unauthorized"
        async with house.ws(reader) as ws:
            refused = await ws.exchange(
                "call_service", domain="homeassistant", service="update_entity", service_data=data
            )
            assert refused["error"] == {"code": "home_assistant_error", "message": "Unauthorized"}


AUTOMATION = {
    "alias": "Lamp",
    "triggers": [{"trigger": "event", "event_type": "go"}],
    "actions": [{"event": "went"}],
}


async def test_the_editor_writes_what_is_in_use_at_once(tmp_path: Path) -> None:
    async with hub(tmp_path, {"automations.yaml": "[]\n"}) as house:
        assert (await house.post("/api/config/automation/config/123", AUTOMATION)).json == {"result": "ok"}
        assert house.hub.states.get("automation.lamp") is not None
        assert (await house.get("/api/config/automation/config/123")).json == {"id": "123", **AUTOMATION}
        went: list[object] = []
        house.hub.bus.listen("went", went.append)
        house.hub.bus.fire("go")
        await asyncio.sleep(0.05)
        assert len(went) == 1
        async with house.ws() as ws:
            assert (await ws.call("automation/config", entity_id="automation.lamp"))["config"]["alias"] == "Lamp"
            assert (await ws.exchange("script/config", entity_id="automation.lamp"))["error"]["code"] == "not_found"
        assert (await house.delete("/api/config/automation/config/123")).json == {"result": "ok"}
        assert house.hub.states.get("automation.lamp") is None
        assert house.app.registries.entities.get("automation.lamp") is None


async def test_the_editor_refuses_what_is_wrong_and_writes_nothing(tmp_path: Path) -> None:
    async with hub(tmp_path) as house:
        for body in ({"alias": "x"}, {**AUTOMATION, "actions": [{"event": "{{ 1 +"}]}, [], "text"):
            answer = await house.post("/api/config/automation/config/1", body)
            assert answer.status == 400, body
            assert answer.json["message"].startswith("Message malformed")
        assert not (tmp_path / "config" / "automations.yaml").exists()


async def test_a_broken_file_is_told_by_the_editor(tmp_path: Path) -> None:
    async with hub(tmp_path, {"automations.yaml": "- id: a\n  alias: [\n"}) as house:
        answer = await house.post("/api/config/automation/config/1", AUTOMATION)
        assert answer.status == 400
        assert "automations.yaml" in answer.json["message"]


@pytest.mark.parametrize("method", ["HEAD", "PUT", "PATCH"])
async def test_other_methods_are_not_allowed(tmp_path: Path, method: str) -> None:
    async with hub(tmp_path) as house:
        answer = await house.request(method, "/api/states/light.a")
        assert (answer.status, answer.headers["allow"]) == (405, "DELETE,GET,POST")


@pytest.mark.parametrize("entity_id", ["sensor.x__y", "sen__sor.x", "sensor._x", "sensor.x_", "sensor"])
async def test_a_state_needs_a_valid_entity_id(tmp_path: Path, entity_id: str) -> None:
    async with hub(tmp_path) as house:
        answer = await house.post(f"/api/states/{entity_id}", {"state": "1"})
        assert (answer.status, answer.json) == (400, {"message": "Invalid entity ID specified."})
        assert house.hub.states.get(entity_id) is None


async def test_a_call_answers_with_every_state_on_the_way(tmp_path: Path) -> None:
    scripts = "s:\n  sequence:\n    - event: done\n"
    async with hub(tmp_path, {"scripts.yaml": scripts}) as house:
        answer = await house.post("/api/services/script/s", {})
        assert [(each["entity_id"], each["state"]) for each in answer.json] == [("script.s", "on"), ("script.s", "off")]
