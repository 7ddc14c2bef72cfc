"""/api/camera_proxy, /api/camera_proxy_stream, /api/image_proxy: pictures of entities.

Open to whoever is logged in, has a signed path, or knows the entity's changing access token.
"""

from __future__ import annotations

import asyncio
import math
from typing import TYPE_CHECKING, Final, TypeVar

from marge.api.errors import HttpError
from marge.api.http import Request, Response, Stream, Write
from marge.api.identify import identify
from marge.api.rest.events import MAX_STREAMS
from marge.api.routing import Access, Route
from marge.auth import can_read
from marge.core.errors import MargeError, Unauthorized

if TYPE_CHECKING:
    from marge.api.context import ApiContext
    from marge.entities.camera import CameraEntity
    from marge.entities.pictures import PictureEntity

MIN_INTERVAL: Final = 0.5
"""Seconds between two pictures of a stream that a client may ask for."""
_BOUNDARY: Final = b"--frameboundary"

P = TypeVar("P", bound="PictureEntity")


def _open(api: ApiContext, request: Request, kind: type[P]) -> P:
    """The entity whose picture is asked for; raises HttpError 404, and 401 or 403 for who may not see it."""
    entity = api.index.get(request.params["entity_id"])
    if not isinstance(entity, kind):
        raise HttpError(404, "Not Found")
    login = identify(api.auth, request)
    if login is not None:
        if not can_read(login.user):
            raise Unauthorized
        return entity
    if request.query.get("token") in entity.access_tokens:
        return entity
    if request.header(b"authorization") is not None:
        raise Unauthorized
    raise HttpError(403, "Forbidden")


async def _picture(entity: PictureEntity) -> bytes:
    from marge.entities.pictures import IMAGE_SECONDS

    try:
        async with asyncio.timeout(IMAGE_SECONDS):
            picture = await entity.image()
    except (TimeoutError, MargeError) as error:
        raise HttpError(500, f"{entity.entity_id} gave no picture: {error}") from error
    if picture is None:
        raise HttpError(500, f"{entity.entity_id} has no picture")
    return picture


def _content_type(entity: PictureEntity) -> bytes:
    return entity.content_type.encode("latin-1", "replace").replace(b"\r", b"").replace(b"\n", b"")


async def image(api: ApiContext, request: Request) -> Response:
    """GET /api/image_proxy/<entity_id>: the picture of an image entity."""
    from marge.entities.image import ImageEntity

    entity = _open(api, request, ImageEntity)
    return Response(await _picture(entity), headers=[(b"content-type", _content_type(entity))])


def _camera(api: ApiContext, request: Request) -> CameraEntity:
    from marge.entities.camera import CameraEntity

    camera = _open(api, request, CameraEntity)
    if not camera.is_on:
        raise HttpError(503, "Service Unavailable")
    return camera


async def camera(api: ApiContext, request: Request) -> Response:
    """GET /api/camera_proxy/<entity_id>: what a camera sees now."""
    entity = _camera(api, request)
    return Response(await _picture(entity), headers=[(b"content-type", _content_type(entity))])


async def camera_stream(api: ApiContext, request: Request) -> Stream:
    """GET /api/camera_proxy_stream/<entity_id>: what a camera sees, picture after picture (MJPEG)."""
    entity = _camera(api, request)
    interval = _interval(request.query.get("interval")) or entity.frame_interval
    if len(api.streams) >= MAX_STREAMS:
        raise HttpError(503, "Service Unavailable")
    # A camera without a picture is told by the status.
    first = await _picture(entity)

    async def produce(write: Write) -> None:
        head = b"%b\r\nContent-Type: %b\r\n" % (_BOUNDARY, _content_type(entity))
        last: bytes | None = None
        picture = first
        while entity.is_added and entity.is_on:
            if picture != last:
                # Browsers show a picture when the next one begins: the first is sent twice.
                part = b"%bContent-Length: %d\r\n\r\n%b\r\n" % (head, len(picture), picture)
                await write(part if last is not None else part * 2)
                last = picture
            await asyncio.sleep(interval)
            try:
                picture = await _picture(entity)
            except HttpError:
                return

    return Stream(b"multipart/x-mixed-replace; boundary=" + _BOUNDARY, produce, api.streams)


def _interval(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        interval = float(text)
    except ValueError:
        interval = math.nan
    if not MIN_INTERVAL <= interval <= 3600:
        raise HttpError(400, f"Stream interval must be {MIN_INTERVAL} to 3600 seconds")
    return interval


_TOKEN: Final = {"token": "The entity's `access_token`, instead of a login"}

ROUTES: Final = (
    Route("GET", "/api/camera_proxy/{entity_id}", camera, Access.OPEN, query=_TOKEN),
    Route(
        "GET",
        "/api/camera_proxy_stream/{entity_id}",
        camera_stream,
        Access.OPEN,
        query={**_TOKEN, "interval": "Seconds between two pictures, at least 0.5"},
    ),
    Route("GET", "/api/image_proxy/{entity_id}", image, Access.OPEN, query=_TOKEN),
)
