"""tag: NFC tags and the like. One that is scanned for the first time is kept, and remembers when it was scanned."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, UnsetType

from marge.core.errors import OperationFailed
from marge.entities.domain import Domain
from marge.helpers.collection import HelperCollection, Item
from marge.helpers.kind import HelperConfig, HelperEntity, Kind, given
from marge.util.dt import parse_datetime, to_iso
from marge.util.schema import Invalid, Text, convert, word
from marge.util.slug import slugify

_LOGGER = logging.getLogger("marge.helpers")

MOST: Final = 1000
"""How many tags may come by being scanned; more have to be made by hand."""


def _moment(value: Any) -> str:
    parsed = value if isinstance(value, datetime) else parse_datetime(value) if isinstance(value, str) else None
    if parsed is None:
        raise ValueError(f"Invalid datetime specified: {value}")
    return parsed.isoformat()


if TYPE_CHECKING:
    MomentText = str
else:
    MomentText = word("MomentText", _moment)


class TagConfig(HelperConfig, frozen=True, kw_only=True):
    """An item; its name is in the entity registry."""

    description: Text | UnsetType = UNSET
    last_scanned: MomentText | UnsetType = UNSET
    device_id: Text | UnsetType = UNSET


class Tag(HelperEntity):
    """Its state is when it was last scanned."""

    domain = "tag"
    config: TagConfig

    def configure(self, config: HelperConfig) -> None:
        """See `HelperEntity.configure`."""
        super().configure(config)
        self.name = f"Tag {self.unique_id}"

    @property
    def state(self) -> str | None:
        """The time, in milliseconds."""
        moment = parse_datetime(given(self.config.last_scanned) or "", None)
        return None if moment is None else moment.isoformat(timespec="milliseconds")

    def attributes(self) -> dict[str, Any]:
        """Which tag it is, and who scanned it."""
        return {"tag_id": self.unique_id, "last_scanned_by_device_id": given(self.config.device_id)}


class TagCollection(HelperCollection):
    """The tags; the id of a tag is what is written on it."""

    async def create(self, data: Mapping[str, Any]) -> Item:
        """Add a tag, durably; raises Invalid, and OperationFailed for an id that is there already."""
        rest = dict(data)
        tag_id = rest.pop("tag_id", None) or self._random_id()
        if not isinstance(tag_id, str):
            raise Invalid("value should be a string", ("tag_id",))
        if tag_id in self.stored:
            raise OperationFailed(f"Tag with ID {tag_id} already exists.")
        self._put(tag_id, self.read(rest))
        await self.house.hub.store.flush()
        return self.item(tag_id, self.stored[tag_id])

    def scanned(self, tag_id: str, device_id: str | None) -> None:
        """Remember a scan; a tag that is not known is kept from now on."""
        changes: dict[str, Any] = {"last_scanned": to_iso(self.house.hub.clock.now())}
        if device_id:
            changes["device_id"] = device_id
        known = self.stored.get(tag_id)
        if known is not None:
            self.replace(tag_id, msgspec.structs.replace(known, **changes))
        elif len(self.stored) < MOST:
            self._put(tag_id, TagConfig(**changes))
        else:
            _LOGGER.warning("Tag %.100s is not kept: there are %d tags already", tag_id, MOST)

    def read(self, data: Mapping[str, Any]) -> HelperConfig:
        """See `HelperCollection.read`; a tag needs no name."""
        return convert(dict(data), TagConfig)

    def replace(self, item_id: str, config: HelperConfig) -> None:
        """See `HelperCollection.replace`; the name goes to the registry."""
        name = config.name
        super().replace(item_id, msgspec.structs.replace(config, name=UNSET))
        self._rename(item_id, name)

    def item(self, item_id: str, config: HelperConfig) -> Item:
        """See `HelperCollection.item`; with the name that the registry has."""
        entity_id = self._entity_id(item_id)
        entry = None if entity_id is None else self.house.registries.entities.get(entity_id)
        item = super().item(item_id, config)
        return item if entry is None else {**item, "name": entry.name or entry.original_name}

    def make(self, item_id: str, config: HelperConfig, editable: bool) -> HelperEntity:
        """See `HelperCollection.make`."""
        entity = super().make(item_id, config, editable)
        entity.suggested_object_id = slugify(str(config.name)) if config.name is not UNSET else item_id
        return entity

    def _put(self, tag_id: str, config: HelperConfig) -> None:
        nameless = msgspec.structs.replace(config, name=UNSET)
        self._stored[tag_id] = nameless
        self._keep(tag_id, nameless)
        self._add(tag_id, config, editable=True)
        self._rename(tag_id, config.name)

    def _rename(self, tag_id: str, name: str | UnsetType) -> None:
        entity_id = self._entity_id(tag_id)
        if name is not UNSET and entity_id is not None:
            self.house.registries.entities.update(entity_id, name=name)

    def _entity_id(self, tag_id: str) -> str | None:
        return self.house.registries.entities.get_entity_id("tag", "tag", tag_id)

    def _random_id(self) -> str:
        digits = self.house.hub.hex_id()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


KIND: Final = Kind(Domain("tag", Tag), Tag, TagConfig, merges=True)
