"""Webhooks over real sockets."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from hub import House, hub

FILES = {
    "configuration.yaml": """
automation:
  - alias: Bell
    mode: parallel
    triggers:
      trigger: webhook
      webhook_id: bell
      allowed_methods: [GET, POST]
    actions:
      event: rang
      event_data:
        query: "{{ trigger.query.who | default('-') }}"
        json: "{{ trigger.json | default(none) }}"
        data: "{{ trigger.data | default(none) }}"
"""
}
MULTIPART = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n7\r\n--b--\r\n'


async def rings(house: House, method: str, path: str, **more: Any) -> list[Any]:
    events: list[Any] = []
    remove = house.hub.bus.listen("rang", lambda event: events.append(dict(event.data)))
    answer = await house.request(method, path, token="", **more)
    assert (answer.status, answer.body) == (200, b""), answer
    for _ in range(10):
        await asyncio.sleep(0)
    remove()
    return events


async def test_what_a_request_carries(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        assert await rings(house, "GET", "/api/webhook/bell?who=anna&who=bob") == [
            {"query": "anna", "json": None, "data": {}}
        ]
        headers = {"Content-Type": "application/json"}
        assert await rings(house, "POST", "/api/webhook/bell", json={"a": [1]}, headers=headers) == [
            {"query": "-", "json": {"a": [1]}, "data": None}
        ]
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert await rings(house, "POST", "/api/webhook/bell", body=b"a=1&b=two", headers=headers) == [
            {"query": "-", "json": None, "data": {"a": "1", "b": "two"}}
        ]
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert await rings(house, "POST", "/api/webhook/bell", body=MULTIPART, headers=headers) == [
            {"query": "-", "json": None, "data": {"x": "7"}}
        ]


async def test_nobody_learns_what_exists(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        for method in ("GET", "HEAD", "POST", "PUT"):
            assert await rings(house, method, "/api/webhook/other") == []
        assert await rings(house, "HEAD", "/api/webhook/bell") == []
        assert (await house.request("PUT", "/api/webhook/bell", token="")).status == 405
        assert (await house.request("DELETE", "/api/webhook/bell", token="")).status == 405
        headers = {"Content-Type": "application/json"}
        assert await rings(house, "POST", "/api/webhook/bell", body=b"{", headers=headers) == []
        headers = {"Content-Type": "multipart/form-data; boundary=none"}
        assert await rings(house, "POST", "/api/webhook/bell", body=MULTIPART, headers=headers) == []


async def test_too_many_parameters_are_refused(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house:
        many = "&".join(f"a{number}=1" for number in range(1001))
        assert (await house.get(f"/api/webhook/bell?{many}", token="")).status == 400
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        assert await rings(house, "POST", "/api/webhook/bell", body=many.encode(), headers=headers) == []
        assert await rings(house, "POST", "/api/webhook/bell", body=b"\xff", headers=headers) == []


async def test_over_the_websocket(tmp_path: Path) -> None:
    async with hub(tmp_path, FILES) as house, house.ws() as ws:
        assert await ws.call("webhook/list") == [
            {
                "webhook_id": "bell",
                "domain": "automation",
                "name": "Bell",
                "local_only": True,
                "allowed_methods": ["GET", "POST"],
            }
        ]
        events = await ws.subscribe("subscribe_events", event_type="rang")
        headers = {"Content-Type": "application/json"}
        answer = await ws.call(
            "webhook/handle", webhook_id="bell", method="POST", body='{"a": 1}', headers=headers, query="who=x"
        )
        assert answer == {"body": None, "status": 200, "headers": {"Content-Type": "application/octet-stream"}}
        assert (await ws.event(events))["data"] == {"query": "x", "json": {"a": 1}, "data": None}
