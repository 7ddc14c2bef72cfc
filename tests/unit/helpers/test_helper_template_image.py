"""Template images."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from helper_house import HelperHouse

from marge.entities.image import ImageEntity

SELF_SIGNED = Path(__file__).parents[2] / "data/self_signed.pem"

YAML = """
template:
  - image:
      - name: Picture
        unique_id: picture
        url: "{{ states('sensor.url') }}"
"""
TRIGGERED = YAML.replace("  - image:", "  - triggers: {trigger: event, event_type: go}\n    image:")


async def start(tmp_path: Path, yaml: str = YAML, url: str = "") -> HelperHouse:
    house = HelperHouse(tmp_path, yaml)
    house.hub.states.set("sensor.url", url)
    await house.helpers.settle()
    return house


def image(house: HelperHouse) -> ImageEntity:
    entity = house.index.get("image.picture")
    assert isinstance(entity, ImageEntity)
    return entity


async def serve(answers: list[bytes], tls: ssl.SSLContext | None = None) -> tuple[asyncio.Server, str]:
    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: image/gif\r\n\r\n" + answers.pop(0))
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(respond, "127.0.0.1", 0, ssl=tls)
    return server, f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"


async def test_a_picture_is_fetched_once_per_rendering(tmp_path: Path) -> None:
    server, url = await serve([b"one", b"two"])
    async with server:
        house = await start(tmp_path, url=f"{url}/1")
        assert house.state("image.picture") == "2026-01-01T12:00:00+00:00"
        assert house.attributes("image.picture")["entity_picture"].startswith("/api/image_proxy/image.picture?token=")
        assert [await image(house).image(), await image(house).image()] == [b"one", b"one"]
        assert image(house).content_type == "image/gif"
        house.clock.advance(5)
        house.hub.states.set("sensor.url", f"{url}/2")
        assert house.state("image.picture") == "2026-01-01T12:00:05+00:00"
        assert await image(house).image() == b"two"
        house.stop()


async def test_with_triggers_each_one_brings_a_new_picture(tmp_path: Path) -> None:
    server, url = await serve([b"one", b"two"])
    async with server:
        house = await start(tmp_path, TRIGGERED, url)
        assert house.state("image.picture") == "unknown"
        assert await image(house).image() is None
        for content in (b"one", b"two"):
            house.hub.bus.fire("go")
            for _ in range(5):
                await asyncio.sleep(0)
            assert await image(house).image() == content
        house.stop()


@pytest.mark.parametrize("url", ["file:///etc/hostname", "nothing"])
async def test_an_address_must_be_one(tmp_path: Path, caplog: pytest.LogCaptureFixture, url: str) -> None:
    house = await start(tmp_path, url=url)
    assert await image(house).image() is None
    assert f"image.picture: '{url}' is no address of a picture" in caplog.text
    house.stop()


@pytest.mark.parametrize(("verify", "expected"), [("true", None), ("false", b"one")])
async def test_a_certificate_that_nobody_knows_is_taken_when_told(
    tmp_path: Path, verify: str, expected: bytes | None
) -> None:
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(SELF_SIGNED)
    server, url = await serve([b"one"], tls)
    async with server:
        house = await start(tmp_path, YAML + f"        verify_ssl: {verify}\n", url)
        assert await image(house).image() == expected
        house.stop()


async def test_a_template_that_fails_leaves_no_picture(tmp_path: Path) -> None:
    house = await start(tmp_path, YAML.replace("states('sensor.url')", "1 / (states('sensor.url') | int(0))"), "1")
    assert house.state("image.picture") == "2026-01-01T12:00:00+00:00"
    house.hub.states.set("sensor.url", "0")
    assert await image(house).image() is None
    house.stop()


async def test_a_state_is_refused(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    house = await start(tmp_path, YAML + "        state: 'on'\n")
    assert house.hub.states.entity_ids("image") == []
    assert "an image has no 'state'" in caplog.text
    house.stop()
