"""What happened, as a WebSocket client that subscribed to everything was told."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from hub import WsClient
from websockets.exceptions import ConnectionClosed


@dataclass(frozen=True)
class Entry:
    """One event; `at` is Unix time, `cause` its context's id and `parent` that context's parent."""

    type: str
    data: dict[str, Any]
    at: float
    cause: str
    parent: str | None

    @property
    def entity_id(self) -> str:
        """The entity of a state change, or of what an automation event speaks of."""
        entity_id = self.data["entity_id"]
        assert isinstance(entity_id, str)
        return entity_id

    @property
    def new(self) -> dict[str, Any]:
        """The new state of a state change."""
        state = self.data["new_state"]
        assert isinstance(state, dict)
        return state

    @property
    def service(self) -> str:
        """The service of a call."""
        return f"{self.data['domain']}.{self.data['service']}"


class Journal:
    """Reads on in the background until the socket closes."""

    def __init__(self, ws: WsClient) -> None:
        self.ws = ws
        self.entries: list[Entry] = []
        self._subscription = 0
        self._reader: asyncio.Task[None] | None = None
        self._results: dict[int, asyncio.Future[dict[str, Any]]] = {}

    async def open(self) -> None:
        """Subscribe to all events and begin to read."""
        await self.ws.call("supported_features", features={"coalesce_messages": 1})
        self._subscription = await self.ws.subscribe("subscribe_events")
        self._reader = asyncio.create_task(self._read(), name="the journal")

    async def close(self) -> None:
        """Stop reading."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def call(self, type: str, **data: Any) -> Any:
        """Send a command and return its result; all events before it have been noted then."""
        id = self.ws.id + 1
        future = self._results[id] = asyncio.get_running_loop().create_future()
        assert await self.ws.send(type, **data) == id
        message = await asyncio.wait_for(future, 10)
        assert message.get("success", True), message
        return message.get("result")

    async def _read(self) -> None:
        while True:
            try:
                data = json.loads(await self.ws.socket.recv())
            except ConnectionClosed:
                return
            for message in data if isinstance(data, list) else [data]:
                if message["type"] == "event":
                    self.entries.append(_entry(message["event"]))
                elif (waiting := self._results.pop(message["id"], None)) is not None:
                    waiting.set_result(message)

    def between(self, start: float, end: float, *types: str) -> Iterator[Entry]:
        """Events of these types fired from `start` until before `end`."""
        return (entry for entry in self.entries if start <= entry.at < end and (not types or entry.type in types))

    def changes(self, start: float, end: float) -> list[Entry]:
        """State changes, without entities that came or went."""
        return [entry for entry in self.between(start, end, "state_changed") if entry.data["new_state"]]

    def triggered(self, start: float, end: float) -> dict[str, Entry]:
        """The automations that ran, by entity id."""
        return {entry.entity_id: entry for entry in self.between(start, end, "automation_triggered")}

    def caused_by(self, context: str, entries: Iterable[Entry]) -> list[Entry]:
        """Those of `entries` that go back to a context: their own, or through parents."""
        family = {context}
        for entry in self.entries:
            if entry.parent in family:
                family.add(entry.cause)
        return [entry for entry in entries if entry.cause in family]


def _entry(event: dict[str, Any]) -> Entry:
    context = event["context"]
    return Entry(
        event["event_type"],
        event["data"],
        datetime.fromisoformat(event["time_fired"]).timestamp(),
        context["id"],
        context["parent_id"],
    )
