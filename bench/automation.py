"""Automations: a service call at the WebSocket, the event of the automation that it triggers at another; and loading.

What a person feels after pressing a button is this path; 5,000 other automations must not be part of it.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from marge.app.app import App
from marge.app.cli_token import read_cli_token
from marge.config.house import load

CALLS = 300
OTHERS = 5000


def files(folder: Path) -> None:
    """A switch, the automation that follows it, and many that follow others."""
    (folder / "configuration.yaml").write_text("automation: !include automations.yaml\ninput_boolean:\n  lamp:\n")
    automations: list[dict[str, Any]] = [
        {
            "id": f"other_{number}",
            "alias": f"Other {number}",
            "triggers": {"trigger": "state", "entity_id": f"sensor.other_{number}", "to": "on"},
            "actions": {"event": "other"},
        }
        for number in range(OTHERS)
    ]
    automations.append(
        {
            "id": "follow",
            "alias": "Follow",
            "mode": "queued",
            "triggers": {"trigger": "state", "entity_id": "input_boolean.lamp"},
            "conditions": {"condition": "state", "entity_id": "input_boolean.lamp", "state": ["on", "off"]},
            "actions": {"event": "followed", "event_data": {"state": "{{ trigger.to_state.state }}"}},
        }
    )
    # JSON is YAML too, and this measures no parser.
    (folder / "automations.yaml").write_text(json.dumps(automations))


async def receive(socket: ClientConnection, wanted: str) -> None:
    """Read until a message of a kind comes."""
    while wanted not in str(await socket.recv()):
        pass


async def measure() -> dict[str, float]:
    """Start a hub with all those automations and press the switch."""
    with tempfile.TemporaryDirectory() as name:
        config, data = Path(name, "config"), Path(name, "data")
        config.mkdir()
        files(config)
        house = load(config)
        replace = msgspec.structs.replace
        settings = replace(
            house.settings,
            http=replace(house.settings.http, host="127.0.0.1", port=0),
            mqtt=replace(house.settings.mqtt, host="127.0.0.1", port=0),
        )
        app = App(replace(house, settings=settings), data, password_cost=4)
        await app.start()
        try:
            return {"automation_p50": await pressing(app, read_cli_token(data) or "") * 1e3}
        finally:
            await app.stop()


async def pressing(app: App, token: str) -> float:
    """The median time in seconds from the call to the event."""
    url = f"ws://127.0.0.1:{app.http.port}/api/websocket"
    async with connect(url, compression=None) as socket:
        await socket.recv()
        await socket.send(json.dumps({"type": "auth", "access_token": token}))
        await receive(socket, "auth_ok")
        await socket.send(json.dumps({"id": 1, "type": "subscribe_events", "event_type": "followed"}))
        await receive(socket, '"success":true')
        took: list[float] = []
        for number in range(CALLS):
            call = {
                "id": number + 2,
                "type": "call_service",
                "domain": "input_boolean",
                "service": "toggle",
                "target": {"entity_id": "input_boolean.lamp"},
            }
            began = time.perf_counter()
            await socket.send(json.dumps(call))
            await receive(socket, '"followed"')
            took.append(time.perf_counter() - began)
            await asyncio.sleep(0.002)
    return statistics.median(took)


def budget() -> dict[str, float]:
    """The figures of the table."""
    return asyncio.run(measure())
