"""Whatever devices, clients and files send, the whole hub takes or refuses it and serves on, even after a kill."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from typing import Any

import pytest
from child_hub import ChildHub
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from load import CONNECT, frame, raw_exchange

from marge.mqtt.discovery.abbreviations import DEVICE, MAIN
from marge.mqtt.discovery.component import COMPONENTS

FEW = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])

FILES = {
    "configuration.yaml": """
input_boolean: {a: {}}
input_number: {a: {min: 0, max: 10}}
input_text: {a: {}}
input_select: {a: {options: [x, y]}}
input_datetime: {a: {has_date: true, has_time: true}}
counter: {a: {}}
timer: {a: {duration: 60}}
automation: !include automations.yaml
script: !include scripts.yaml
scene: !include scenes.yaml
""",
    "automations.yaml": "[]\n",
    "scripts.yaml": "{}\n",
    "scenes.yaml": "[]\n",
}


@pytest.fixture(scope="module")
def child(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChildHub]:
    """A hub with everything on; what was sent to it is still there when it comes back after a kill."""
    child = ChildHub(tmp_path_factory.mktemp("bad input"), FILES)

    async def come_back() -> None:
        await child.assert_serves()
        child.assert_no_failures()
        await asyncio.sleep(1.5)  # What is not on disk by then would not be met again.
        await child.kill()
        await child.start()
        await child.assert_serves()
        code, _ = await child.end()
        assert code == 0
        child.assert_no_failures()

    asyncio.run(child.start())
    try:
        yield child
        asyncio.run(come_back())
    finally:
        child.clear()


TOPICS = ("t/1", "t/2", "t/3")
STRINGS = st.text(max_size=12) | st.sampled_from(
    [
        "ON",
        "on",
        "None",
        "t/1",
        "a/#",
        "{{ value }}",
        "{{ value_json.a.b }}",
        "{{ x",
        "{{ 1 / 0 }}",
        "\0",
        "å",
        "9" * 400,
    ]
)
SCALARS = st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.floats() | STRINGS
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
)
WORDS = sorted({*MAIN, *MAIN.values(), *DEVICE.values(), "schema", "~", "device", "components", "origin"})
BASE: dict[str, Any] = {
    "state_topic": "t/1",
    "command_topic": "t/2",
    "topic": "t/3",
    "json_attributes_topic": "t/3",
    "options": ["a", "b"],
    "event_types": ["a"],
    "brightness_state_topic": "t/3",
    "temperature_state_topic": "t/1",
    "temperature_command_topic": "t/2",
    "percentage_command_topic": "t/2",
    "position_topic": "t/1",
    "set_position_topic": "t/2",
    "target_humidity_command_topic": "t/2",
    "activity_state_topic": "t/1",
    "automation_type": "trigger",
    "type": "a",
    "subtype": "b",
    "device": {"identifiers": ["x"], "name": "X"},
}
announcements = st.tuples(
    st.sampled_from(sorted(COMPONENTS)),
    st.sampled_from(["a", "b", "c"]),
    st.dictionaries(st.sampled_from(WORDS), VALUES, max_size=5) | st.binary(max_size=30),
)
messages = st.tuples(st.sampled_from(TOPICS), st.binary(max_size=40) | VALUES)


def encoded(value: Any) -> bytes:
    return value if isinstance(value, bytes) else json.dumps(value).encode()


@FEW
@given(st.lists(announcements, min_size=5, max_size=25), st.lists(messages, min_size=5, max_size=25))
def test_any_announcement_and_any_message(
    child: ChildHub, announced: list[tuple[str, str, Any]], sent: list[tuple[str, Any]]
) -> None:
    async def send() -> None:
        async with child.mqtt() as device:
            for component, object_id, config in announced:
                if isinstance(config, dict):
                    config = {**BASE, "unique_id": f"{component}-{object_id}", **config}
                await device.publish(f"homeassistant/{component}/{object_id}/config", encoded(config), retain=True)
            for topic, payload in sent:
                await device.publish(topic, encoded(payload), qos=1)
        assert (await child.get("/api/")).status == 200

    asyncio.run(send())


LEFT_OUT = {
    "homeassistant": {"stop", "restart"},
    "logger": {"set_level", "set_default_level"},
    "recorder": {"disable", "purge", "purge_entities"},
}
"""Services that end what these tests look at."""


@FEW
@given(st.data())
def test_any_service_call(child: ChildHub, data: st.DataObject) -> None:
    async def call() -> None:
        services = (await child.get("/api/services")).json
        states = (await child.get("/api/states")).json
        by_domain: dict[str, list[str]] = {}
        for state in states:
            by_domain.setdefault(state["entity_id"].partition(".")[0], []).append(state["entity_id"])
        known = [
            (entry["domain"], name, sorted(service["fields"]))
            for entry in services
            for name, service in entry["services"].items()
            if name not in LEFT_OUT.get(entry["domain"], ())
        ]
        for domain, name, fields in data.draw(st.lists(st.sampled_from(known), min_size=5, max_size=15)):
            body = data.draw(st.dictionaries(st.sampled_from([*fields, "entity_id"]), VALUES, max_size=4))
            if entities := by_domain.get(domain):
                body.setdefault("entity_id", data.draw(st.sampled_from([*entities, "all"])))
            answer = await asyncio.wait_for(
                child.request("POST", f"/api/services/{domain}/{name}", body=encoded(body)), 20
            )
            assert answer.status in (200, 400, 404, 500), (domain, name, body, answer)
            # An error that was meant for the caller is JSON with a message.
            assert answer.status == 200 or answer.json["message"], (domain, name, body, answer)

    asyncio.run(call())


CONNECTED = CONNECT + b"fuzz"
PACKETS = (
    b"\x30\x05\x00\x01ahi",
    b"\x32\x07\x00\x01a\x00\x01hi",
    b"\x34\x07\x00\x01a\x00\x02hi",
    b"\x62\x02\x00\x02",
    b"\x82\x06\x00\x01\x00\x01#\x02",
    b"\xa2\x05\x00\x03\x00\x01#",
    b"\xc0\x00",
    b"\xe0\x00",
)


@st.composite
def mqtt_streams(draw: st.DrawFn) -> bytes:
    """Packets of which some are damaged, after a proper CONNECT or none."""
    stream = bytearray(draw(st.sampled_from([CONNECTED, CONNECTED.replace(b"\x04\x02", b"\x05\x02"), b""])))
    for packet in draw(st.lists(st.sampled_from(PACKETS) | st.binary(max_size=20), max_size=6)):
        damaged = bytearray(packet)
        if damaged and draw(st.booleans()):
            damaged[draw(st.integers(0, len(damaged) - 1))] = draw(st.integers(0, 255))
        stream += damaged
    return bytes(stream)


@FEW
@given(st.lists(mqtt_streams(), min_size=5, max_size=20))
def test_any_bytes_on_the_broker(child: ChildHub, streams: list[bytes]) -> None:
    async def send() -> None:
        for stream in streams:
            await raw_exchange(child.mqtt_port, stream)
        async with child.mqtt() as device:
            await device.publish("still", "there", qos=1)

    asyncio.run(send())


@st.composite
def websocket_frames(draw: st.DrawFn) -> bytes:
    """A command with any fields, JSON that is none, or bytes that are no frame."""
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return draw(st.binary(min_size=1, max_size=30))
    if kind == 1:
        return frame(draw(st.binary(max_size=30)), draw(st.integers(0, 15)))
    command = draw(
        st.sampled_from(
            ["call_service", "subscribe_events", "subscribe_trigger", "render_template", "fire_event", "ping", "x",
             "execute_script", "test_condition", "validate_config", "subscribe_entities", "unsubscribe_events"]
        )
    )  # fmt: skip
    fields = ["domain", "service", "service_data", "event_type", "trigger", "template", "sequence", "condition",
              "entity_ids", "subscription", "actions", "triggers", "target"]  # fmt: skip
    body = draw(st.dictionaries(st.sampled_from(fields), VALUES, max_size=3))
    return frame(json.dumps({"id": draw(st.integers(0, 50)), "type": command, **body}).encode())


HANDSHAKE = (
    b"GET /api/websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@FEW
@given(st.lists(st.lists(websocket_frames(), min_size=1, max_size=8), min_size=3, max_size=10))
def test_any_frames_on_the_websocket(child: ChildHub, connections: list[list[bytes]]) -> None:
    async def send() -> None:
        login = frame(json.dumps({"type": "auth", "access_token": child.token}).encode())
        for frames in connections:
            sent = login + b"".join(frames) + frame(b"\x03\xe8", 8)
            await raw_exchange(child.port, HANDSHAKE, sent, until=b"\r\n\r\n")
        async with child.ws() as ws:
            await ws.call("get_config")

    asyncio.run(send())


YAML_PIECES = st.sampled_from(
    ["- ", "  ", "\n", ": ", "alias", "triggers", "trigger", "state", "actions", "action", "entity_id", "light.a", "id",
     "[", "]", "{", "}", "&a ", "*a", "!include x", "!secret y", "!env_var HOME", "|\n", "'", '"', "# ", "{{ x }}",
     "sequence", "delay", "entities", "on", "1e999", "0x7", "2026-01-01", "<<", "? ", "\t", "\x00", "é", "%YAML 9"]
)  # fmt: skip


@FEW
@given(
    st.sampled_from(["automation", "script", "scene"]),
    st.lists(st.lists(YAML_PIECES, max_size=25).map("".join), min_size=3, max_size=8),
)
def test_any_yaml_is_reloaded_or_refused(child: ChildHub, domain: str, texts: list[str]) -> None:
    async def reload() -> None:
        for text in texts:
            child.write({f"{domain}s.yaml": text})
            answer = await child.post(f"/api/services/{domain}/reload", {})
            assert answer.status in (200, 500), (text, answer)
            assert answer.status == 200 or f"{domain}s.yaml" in answer.json["message"], (text, answer)
        child.write({f"{domain}s.yaml": FILES[f"{domain}s.yaml"]})
        await child.call(f"{domain}.reload")

    asyncio.run(reload())


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/states/light.a", b"{", 400),
        ("/api/states/light.a", b'{"state": "' + b"x" * 256 + b'"}', 400),
        ("/api/states/no_domain", b'{"state": "x"}', 400),
        ("/api/states/light.a", b'{"state": "x", "attributes": []}', 400),
        ("/api/events/x", b"[]", 400),
        ("/api/services/light", b"{}", 404),
        ("/api/services/light/turn_on", b"[]", 400),
        ("/api/services/no/such", b"{}", 400),
        ("/api/template", b'{"template": "{{ 1 / 0 }}"}', 400),
        ("/api/template", b'{"template": "{% for i in range(10**9) %}x{% endfor %}"}', 400),
        ("/api/template", b'{"template": "{{ \'x\' * 10**9 }}"}', 400),
        ("/api/states/light.a", b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
        ("/api/states/light.a", b"[" * 100_000, 400),
        ("/api/states/light.a", b'{"state": "\xff"}', 400),
        ("/api/nothing", b"", 404),
    ],
)
async def test_a_bad_request_is_refused_with_its_status(child: ChildHub, path: str, body: bytes, status: int) -> None:
    answer = await child.request("POST", path, body=body)
    assert answer.status == status, answer


async def test_a_body_that_is_too_large_is_refused(child: ChildHub) -> None:
    answer = await child.request("POST", "/api/states/light.a", body=b" " * (17 * 1024 * 1024))
    assert answer.status == 413


ENDLESS = {
    "address": (b"GET /api/", b"a" * 100_000),
    "header": (b"GET /api/ HTTP/1.1\r\nHost: x\r\nX: ", b"a" * 100_000),
    "headers": (b"GET /api/ HTTP/1.1\r\nHost: x\r\n", b"X-Y: bbbbbbbbbbbbbbbbbbbbbbbbbbbb\r\n" * 3000),
    "trailers": (
        b"POST /api/states/light.a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX: ",
        b"a" * 100_000,
    ),
}


@pytest.mark.parametrize("kind", ENDLESS)
async def test_a_head_without_end_is_cut_off(child: ChildHub, kind: str) -> None:
    beginning, more = ENDLESS[kind]
    _, writer = await asyncio.open_connection("127.0.0.1", child.port)
    before = child.rss
    writer.write(beginning)
    with pytest.raises(ConnectionError):
        for _ in range(1000):
            writer.write(more)
            await writer.drain()
            await asyncio.sleep(0)
    writer.close()
    assert child.rss - before < 20 * 1024 * 1024


async def test_a_long_header_is_refused_and_a_usual_one_is_not(child: ChildHub) -> None:
    assert (await child.get("/api/", headers={"X-Long": "a" * 8000})).status == 200
    answer = await child.get("/api/", headers={"X-Long": "a" * 8200})
    assert (answer.status, answer.text) == (400, "Got more than 8190 bytes in an address or header.")
    assert (await child.get("/api/?" + "a" * 8200)).status == 400
    many = {f"X-{number}": "a" * 4000 for number in range(9)}
    assert (await child.get("/api/", headers=many)).status == 400


@FEW
@given(
    st.lists(
        st.lists(
            st.sampled_from(
                [b"GET ", b"POST ", b"/api/websocket", b"/api/states", b"/", b"?a=%zz", b"%00", b"\xff", b" HTTP/1.1",
                 b" HTTP/1.0", b"\r\n", b"\r\n\r\n", b"Host: x", b"Upgrade: websocket", b"Connection: Upgrade",
                 b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==", b"Content-Length: 5",
                 b"Transfer-Encoding: chunked", b"Authorization: Bearer \xc3\xa9", b"5\r\nhello", b"Origin: \xe9",
                 b"Content-Type: multipart/form-data; boundary=x", b"X-Forwarded-For: ;", b"Expect: 100-continue"]
            ),
            max_size=16,
        ).map(b"".join),
        min_size=10,
        max_size=30,
    )
)  # fmt: skip
def test_any_bytes_on_the_http_port(child: ChildHub, requests: list[bytes]) -> None:
    async def send() -> None:
        for request in requests:
            await raw_exchange(child.port, request + b"\r\n\r\n")
        assert (await child.get("/api/")).status == 200

    asyncio.run(send())


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /api/websocket?\xff HTTP/1.1",
        b"GET /\xc3\xa9 HTTP/1.1",
        b"GET /api/states/%ff HTTP/1.1",
        b"GET //%2e%2e HTTP/1.1",
    ],
)
async def test_a_path_that_is_no_text_is_answered(child: ChildHub, request_line: bytes) -> None:
    for upgrade in (b"", HANDSHAKE.partition(b"Host: x\r\n")[2].removesuffix(b"\r\n")):
        answer = await raw_exchange(child.port, request_line + b"\r\nHost: x\r\n" + upgrade + b"\r\n")
        assert answer.startswith(b"HTTP/1.1 4"), (request_line, answer)


async def test_a_request_that_is_no_http_is_refused(child: ChildHub) -> None:
    for request in (
        b"\x16\x03\x01\x02\x00",
        b"GET\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ):
        answer = await raw_exchange(child.port, request)
        assert answer.startswith(b"HTTP/1.1 400 "), (request, answer)
