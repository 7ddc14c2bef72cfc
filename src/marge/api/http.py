"""A request and a response, as thin as the ASGI server allows: most requests read one path and send one body."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from marge.api.errors import HttpError
from marge.util import jsonx

if TYPE_CHECKING:
    from marge.auth.models import Access, User

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

Write = Callable[[bytes], Awaitable[None]]
Produce = Callable[[Write], Coroutine[Any, Any, None]]

WRITE_SECONDS: Final = 60.0
"""How long a client of a stream may take nothing of it."""
MAX_BODY: Final = 16 * 1024 * 1024  # bytes; Home Assistant's limit

JSON_TYPE: Final = (b"content-type", b"application/json")
TEXT_TYPE: Final = (b"content-type", b"text/plain; charset=utf-8")


class Request:
    """One HTTP request. `access` says who asks, when it carried a valid token."""

    __slots__ = ("_body", "_query", "_receive", "access", "params", "scope")

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope = scope
        self._receive = receive
        self.params: dict[str, str] = {}
        self.access: Access | None = None
        self._query: dict[str, str] | None = None
        self._body: bytes | None = None

    @property
    def method(self) -> str:
        """`GET`, `POST`, …"""
        method: str = self.scope["method"]
        return method

    @property
    def user(self) -> User:
        """Who asks; only for routes that need a login."""
        assert self.access is not None
        return self.access.user

    @property
    def path(self) -> str:
        """The decoded path, without the query."""
        path: str = self.scope["path"]
        return path

    @property
    def remote(self) -> str | None:
        """The address of the peer."""
        client = self.scope.get("client")
        return client[0] if client else None

    def header(self, name: bytes) -> bytes | None:
        """The value of a header; `name` in lower case."""
        for key, value in self.scope["headers"]:
            if key == name:
                found: bytes = value
                return found
        return None

    @property
    def query(self) -> Mapping[str, str]:
        """The query parameters; of a repeated one the last."""
        if self._query is None:
            self._query = dict(parse_qsl(self.scope["query_string"].decode("latin-1"), keep_blank_values=True))
        return self._query

    async def body(self) -> bytes:
        """The whole body; raises HttpError 413 past 16 MiB."""
        if self._body is None:
            chunks: list[bytes] = []
            size = 0
            while True:
                message = await self._receive()
                if message["type"] == "http.disconnect":
                    raise HttpError(400, "The client closed the connection")
                if chunk := message.get("body"):
                    size += len(chunk)
                    if size > MAX_BODY:
                        raise HttpError(413, f"The request body is larger than {MAX_BODY} bytes")
                    chunks.append(chunk)
                if not message.get("more_body"):
                    break
            self._body = chunks[0] if len(chunks) == 1 else b"".join(chunks)
        return self._body

    async def json(self, *, default: Any = None, complaint: str = "Invalid JSON specified.") -> Any:
        """The body as JSON, `default` when it is empty; raises HttpError 400 with `complaint` when it is none."""
        body = await self.body()
        if not body:
            return default
        try:
            return jsonx.loads(body)
        except ValueError:
            raise HttpError(400, complaint) from None

    async def json_object(self) -> dict[str, Any]:
        """The body as a JSON object, empty when there is no body; raises HttpError 400 when it is another thing."""
        data = await self.json(default={}, complaint="Invalid JSON.")
        if not isinstance(data, dict):
            raise HttpError(400, "Data should be a JSON object")
        return data

    async def form(self) -> dict[str, str]:
        """The fields of an urlencoded or multipart form, files left out; raises HttpError 400 for a malformed one."""
        return form_fields(self.header(b"content-type") or b"", await self.body())


def form_fields(content_type: bytes, body: bytes) -> dict[str, str]:
    """The fields of an urlencoded or multipart form, files left out; raises HttpError 400 for a malformed one."""
    if content_type.startswith(b"multipart/form-data"):
        return _multipart(content_type, body)
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=1000))
    except ValueError:
        raise HttpError(400, "The form cannot be read") from None


def _multipart(content_type: bytes, body: bytes) -> dict[str, str]:
    # The library is loaded for the few requests that need it.
    from io import BytesIO

    from python_multipart import parse_form
    from python_multipart.exceptions import FormParserError

    fields: dict[str, str] = {}

    def on_field(field: Any) -> None:
        if field.field_name is not None:
            fields[field.field_name.decode("utf-8", "replace")] = (field.value or b"").decode("utf-8", "replace")

    headers = {"Content-Type": content_type, "Content-Length": str(len(body)).encode()}
    try:
        parse_form(headers, BytesIO(body), on_field, lambda _file: None)
    except (FormParserError, ValueError):
        raise HttpError(400, "The form cannot be read") from None
    return fields


class Response:
    """A status, headers and a body that is there as a whole."""

    __slots__ = ("body", "headers", "status")

    def __init__(self, body: bytes = b"", status: int = 200, headers: list[tuple[bytes, bytes]] | None = None) -> None:
        self.body = body
        self.status = status
        self.headers = headers if headers is not None else []

    async def send(self, send: Send, receive: Receive) -> None:
        """Write the response to the server."""
        body = self.body
        headers = [*self.headers, (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": self.status, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Stream:
    """A response whose body is sent piece by piece by `produce`.

    It ends when `produce` returns, when the client goes away, or when the hub stops: then `produce` is cancelled.
    `running` keeps the task meanwhile.
    """

    __slots__ = ("content_type", "produce", "running")

    def __init__(self, content_type: bytes, produce: Produce, running: set[asyncio.Task[None]]) -> None:
        self.content_type = content_type
        self.produce = produce
        self.running = running

    async def send(self, send: Send, receive: Receive) -> None:
        """Start the response and let `produce` write."""
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", self.content_type)]})

        async def write(chunk: bytes) -> None:
            try:
                async with asyncio.timeout(WRITE_SECONDS):
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            except TimeoutError:
                await _cut_off(receive)
                raise ConnectionAbortedError("the client takes nothing") from None

        producing = asyncio.ensure_future(self.produce(write))
        self.running.add(producing)
        leaving = asyncio.ensure_future(_client_left(receive))
        try:
            await asyncio.wait((producing, leaving), return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.running.discard(producing)
            producing.cancel()
            leaving.cancel()
            results = await asyncio.gather(producing, leaving, return_exceptions=True)
        if isinstance(failure := results[0], Exception):
            raise failure
        if leaving.done() and not leaving.cancelled():
            return
        await send({"type": "http.response.body", "body": b""})


async def _cut_off(receive: Receive) -> None:
    """End the connection at once: what waits for a client that takes nothing would keep it open for ever."""
    transport = getattr(getattr(receive, "__self__", None), "transport", None)
    if transport is not None:
        transport.abort()
        # The server learns of it in its next turn of the loop.
        await asyncio.sleep(0)
        await asyncio.sleep(0)


async def _client_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def json_bytes(body: bytes, status: int = 200) -> Response:
    """A response of JSON that is encoded already."""
    return Response(body, status, [JSON_TYPE])


def json_response(data: Any, status: int = 200) -> Response:
    """A response of `data` as JSON."""
    return Response(jsonx.dumps_safe(data), status, [JSON_TYPE])


def text_response(text: str, status: int = 200) -> Response:
    """A response of plain text."""
    return Response(text.encode(), status, [TEXT_TYPE])


def message_response(message: str, status: int = 200, code: str | None = None) -> Response:
    """Home Assistant's `{"message": …, "code": …}`."""
    body = {"message": message} if code is None else {"message": message, "code": code}
    return json_response(body, status)


def redirect(location: str, status: int = 302) -> Response:
    """A redirect."""
    return Response(b"", status, [(b"location", location.encode())])
