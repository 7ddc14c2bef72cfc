"""A whole hub in this process for tests: real sockets on free ports, a data directory of its own, an owner, clients.

    async with hub(tmp_path, {"configuration.yaml": "..."}) as house:
        answer = await house.get("/api/states")
        async with house.ws() as ws:
            result = await ws.call("get_config")

Nothing is mocked: requests go through the sockets. `house.app` has the parts (`hub`, `registries`, `mqtt`, …).
"""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect

from marge.app.app import App
from marge.auth import Credential, Grant, TokenRequest, User
from marge.config.house import load

CLIENT_ID = "http://127.0.0.1/"
PASSWORD = "correct horse"
ADMIN, USER, READ_ONLY = "system-admin", "system-users", "system-read-only"


class Answer:
    """What came back: `status`, `headers` (lower case), `body`."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    def __repr__(self) -> str:
        return f"<{self.status} {self.body[:400]!r}>"

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Refusal(Exception):
    """A command that was answered with an error; `error` is that."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(f"{error['code']}: {error['message']}")
        self.error = error
        self.code: str = error["code"]


class WsClient:
    """A logged-in WebSocket. Events of subscriptions wait in `events(id)` while results are awaited."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.id = 0
        self._waiting: list[dict[str, Any]] = []

    async def raw(self) -> dict[str, Any]:
        """The next message, of an array the first."""
        if not self._waiting:
            data = json.loads(await asyncio.wait_for(self.socket.recv(), 10))
            self._waiting += data if isinstance(data, list) else [data]
        return self._waiting.pop(0)

    async def send(self, type: str, **data: Any) -> int:
        """Send a command and return its id."""
        self.id += 1
        await self.socket.send(json.dumps({"id": self.id, "type": type, **data}))
        return self.id

    async def answer(self, id: int, kind: str = "result") -> dict[str, Any]:
        """The next message of `kind` for the id; others are kept in order."""
        others: list[dict[str, Any]] = []
        try:
            while True:
                message = await self.raw()
                if message.get("id") == id and message["type"] == kind:
                    return message
                others.append(message)
        finally:
            self._waiting[:0] = others

    async def exchange(self, type: str, **data: Any) -> dict[str, Any]:
        """Send a command and return the whole result message, without its id."""
        message = await self.answer(await self.send(type, **data))
        del message["id"]
        return message

    async def call(self, type: str, **data: Any) -> Any:
        """Send a command and return its result; raises Refusal."""
        message = await self.exchange(type, **data)
        if not message["success"]:
            raise Refusal(message["error"])
        return message["result"]

    async def subscribe(self, type: str, **data: Any) -> int:
        """Send a command that subscribes, await its result and return the id; raises Refusal."""
        id = await self.send(type, **data)
        message = await self.answer(id)
        if not message["success"]:
            raise Refusal(message["error"])
        return id

    async def event(self, id: int) -> Any:
        """The next event of subscription `id`."""
        return (await self.answer(id, "event"))["event"]


class Client:
    """REST and WebSocket clients of the server at `port`; `token` is what they show unless told otherwise."""

    def __init__(self, port: int, token: str = "") -> None:
        self.port = port
        self.token = token

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        token: str | None = None,
    ) -> Answer:
        """One request on a connection of its own; `token` "" sends none."""
        if body is None:
            body = b"" if json is None else msgspec.json.encode(json)
        lines = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", "Content-Length": str(len(body))}
        if (bearer := self.token if token is None else token) and "Authorization" not in (headers or {}):
            lines["Authorization"] = f"Bearer {bearer}"
        lines.update(headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + body)
            return await asyncio.wait_for(_read_answer(reader, method), 20)
        finally:
            writer.close()
            # A server that refuses a body closes before it has read all of it.
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()

    async def get(self, path: str, **more: Any) -> Answer:
        return await self.request("GET", path, **more)

    async def post(self, path: str, json: Any = None, **more: Any) -> Answer:
        return await self.request("POST", path, json=json, **more)

    async def delete(self, path: str, **more: Any) -> Answer:
        return await self.request("DELETE", path, **more)

    @asynccontextmanager
    async def ws(self, token: str | None = None, *, coalesce: bool = False) -> AsyncIterator[WsClient]:
        """A WebSocket that is logged in."""
        async with connect(
            f"ws://127.0.0.1:{self.port}/api/websocket", compression=None, max_size=None, ping_interval=None
        ) as socket:
            client = WsClient(socket)
            assert (await client.raw())["type"] == "auth_required"
            await socket.send(json.dumps({"type": "auth", "access_token": self.token if token is None else token}))
            hello = await client.raw()
            assert hello["type"] == "auth_ok", hello
            if coalesce:
                await client.call("supported_features", features={"coalesce_messages": 1})
            yield client


class House(Client):
    """A running hub with an owner."""

    def __init__(self, app: App) -> None:
        super().__init__(app.http.port)
        self.app = app
        self.hub = app.hub
        self.refresh_token = ""
        self.owner: User | None = None

    async def user(self, name: str, *groups: str) -> str:
        """Make a user with an account and return an access token of theirs; the password is PASSWORD."""
        auth = self.app.auth
        user = await auth.accounts.create_user(name, group_ids=groups)
        await auth.accounts.create_account(user.id, name, PASSWORD)
        return (await self.log_in(auth.users.credentials_of(user.id)[0])).access_token

    async def log_in(self, credential: Credential) -> Grant:
        """Tokens for a user, as after a login."""
        auth = self.app.auth
        code = auth.create_code(CLIENT_ID, credential)
        request = TokenRequest(grant_type="authorization_code", code=code, client_id=CLIENT_ID)
        grant = await auth.token_request(request, "127.0.0.1")
        assert isinstance(grant, Grant)
        return grant


async def _read_answer(reader: asyncio.StreamReader, method: str) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    headers: dict[str, str] = {}
    for line in head[1:]:
        if line:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
    length = int(headers.get("content-length", -1))
    body = b"" if method == "HEAD" else await (reader.read() if length < 0 else reader.readexactly(length))
    if headers.get("transfer-encoding") == "chunked":
        body = _unchunk(body)
    return Answer(status, headers, body)


def _unchunk(body: bytes) -> bytes:
    parts: list[bytes] = []
    while body:
        size, _, body = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        parts.append(body[:length])
        body = body[length + 2 :]
    return b"".join(parts)


@asynccontextmanager
async def hub(directory: Path, files: Mapping[str, str] | None = None, *, owner: bool = True) -> AsyncIterator[House]:
    """Start a hub on the configuration `files` in `directory` and stop it afterwards; with an owner unless told."""
    config = directory / "config"
    config.mkdir(exist_ok=True)
    for name, text in (files or {}).items():
        (config / name).parent.mkdir(parents=True, exist_ok=True)
        (config / name).write_text(text)
    found = load(config)
    assert not found.fatal, found.fatal
    replace = msgspec.structs.replace
    settings = replace(
        found.settings,
        http=replace(found.settings.http, host="127.0.0.1", port=0),
        mqtt=replace(found.settings.mqtt, host="127.0.0.1", port=0),
    )
    app = App(replace(found, settings=settings), directory / "data", password_cost=4)
    await app.start()
    try:
        house = House(app)
        if owner:
            house.owner, credential = await app.auth.create_owner("Owner", "owner", PASSWORD)
            grant = await house.log_in(credential)
            house.token, house.refresh_token = grant.access_token, grant.refresh_token or ""
        yield house
    finally:
        await app.stop()
