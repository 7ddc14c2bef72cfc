"""Template images: pictures at addresses that templates give."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from marge.core.errors import TemplateError
from marge.entities.image import ImageEntity
from marge.entities.picture_fetch import fetch_picture
from marge.helpers.ports import House
from marge.helpers.template_config import ImageItem, TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.util.dt import from_timestamp

_LOGGER = logging.getLogger("marge.helpers")


class TemplateImage(TemplateEntity, ImageEntity):
    """A picture; it is fetched when somebody looks at it, and kept until the address changes."""

    NAME = "Template Image"

    _url: str | None = None
    _picture: bytes | None = None

    def prepare(self, house: House, item: TemplateItem) -> None:
        """See `TemplateEntity.prepare`."""
        assert isinstance(item, ImageItem)
        self._verify = item.verify_ssl
        super().prepare(house, item)

    def added(self) -> None:
        """See `TemplateEntity.added`."""
        ImageEntity.added(self)
        super().added()

    def removed(self) -> None:
        """See `TemplateEntity.removed`."""
        super().removed()
        ImageEntity.removed(self)

    def take(self, field: str, result: Any) -> None:
        """See `TemplateEntity.take`; each rendering counts as a new picture."""
        if field != "url":
            super().take(field, result)
        elif isinstance(result, TemplateError):
            self._url = self._picture = None
        else:
            self._url, self._picture = str(result), None
            self.image_last_updated = from_timestamp(self.hub.clock.now())

    async def image(self) -> bytes | None:
        """See `PictureEntity.image`."""
        url = self._url
        if self._picture is None and url is not None:
            fetched = await asyncio.to_thread(fetch_picture, url, verify=self._verify)
            if isinstance(fetched, str):
                _LOGGER.error("%s: %s", self.entity_id, fetched)
            elif url == self._url:
                self._picture, self.content_type = fetched
        return self._picture
