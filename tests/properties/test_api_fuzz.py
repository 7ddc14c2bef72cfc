"""Whatever JSON a client sends, it is answered with a documented error or a result, and the hub goes on."""

from __future__ import annotations

import asyncio
import json
import logging
import tempfile
from pathlib import Path
from typing import Any

from hub import House, hub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from marge.api.login import ROUTES as LOGIN_ROUTES
from marge.api.rest import ROUTES
from marge.api.websocket.commands import commands

CODES = {
    "id_reuse",
    "invalid_format",
    "unknown_command",
    "unauthorized",
    "not_found",
    "not_allowed",
    "not_supported",
    "invalid_info",
    "home_assistant_error",
    "service_validation_error",
    "template_error",
    "timeout",
    "failed",
    "invalid_start_time",
    "invalid_end_time",
    "invalid_entity_ids",
    "invalid_entity_id",
    "forecast_not_supported",
    "invalid_token_id",
    "no_delete_self",
    "user_not_found",
    "credentials_not_found",
    "invalid_current_password",
    "cannot_modify_system_generated",
    "cannot_deactivate_owner",
    "cannot_delete_owner",
    "system_generated",
    "unknown_error",
}
# What would end the connection, the hub or its accounts, or wait for long.
LEFT_OUT = {"auth/delete_all_refresh_tokens", "config/auth/update"}
WORDS = [
    "light.a",
    "zone.home",
    "all",
    "none",
    "",
    "homeassistant",
    "turn_on",
    "2026-01-01T00:00:00Z",
    "{{ states('light.a') }}",
    "metric",
    "#",
    "x" * 300,
]
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(WORDS)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(max_size=10) | st.sampled_from(["entity_id", "id", "state"]), inner, max_size=4)
    ),
    max_leaves=12,
)
NAMES = sorted(set(commands()) - LEFT_OUT)


@st.composite
def messages(draw: st.DrawFn) -> dict[str, Any]:
    """A command with fields of its schema and others, of any value."""
    name = draw(st.sampled_from(NAMES))
    schema = commands()[name].schema
    fields = [] if schema is None else list(schema.__struct_encode_fields__)
    keys = draw(st.lists(st.sampled_from(fields), unique=True)) if fields else []
    data = {key: draw(JSON) for key in keys}
    if draw(st.integers(0, 9)) == 0:
        data[draw(st.text(min_size=1, max_size=8))] = draw(JSON)
    data.pop("id", None)
    return {**data, "type": name}


def encoded(value: Any) -> str:
    return json.dumps(value)


class Watch(logging.Handler):
    """Keeps what the API logged as a failure of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.failures: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info or "failed" in record.getMessage():
            self.failures.append(f"{record.name}: {self.format(record)}")


def run(check: Any) -> None:
    """Run `check(house)` on a fresh hub; fails when the API logged a failure."""

    async def main() -> None:
        with tempfile.TemporaryDirectory() as directory:
            async with hub(Path(directory)) as house:
                watch = Watch()
                for name in ("marge.api.http", "marge.api.ws", "uvicorn.error"):
                    logging.getLogger(name).addHandler(watch)
                try:
                    await check(house)
                    assert (await house.get("/api/")).status == 200
                finally:
                    for name in ("marge.api.http", "marge.api.ws", "uvicorn.error"):
                        logging.getLogger(name).removeHandler(watch)
                assert not watch.failures, "\n".join(watch.failures)

    asyncio.run(main())


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(messages(), min_size=10, max_size=40))
def test_any_command_is_answered_with_a_result_or_a_documented_error(sent: list[dict[str, Any]]) -> None:
    async def check(house: House) -> None:
        async with house.ws() as ws:
            for number, message in enumerate(sent, 1):
                await ws.socket.send(encoded({"id": number, **message}))
                kind = "pong" if message["type"] == "ping" and len(message) == 1 else "result"
                answer = await ws.answer(number, kind)
                ws._waiting.clear()
                if kind == "result" and not answer["success"]:
                    assert answer["error"]["code"] in CODES, (message, answer)
                    if answer["error"]["code"] == "unknown_error":
                        # Said by the accounts on purpose, as Home Assistant does; never by a failure.
                        assert answer["error"]["message"] != "Unknown error", message

    run(check)


@settings(max_examples=25, deadline=None)
@given(st.lists(JSON, min_size=1, max_size=20))
def test_any_frame_is_answered_or_ends_the_connection(frames: list[Any]) -> None:
    async def check(house: House) -> None:
        async with house.ws() as ws:
            for frame in frames:
                await ws.socket.send(encoded(frame))
            last = 2**62
            await ws.socket.send(encoded({"id": last, "type": "ping"}))
            async with asyncio.timeout(10):
                while True:
                    message = await ws.raw()
                    if message.get("id") == last:
                        break
                    assert message["error"]["code"] in CODES | {"id_reuse"}

    run(check)


TARGETS = [
    (route.method, route.path)
    for route in (*ROUTES, *LOGIN_ROUTES)
    if route.path not in ("/api/stream",) and not route.path.startswith("/auth/revoke")
]
PATHS = st.text(
    st.characters(codec="ascii", exclude_characters=" \r\n\t#?/%", min_codepoint=33), min_size=1, max_size=20
)


@st.composite
def requests(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A request to one of the routes with any parameters and any body."""
    method, path = draw(st.sampled_from(TARGETS))
    while "{" in path:
        start, _, rest = path.partition("{")
        value = draw(st.sampled_from(["light.a", "zone.home", "homeassistant", "update_entity", "1"]) | PATHS)
        path = start + value + rest.partition("}")[2]
    names = ["filter_entity_id", "end_time", "entity", "period", "start", "end", "token", "interval", "return_response"]
    query = draw(st.dictionaries(st.sampled_from(names), PATHS, max_size=3))
    if query:
        path += "?" + "&".join(f"{name}={value}" for name, value in query.items())
    body = draw(st.binary(max_size=30) | JSON.map(lambda value: encoded(value).encode()))
    return method, path, body


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(requests(), min_size=5, max_size=30))
def test_any_request_is_answered(sent: list[tuple[str, str, bytes]]) -> None:
    async def check(house: House) -> None:
        for method, path, body in sent:
            answer = await house.request(method, path, body=body)
            assert answer.status < 500 or "Server got itself in trouble" not in answer.text, (method, path, body)

    run(check)


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=50) | st.text(max_size=50) | JSON.map(encoded))
def test_any_first_frame_is_refused_or_ends_the_connection(frame: bytes | str) -> None:
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosed

    async def check(house: House) -> None:
        async with connect(f"ws://127.0.0.1:{house.port}/api/websocket", compression=None) as socket:
            await socket.recv()
            await socket.send(frame)
            try:
                answer = json.loads(await asyncio.wait_for(socket.recv(), 5))
                assert answer["type"] == "auth_invalid"
                await asyncio.wait_for(socket.recv(), 5)
            except ConnectionClosed:
                return

    run(check)
