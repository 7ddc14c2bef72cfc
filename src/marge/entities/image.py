"""Image: a picture that changes now and then; its state is the time it last did."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

import msgspec

from marge.entities.domain import Domain, EntityService
from marge.entities.pictures import PictureEntity
from marge.util.schema import Text


class Snapshot(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Data of `snapshot`."""

    filename: Text


class ImageEntity(PictureEntity):
    """A picture; the platform sets `image_last_updated` and gives `image`."""

    domain = "image"
    proxy_path = "image_proxy"

    image_last_updated: datetime | None = None

    @property
    def state(self) -> str | None:
        """The time of the present picture in ISO 8601, or None."""
        updated = self.image_last_updated
        return None if updated is None else updated.isoformat()

    def attributes(self) -> dict[str, Any]:
        """The token that opens the picture."""
        return {"access_token": self.access_tokens[-1]}

    async def snapshot(self, data: Snapshot) -> None:
        """Write the picture to a file."""
        await self.write_snapshot(data.filename)


IMAGE: Final = Domain("image", ImageEntity, (EntityService("snapshot", "snapshot", Snapshot),))
