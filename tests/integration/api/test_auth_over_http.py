"""The recorded auth story of Home Assistant, told over real HTTP and WebSockets."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from compat.replay import DIFFERENCES, Story, load
from hub import WsClient, hub
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from marge.auth.manager import COMMAND_LINE_USER_NAME

RECORDED = Path(__file__).parents[2] / "compat" / "auth"
Body = dict[str, Any]


class Teller:
    """Sends what the story says, and returns what comes back in its form."""

    def __init__(self, port: int, request: Any) -> None:
        self.port = port
        self._request = request
        self.socket: ClientConnection | None = None
        self.client: WsClient | None = None

    async def http(self, request: Body, wanted: Body) -> Body:
        headers = dict(request.get("headers", {}))
        body = b""
        if "form" in request:
            body = urlencode(request["form"]).encode()
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        elif "json" in request:
            body = json.dumps(request["json"]).encode()
            headers["Content-Type"] = "text/plain;charset=UTF-8"
        elif "text" in request:
            body = request["text"].encode()
        answer = await self._request(request["method"], request["path"], body=body, headers=headers, token="")
        found: Body = {"status": answer.status}
        if "headers" in wanted:
            found["headers"] = {name: answer.headers.get(name, "") for name in wanted["headers"]}
        if "json" in wanted:
            found["json"] = answer.json if answer.body else None
        else:
            found["text"] = answer.text
        return found

    async def open(self, message: Body) -> list[Body]:
        await self.close()
        self.socket = await connect(f"ws://127.0.0.1:{self.port}/api/websocket", compression=None)
        self.client = WsClient(self.socket)
        hello = await self.client.raw()
        await self.socket.send(json.dumps(message))
        return [hello, await self.client.raw()]

    async def command(self, message: Body) -> Body:
        assert self.client is not None
        return await self.client.exchange(message.pop("type"), **message)

    async def closed(self) -> None:
        """Wait until the server closes the connection."""
        assert self.socket is not None
        try:
            while True:
                await asyncio.wait_for(self.socket.recv(), 5)
        except ConnectionClosed:
            return

    async def close(self) -> None:
        if self.socket is not None:
            await self.socket.close()


def _without_command_line(answer: Any) -> Any:
    """An answer without the account of the `marge` command, which Home Assistant does not have."""
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, list):
        return answer
    others = [each for each in result if not (isinstance(each, dict) and each.get("name") == COMMAND_LINE_USER_NAME)]
    return {**answer, "result": others}


async def test_the_auth_story_over_real_sockets(tmp_path: Path) -> None:
    problems: list[str] = []
    async with hub(tmp_path, owner=False) as house:
        # Home Assistant has no user for its command line.
        users = house.app.auth.users
        for user in users.all():
            if user.name != "Home Assistant Content":
                users.remove(user.id)
        story = Story(base=house.base, host=house.base.removeprefix("http://"))
        teller = Teller(house.port, house.request)
        try:
            for label, exchange in load(RECORDED):
                recorded = exchange["response"]
                request = story.fill(exchange.get("request", {}))
                match exchange["transport"]:
                    case "http":
                        actual: Any = await teller.http(request, recorded)
                    case "websocket_auth":
                        actual = await teller.open(request)
                    case "websocket_closed":
                        actual = await teller.closed()
                    case _:
                        actual = await teller.command(request)
                        if recorded.get("error", {}).get("code") == "invalid_format":
                            recorded = {**recorded, "error": {**recorded["error"], "message": "<any>"}}
                actual = _without_command_line(actual)
                found = story.compare(recorded, actual)
                if "any" in story.values:
                    del story.values["any"]
                if exchange["name"] not in DIFFERENCES:
                    problems += [f"{label}: {problem}" for problem in found]
        finally:
            await teller.close()
    assert not problems, "\n".join(problems)


async def test_a_page_of_another_origin_may_ask_for_tokens_and_nothing_else(tmp_path: Path) -> None:
    origin = {"Origin": "https://elsewhere.example"}
    question = {**origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    async with hub(tmp_path) as house:
        for path in ("/auth/token", "/auth/revoke"):
            answer = await house.request("OPTIONS", path, headers=question, token="")
            assert answer.status == 200
            assert answer.headers["access-control-allow-origin"] == origin["Origin"]
            assert answer.headers["access-control-allow-methods"] == "POST"
            answer = await house.request("POST", path, body=b"token=x", headers=origin, token="")
            assert answer.headers["access-control-allow-origin"] == origin["Origin"]
        assert (await house.request("OPTIONS", "/api/states", headers=question)).status == 405
        assert "access-control-allow-origin" not in (await house.get("/api/states", headers=origin)).headers


async def test_origins_of_the_configuration_may_ask_for_everything(tmp_path: Path) -> None:
    files = {"configuration.toml": '[http]\ncors_allowed_origins = ["https://mine.example"]\n'}
    async with hub(tmp_path, files) as house:
        answer = await house.get("/api/states", headers={"Origin": "https://mine.example"})
        assert answer.headers["access-control-allow-origin"] == "https://mine.example"
        answer = await house.get("/api/states", headers={"Origin": "https://other.example"})
        assert "access-control-allow-origin" not in answer.headers
