"""Asks the steps of a scenario of a server and returns its answers, with what differs in each run masked."""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import AsyncExitStack
from typing import Any

from hub import Client, WsClient

_MASKS = (
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(\+00:00|Z)"), "<time>"),
    (re.compile(r"\b[0-9A-HJKMNP-TV-Z]{26}\b"), "<ulid>"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "<id>"),
)
HEADERS = ("content-type", "location", "allow")


def mask(value: Any) -> Any:
    """`value` with times, ids and ULIDs replaced by names for them."""
    if isinstance(value, dict):
        return {key: mask(item) for key, item in value.items()}
    if isinstance(value, list):
        return [mask(item) for item in value]
    if isinstance(value, float) and value > 1.5e9:
        return "<timestamp>"
    if isinstance(value, str):
        for pattern, name in _MASKS:
            value = pattern.sub(name, value)
    return value


class Runner:
    """Runs steps as different users, each with one WebSocket that stays open."""

    def __init__(self, port: int, tokens: dict[str, str]) -> None:
        self._client = Client(port)
        self._tokens = {**tokens, "nobody": ""}
        self._sockets: dict[str, WsClient] = {}
        self._stack = AsyncExitStack()

    async def __aenter__(self) -> Runner:
        for name, token in self._tokens.items():
            if token:
                self._sockets[name] = await self._stack.enter_async_context(self._client.ws(token))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def run(self, step: dict[str, Any]) -> dict[str, Any]:
        """Ask one step and return what came back."""
        return mask(await (self._http(step) if step["transport"] == "http" else self._command(step)))

    async def _http(self, step: dict[str, Any]) -> dict[str, Any]:
        body = step["text"].encode() if "text" in step else None
        answer = await self._client.request(
            step["method"],
            step["path"].replace(" ", "%20"),
            json=step.get("json"),
            body=body,
            headers=step.get("headers"),
            token=self._tokens[step["by"]],
        )
        found: dict[str, Any] = {"status": answer.status}
        found["headers"] = {name: answer.headers[name] for name in HEADERS if name in answer.headers}
        if "application/json" in answer.headers.get("content-type", "") and answer.body:
            found["json"] = json.loads(answer.body)
        else:
            found["text"] = answer.text
        return found

    async def _command(self, step: dict[str, Any]) -> dict[str, Any]:
        socket = self._sockets[step["by"]]
        command = dict(step["command"])
        id = await socket.send(command.pop("type"), **command)
        message = await socket.answer(id, step.get("kind", "result"))
        del message["id"]
        found: dict[str, Any] = {"message": message}
        if message.get("success") and step.get("events"):
            found["events"] = [await asyncio.wait_for(socket.event(id), 5) for _ in range(step["events"])]
        return found
