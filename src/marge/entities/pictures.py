"""Entities with a picture that is shown under a secret, changing address; and writing the picture to a file."""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from pathlib import Path
from typing import Any, ClassVar, Final

from marge.core.clock import Cancel
from marge.core.errors import OperationFailed
from marge.entities.base import Entity

# How long a token is the newest one; the one before it stays valid as long again.
TOKEN_SECONDS: Final = 300.0
IMAGE_SECONDS: Final = 10.0


class PictureEntity(Entity):
    """An entity that shows a picture. Whoever knows one of its `access_tokens` may fetch it."""

    proxy_path: ClassVar[str]
    """Where the picture is served: `/api/<proxy_path>/<entity id>?token=…`."""

    content_type: str = "image/jpeg"
    access_tokens: deque[str]

    _rotation: Cancel | None = None

    def added(self) -> None:
        """Make the first token and keep changing it."""
        self.access_tokens = deque(maxlen=2)
        self._new_token()

    def removed(self) -> None:
        """Stop changing the token."""
        if self._rotation is not None:
            self._rotation()
            self._rotation = None

    async def image(self) -> bytes | None:
        """The picture now, None when there is none; given by the platform."""
        raise NotImplementedError

    async def write_snapshot(self, filename: str) -> None:
        """Write the picture to a file in one of the hub's `allowed_dirs`; raises OperationFailed."""
        path = await asyncio.to_thread(_allowed, filename, self.hub.allowed_dirs)
        if path is None:
            raise OperationFailed(
                f"Cannot write {filename}: no access to that path; add its directory to `allowlist_external_dirs`"
            )
        try:
            async with asyncio.timeout(IMAGE_SECONDS):
                picture = await self.image()
        except TimeoutError:
            raise OperationFailed(f"{self.entity_id} gave no picture within {IMAGE_SECONDS:.0f} seconds") from None
        if picture is None:
            return
        try:
            await asyncio.to_thread(_write, path, picture, self.hub.hex_id())
        except OSError as error:
            raise OperationFailed(f"Cannot write {filename}: {error.strerror or error}") from error

    def _new_token(self) -> None:
        self.access_tokens.append(f"{self.hub.random_bits(256):x}")
        self.description_changed()
        self._rotation = self.hub.clock.call_later(TOKEN_SECONDS, self._rotate)

    def _rotate(self) -> None:
        self._new_token()
        self.write_state()

    def _build_common(self) -> dict[str, Any]:
        common = super()._build_common()
        common.setdefault("entity_picture", f"/api/{self.proxy_path}/{self.entity_id}?token={self.access_tokens[-1]}")
        return common


def _allowed(filename: str, allowed: tuple[str, ...]) -> Path | None:
    """The real path of a file that may be written, None when it lies outside of the allowed directories."""
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        path = Path(filename).resolve()
        if any(path.is_relative_to(root) and path != root for root in (Path(place).resolve() for place in allowed)):
            return path
    return None


def _write(path: Path, content: bytes, unique: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{unique}.part")
    try:
        unfinished.write_bytes(content)
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)
        raise
