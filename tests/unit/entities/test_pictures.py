"""Camera and image: tokens, and snapshots to files."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.entities.camera import CameraEntity
from marge.entities.image import ImageEntity
from marge.testing.entity_house import House
from marge.util.schema import Invalid


class Camera(CameraEntity):
    name = "Front door"
    picture: bytes | None = b"jpeg"

    async def image(self) -> bytes | None:
        return self.picture

    async def do_set_motion_detection(self, enabled: bool) -> None:
        self.motion_detection_enabled = enabled
        self.write_state()


def files(root: Path) -> list[str]:
    """The names of all files below a directory."""
    return sorted(path.name for path in root.rglob("*") if path.is_file())


class Image(ImageEntity):
    async def image(self) -> bytes | None:
        return b"png"


@pytest.mark.parametrize(
    ("service", "data"),
    [("play_stream", {"media_player": "media_player.tv"}), ("record", {"filename": "/tmp/a.mp4", "duration": "10"})],
)
async def test_a_camera_of_single_pictures_has_no_stream(service: str, data: dict[str, Any]) -> None:
    house = House()
    house.add(Camera(), "camera.door")
    with pytest.raises(OperationFailed, match=rf"camera\.door does not support {service.replace('_', ' ')} service"):
        await house.call(f"camera.{service}", "camera.door", **data)


@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("play_stream", {}),
        ("play_stream", {"media_player": "light.tv"}),
        ("play_stream", {"media_player": "media_player.tv", "format": "mpeg"}),
        ("record", {}),
        ("record", {"filename": "a", "duration": "long"}),
    ],
)
async def test_wrong_data_of_the_stream_services_is_refused(service: str, data: dict[str, Any]) -> None:
    house = House()
    house.add(Camera(), "camera.door")
    with pytest.raises(Invalid):
        await house.call(f"camera.{service}", "camera.door", **data)


async def test_a_camera_shows_state_token_and_address() -> None:
    house = House()
    camera = Camera()
    camera.brand, camera.model, camera.frontend_stream_type = "Acme", "X1", "hls"
    house.add(camera, "camera.door")
    token = camera.access_tokens[-1]
    assert len(token) > 55
    assert house.state("camera.door") == "idle"
    assert house.attributes("camera.door") == {
        "access_token": token,
        "model_name": "X1",
        "brand": "Acme",
        "frontend_stream_type": "hls",
        "entity_picture": f"/api/camera_proxy/camera.door?token={token}",
        "friendly_name": "Front door",
        "supported_features": 0,
    }
    camera.is_streaming = True
    camera.write_state()
    assert house.state("camera.door") == "streaming"
    camera.is_recording = True
    camera.write_state()
    assert house.state("camera.door") == "recording"


async def test_tokens_change_and_the_last_but_one_stays_valid() -> None:
    house = House()
    camera = house.add(Camera(), "camera.door")
    first = camera.access_tokens[-1]
    house.clock.advance(300)
    second = camera.access_tokens[-1]
    assert second != first
    assert list(camera.access_tokens) == [first, second]
    assert house.attributes("camera.door")["access_token"] == second
    assert house.attributes("camera.door")["entity_picture"].endswith(second)
    house.clock.advance(300)
    assert first not in camera.access_tokens
    camera.removed()
    last = camera.access_tokens[-1]
    house.clock.advance(3000)
    assert camera.access_tokens[-1] == last


async def test_an_image_has_a_time_and_its_own_picture_wins() -> None:
    house = House()
    image = Image()
    image.image_last_updated = datetime(2026, 1, 1, 12, tzinfo=UTC)
    image.entity_picture = "/local/own.png"
    house.add(image, "image.map")
    assert house.state("image.map") == "2026-01-01T12:00:00+00:00"
    assert house.attributes("image.map") == {
        "access_token": image.access_tokens[-1],
        "entity_picture": "/local/own.png",
    }


async def test_motion_detection_is_shown_only_when_on() -> None:
    house = House()
    house.add(Camera(), "camera.door")
    await house.call("camera.enable_motion_detection", "camera.door")
    assert house.attributes("camera.door")["motion_detection"] is True
    await house.call("camera.disable_motion_detection", "camera.door")
    assert "motion_detection" not in house.attributes("camera.door")


@pytest.mark.parametrize("service", ["turn_on", "turn_off"])
async def test_a_camera_that_cannot_be_switched_says_so(service: str) -> None:
    house = House()
    house.add(Camera(), "camera.door")
    with pytest.raises(ServiceValidationError, match=f"does not support action camera.{service}"):
        await house.call(f"camera.{service}", "camera.door")


async def test_a_snapshot_is_written_below_allowed_directories_only(tmp_path: Path) -> None:
    house = House()
    allowed = tmp_path / "www"
    allowed.mkdir()
    (tmp_path / "outside").mkdir()
    (allowed / "link").symlink_to(tmp_path / "outside")
    house.hub.allowed_dirs = (str(allowed),)
    house.add(Camera(), "camera.door")
    house.add(Image(), "image.map")
    await house.call("camera.snapshot", "camera.door", filename=str(allowed / "new" / "a.jpg"))
    assert (allowed / "new" / "a.jpg").read_bytes() == b"jpeg"
    await house.call("image.snapshot", "image.map", filename=str(allowed / "b.png"))
    assert (allowed / "b.png").read_bytes() == b"png"
    for outside in (
        str(tmp_path / "c.jpg"),
        str(allowed / ".." / "c.jpg"),
        str(allowed / "link" / "c.jpg"),
        str(allowed),
        "c.jpg",
        "\0",
    ):
        with pytest.raises(OperationFailed, match="no access to that path"):
            await house.call("camera.snapshot", "camera.door", filename=outside)
    assert files(tmp_path) == ["a.jpg", "b.png"]


async def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    house = House()
    house.hub.allowed_dirs = (str(tmp_path),)
    (tmp_path / "taken").mkdir()
    house.add(Camera(), "camera.door")
    with pytest.raises(OperationFailed, match=r"Cannot write .*taken"):
        await house.call("camera.snapshot", "camera.door", filename=str(tmp_path / "taken"))
    assert files(tmp_path) == []


async def test_no_picture_writes_no_file(tmp_path: Path) -> None:
    house = House()
    house.hub.allowed_dirs = (str(tmp_path),)
    camera = house.add(Camera(), "camera.door")
    camera.picture = None
    await house.call("camera.snapshot", "camera.door", filename=str(tmp_path / "a.jpg"))
    assert files(tmp_path) == []


async def test_a_camera_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    house.hub.allowed_dirs = (str(tmp_path),)
    monkeypatch.setattr("marge.entities.pictures.IMAGE_SECONDS", 0.01)

    class Silent(Camera):
        async def image(self) -> bytes | None:
            await asyncio.Event().wait()
            return None

    house.add(Silent(), "camera.door")
    with pytest.raises(OperationFailed, match="gave no picture within"):
        await house.call("camera.snapshot", "camera.door", filename=str(tmp_path / "a.jpg"))


async def test_a_file_name_may_be_a_template_that_knows_the_camera(tmp_path: Path) -> None:
    house = House()
    house.hub.allowed_dirs = (str(tmp_path),)

    def render(template: str, variables: Mapping[str, Any]) -> str:
        camera = variables["entity_id"]
        return template.replace("{{ entity_id }}", str(camera)).replace("{{ entity_id.name }}", camera.name)

    house.hub.render_template = render
    house.add(Camera(), "camera.door")
    await house.call(
        "camera.snapshot", "camera.door", filename=f"{tmp_path}/{{{{ entity_id }}}}-{{{{ entity_id.name }}}}"
    )
    assert files(tmp_path) == ["camera.door-Front door"]
