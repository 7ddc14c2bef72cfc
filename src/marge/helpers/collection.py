"""A collection of items of one kind: those of the files and those made over the API, each with its entity."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from marge.config.locate import locate
from marge.config.nodes import NodeDict, NodeList
from marge.core.errors import InvalidConfig, NotFound
from marge.helpers.kind import HelperConfig, HelperEntity, Kind
from marge.helpers.mistakes import Report, log
from marge.helpers.ports import House
from marge.helpers.words import is_object_id
from marge.util import jsonx
from marge.util.schema import Invalid, convert
from marge.util.slug import slugify

_LOGGER = logging.getLogger("marge.helpers")

Item = dict[str, Any]


class HelperCollection:
    """Implements `marge.core.ports.StorageCollection` for one kind, and follows the files."""

    def __init__(self, house: House, kind: Kind) -> None:
        self.house = house
        self.kind = kind
        self.name = kind.domain.name
        self.report: Report = log
        self._yaml: dict[str, HelperConfig] = {}
        self._stored: dict[str, HelperConfig] = {}
        self._entities: dict[str, HelperEntity] = {}

    # ── the items of the API ──

    def load(self) -> None:
        """Read the stored items back; one that cannot be read is logged and left out."""
        for item_id, row in self.house.hub.store.load(self.name).items():
            try:
                config = convert(jsonx.loads(row), self.kind.config)
            except ValueError as error:
                _LOGGER.error("%s %s cannot be read and is left out: %s", self.name, item_id, error)
                continue
            self._stored[item_id] = config
            self._add(item_id, config, editable=True)

    @property
    def id_key(self) -> str:
        """See `StorageCollection.id_key`."""
        return f"{self.name}_id"

    def items(self) -> list[Item]:
        """The items that can be changed."""
        return [self.item(item_id, config) for item_id, config in self._stored.items()]

    async def create(self, data: Mapping[str, Any]) -> Item:
        """Add an item and its entity, durably; raises Invalid."""
        config = self.read(data)
        self.check(None, config)
        item_id = self._new_id(config)
        self._stored[item_id] = config
        self._keep(item_id, config)
        self._add(item_id, config, editable=True)
        await self.house.hub.store.flush()
        return self.item(item_id, config)

    async def update(self, item_id: str, changes: Mapping[str, Any]) -> Item:
        """Change an item and its entity, durably; raises NotFound, Invalid."""
        old = self._needed(item_id)
        if self.kind.merges:
            changes = {**msgspec.to_builtins(old), **changes}
        config = self.read(changes)
        self.check(item_id, config)
        self.replace(item_id, config)
        await self.house.hub.store.flush()
        return self.item(item_id, config)

    async def delete(self, item_id: str) -> None:
        """Forget an item, its entity and the entity's registration, durably; raises NotFound."""
        self._needed(item_id)
        del self._stored[item_id]
        self.house.hub.store.delete(self.name, item_id)
        self._remove(item_id)
        await self.house.hub.store.flush()

    def stop(self) -> None:
        """End what follows the clock or the bus."""

    def replace(self, item_id: str, config: HelperConfig) -> None:
        """Put another content into a stored item; durable with the next flush."""
        self._stored[item_id] = config
        self._keep(item_id, config)
        self._reconfigure(item_id, config)

    def read(self, data: Mapping[str, Any]) -> HelperConfig:
        """Check the data of an item; raises Invalid."""
        config = convert(dict(data), self.kind.config)
        if config.name is msgspec.UNSET:
            raise Invalid("required key not provided", ("name",))
        return config

    def check(self, item_id: str | None, config: HelperConfig) -> None:
        """Check what depends on other items; raises Invalid. `item_id` is None for a new one."""

    def item(self, item_id: str, config: HelperConfig) -> Item:
        """An item as it is shown and stored."""
        return {"id": item_id, **msgspec.to_builtins(config)}

    # ── the items of the files ──

    def load_yaml(self, section: NodeDict | NodeList) -> None:
        """Take over what the files say: new, changed and vanished items; unchanged ones are left alone."""
        wanted: dict[str, HelperConfig] = {}
        for item_id, config in self.yaml_items(section):
            if item_id in wanted or item_id in self._stored:
                _LOGGER.warning(
                    "%s '%s' is there already: the one of the configuration is left out", self.name, item_id
                )
                continue
            wanted[item_id] = config
        for item_id in [each for each in self._yaml if each not in wanted]:
            del self._yaml[item_id]
            self._remove(item_id)
        for item_id, config in wanted.items():
            known = self._yaml.get(item_id)
            self._yaml[item_id] = config
            if known is None:
                self._add(item_id, config, editable=False)
            elif known != config:
                self._reconfigure(item_id, config)

    def yaml_items(self, section: NodeDict | NodeList) -> Iterable[tuple[str, HelperConfig]]:
        """Id and content of the items of a section that are right; the others are reported with file and line."""
        if not isinstance(section, NodeDict):
            return
        for item_id, content in section.items():
            if not is_object_id(item_id):
                place = section.place_of(item_id)
                message = f"invalid slug '{item_id}'"
                self.report("", InvalidConfig(message, place.file, place.line, slugify(item_id)))
                continue
            what = f"{self.name}.{item_id}"
            if (config := self.read_yaml(what, section, (item_id,), self.in_full(content))) is not None:
                yield item_id, config

    def in_full(self, content: Any) -> Any:
        """What an item of a file says, in its long form."""
        return {} if content is None else content

    def read_yaml(self, what: str, node: Any, prefix: tuple[str | int, ...], content: Any) -> HelperConfig | None:
        """Check an item of a file; None, with a report on `what`, when it is wrong."""
        try:
            return convert(content, self.kind.config)
        except Invalid as invalid:
            known = self.kind.config.__struct_encode_fields__
            self.report(what, locate(invalid, node, prefix=prefix, known=known))
            return None

    def config_items(self) -> list[Item]:
        """The items of the files, which cannot be changed over the API."""
        return [self.item(item_id, config) for item_id, config in self._yaml.items()]

    @property
    def yaml(self) -> dict[str, HelperConfig]:
        """The items of the files."""
        return self._yaml

    @property
    def stored(self) -> dict[str, HelperConfig]:
        """The items made over the API."""
        return self._stored

    @property
    def entities(self) -> dict[str, HelperEntity]:
        """The entities by item id."""
        return self._entities

    # ── entities ──

    def make(self, item_id: str, config: HelperConfig, editable: bool) -> HelperEntity:
        """The entity of an item, not added yet."""
        entity = self.kind.entity()
        entity.platform = self.name
        entity.unique_id = item_id
        entity.editable = editable
        if not editable:
            entity.entity_id = f"{self.name}.{item_id}"
        entity.hub = self.house.hub
        entity.configure(config)
        return entity

    def _add(self, item_id: str, config: HelperConfig, *, editable: bool) -> None:
        entity = self.make(item_id, config, editable)
        if self.house.place.add(entity):
            self._entities[item_id] = entity

    def _reconfigure(self, item_id: str, config: HelperConfig) -> None:
        entity = self._entities.get(item_id)
        if entity is not None:
            entity.reconfigure(config)
            entity.description_changed()
            self.house.place.refresh(entity)

    def _remove(self, item_id: str) -> None:
        entity = self._entities.pop(item_id, None)
        if entity is not None:
            self.house.place.remove(entity, forget=True)

    def _new_id(self, config: HelperConfig) -> str:
        base = slugify(str(config.name)) or "unknown"
        item_id, number = base, 1
        while item_id in self._stored or item_id in self._yaml:
            number += 1
            item_id = f"{base}_{number}"
        return item_id

    def _keep(self, item_id: str, config: HelperConfig) -> None:
        self.house.hub.store.put(self.name, item_id, jsonx.dumps(msgspec.to_builtins(config)))

    def _needed(self, item_id: str) -> HelperConfig:
        config = self._stored.get(item_id)
        if config is None:
            raise NotFound(self.name, item_id)
        return config
