"""Images announced over MQTT."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from discovery_rig import DiscoveryRig

from marge.entities.image import ImageEntity


def _image(rig: DiscoveryRig, entity_id: str) -> ImageEntity:
    entity = rig.index.get(entity_id)
    assert isinstance(entity, ImageEntity)
    return entity


async def test_a_published_picture_and_the_time_of_it(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    plain = rig.announce("image", {"image_topic": "i", "content_type": "image/png"}, "plain")
    coded = rig.announce("image", {"image_topic": "i", "image_encoding": "b64"}, "coded")
    rig.publish("i", "aGVsbG8=")
    assert rig.state(plain) == "2026-01-01T12:00:00+00:00"
    assert await _image(rig, plain).image() == b"aGVsbG8="
    assert await _image(rig, coded).image() == b"hello"
    assert _image(rig, plain).content_type == "image/png"
    rig.publish("i", "a")
    assert await _image(rig, coded).image() is None
    assert "not in base64" in caplog.text


async def _serve(answer: bytes) -> tuple[asyncio.Server, str]:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0)
    return server, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/picture"


@pytest.mark.parametrize(
    ("answer", "picture", "line"),
    [
        (b"HTTP/1.0 200 OK\r\nContent-Type: image/gif\r\n\r\nGIF", b"GIF", ""),
        (b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n<p>", None, "not a picture"),
        (b"HTTP/1.0 404 Not Found\r\n\r\n", None, "cannot be fetched"),
        (b"nonsense\r\n\r\n", None, "cannot be fetched"),
    ],
)
async def test_a_picture_behind_an_address(
    answer: bytes, picture: bytes | None, line: str, caplog: pytest.LogCaptureFixture
) -> None:
    rig = DiscoveryRig()
    image = _image(rig, rig.announce("image", {"url_topic": "u", "url_template": "{{ value_json.url }}"}))
    assert await image.image() is None
    server, url = await _serve(answer)
    async with server:
        rig.publish("u", {"url": url})
        assert await image.image() == picture
    assert line in caplog.text
    if picture is not None:
        assert image.content_type == "image/gif"
        assert await image.image() == picture


def test_an_address_must_be_one(caplog: pytest.LogCaptureFixture) -> None:
    rig = DiscoveryRig()
    rig.announce("image", {"url_topic": "u"})
    rig.publish("u", "file:///etc/passwd")
    assert "no address of a picture" in caplog.text


@pytest.mark.parametrize(
    "keys", [{}, {"image_topic": "a", "url_topic": "b"}, {"url_topic": "b", "content_type": "image/png"}]
)
def test_exactly_one_topic(keys: dict[str, Any]) -> None:
    assert DiscoveryRig().announce("image", keys) == ""
