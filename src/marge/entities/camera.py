"""Camera: something that shows what it sees."""

from __future__ import annotations

from enum import IntFlag
from typing import Any, Final, Literal

import msgspec

from marge.core.errors import OperationFailed, ServiceValidationError
from marge.entities.domain import Domain, EntityService
from marge.entities.pictures import PictureEntity
from marge.entities.words import WholeNumber
from marge.util.schema import EntityIds, Text


class Features(IntFlag):
    """Bits of `supported_features`."""

    ON_OFF = 1
    STREAM = 2


class Snapshot(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `snapshot`; `filename` may be a template."""

    filename: Text


class PlayStream(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `play_stream`."""

    media_player: EntityIds
    format: Literal["hls"] = "hls"

    def __post_init__(self) -> None:
        for player in self.media_player:
            if not player.startswith("media_player."):
                raise ValueError(f"{player} is no media_player")


class Record(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `record`; `filename` may be a template, `duration` and `lookback` are in seconds."""

    filename: Text
    duration: WholeNumber = 30
    lookback: WholeNumber = 0


class CameraEntity(PictureEntity):
    """A camera; the platform gives `image`, and the `do_` methods for what the camera can do."""

    domain = "camera"
    has_features = True
    proxy_path = "camera_proxy"

    brand: str | None = None
    model: str | None = None
    frontend_stream_type: str | None = None
    """`hls` or `web_rtc`, for a camera with STREAM."""
    is_on: bool = True
    is_recording: bool = False
    is_streaming: bool = False
    motion_detection_enabled: bool = False
    frame_interval: float = 0.5
    """Seconds between two pictures of a stream made of single ones."""

    @property
    def state(self) -> str:
        """`recording`, `streaming` or `idle`."""
        return "recording" if self.is_recording else "streaming" if self.is_streaming else "idle"

    def attributes(self) -> dict[str, Any]:
        """The token that opens the picture, and what is known of the camera."""
        attributes: dict[str, Any] = {"access_token": self.access_tokens[-1]}
        if self.model:
            attributes["model_name"] = self.model
        if self.brand:
            attributes["brand"] = self.brand
        if self.motion_detection_enabled:
            attributes["motion_detection"] = True
        if self.frontend_stream_type:
            attributes["frontend_stream_type"] = self.frontend_stream_type
        return attributes

    async def turn_on(self) -> None:
        """Switch on."""
        await self.do_turn_on()

    async def turn_off(self) -> None:
        """Switch off."""
        await self.do_turn_off()

    async def enable_motion_detection(self) -> None:
        """Look for motion."""
        await self.do_set_motion_detection(True)

    async def disable_motion_detection(self) -> None:
        """Look for motion no more."""
        await self.do_set_motion_detection(False)

    async def snapshot(self, data: Snapshot) -> None:
        """Write the picture to a file; in a template for its name, `entity_id` is the camera."""
        filename = data.filename
        if self.hub.render_template is not None:
            filename = str(self.hub.render_template(filename, {"entity_id": CameraName(self)}))
        await self.write_snapshot(filename)

    async def play_stream(self, data: PlayStream) -> None:
        """Show the camera on a media player; raises OperationFailed, as no camera here has a stream."""
        raise OperationFailed(f"{self.entity_id} does not support play stream service: it gives single pictures only")

    async def record(self, data: Record) -> None:
        """Write a video; raises OperationFailed, as no camera here has a stream."""
        raise OperationFailed(f"{self.entity_id} does not support record service: it gives single pictures only")

    async def do_turn_on(self) -> None:
        """Switch on; given by the platform of a camera that can."""
        raise self._unsupported("turn_on")

    async def do_turn_off(self) -> None:
        """Switch off; given by the platform of a camera that can."""
        raise self._unsupported("turn_off")

    async def do_set_motion_detection(self, enabled: bool) -> None:
        """Look for motion or not; given by the platform of a camera that can."""
        raise self._unsupported("enable_motion_detection" if enabled else "disable_motion_detection")

    def _unsupported(self, service: str) -> ServiceValidationError:
        return ServiceValidationError(
            f"Entity {self.entity_id} does not support action camera.{service}",
            translation_key="service_not_supported",
            placeholders={"domain": "camera", "service": service, "entity_id": self.entity_id},
        )


class CameraName(str):
    """A camera's entity id in the template of a file name, with the camera's `name`."""

    __slots__ = ("name",)

    name: str | None

    def __new__(cls, camera: CameraEntity) -> CameraName:
        """Make it of a camera."""
        made = super().__new__(cls, camera.entity_id)
        made.name = camera.friendly_name
        return made


CAMERA: Final = Domain(
    "camera",
    CameraEntity,
    (
        EntityService("enable_motion_detection", "enable_motion_detection"),
        EntityService("disable_motion_detection", "disable_motion_detection"),
        EntityService("turn_off", "turn_off"),
        EntityService("turn_on", "turn_on"),
        EntityService("snapshot", "snapshot", Snapshot),
        EntityService("play_stream", "play_stream", PlayStream),
        EntityService("record", "record", Record),
    ),
)
