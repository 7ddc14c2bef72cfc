"""The front door of the helpers: starts them, answers for their collections, reads the files again on request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from marge.config.nodes import NodeDict, NodeList
from marge.config.yaml_sections import DERIVED as DERIVED_PLATFORMS
from marge.config.yaml_sections import ENTITY_DOMAINS
from marge.core.errors import OperationFailed
from marge.core.events import Event, Remove
from marge.core.services import Service, ServiceCall
from marge.entities.domain import NoFields
from marge.helpers.kinds import ALWAYS, HELPERS, NOT_RELOADED, NOT_STORED, make_collection
from marge.helpers.persistent_notification import Notifications
from marge.helpers.platform_items import uses_platform
from marge.helpers.ports import Actions, House
from marge.helpers.see import See

if TYPE_CHECKING:
    from marge.config.house import HouseConfig
    from marge.core.hub import Hub
    from marge.core.ports import HistoryReader
    from marge.entities.index import EntityIndex
    from marge.helpers.collection import HelperCollection, Item
    from marge.helpers.derived import DerivedEntities
    from marge.helpers.member_groups import MemberGroups
    from marge.helpers.shopping_list import ShoppingList
    from marge.helpers.sun_sensors import SunHelper
    from marge.helpers.template import Templates
    from marge.helpers.zone import ZoneCollection
    from marge.registries import EntityHost, Registries
    from marge.templates import TemplateEngine

TAG_SCANNED: Final = "tag_scanned"

_LOGGER = logging.getLogger("marge.helpers")


class Helpers:
    """All helpers of one hub.

    `start` brings back everything but the sun and what needs a template; `settle` does that, once the hub serves.
    """

    def __init__(
        self,
        config: HouseConfig,
        hub: Hub,
        registries: Registries,
        place: EntityHost,
        index: EntityIndex,
        templates: TemplateEngine,
        read: Callable[[], HouseConfig],
        actions: Actions | None = None,
        history: HistoryReader | None = None,
    ) -> None:
        self._config = config
        self._house = House(hub, registries, place, index, templates, read, actions, history, self._person_moved)
        self._hub = hub
        self.notifications = Notifications(hub)
        self._see = See(self._house, config.config_dir, self.zone_lookup)
        self.shopping_list = self._shopping_list()
        """None when the configuration has none."""
        self._removes: list[Remove] = []
        self._sun: SunHelper | None = None
        self._templates: Templates | None = None
        self._groups: MemberGroups | None = None
        self._derived: DerivedEntities | None = None
        self._collections: dict[str, HelperCollection] = {}
        self.collections: Mapping[str, LazyCollection] = {
            name: LazyCollection(self, name) for name in HELPERS if name not in NOT_STORED
        }
        """The collections that the API shows, by kind."""

    def start(self) -> None:
        """Bring back what the files and the store hold; zones first, so that trackers find them."""
        for name in HELPERS:
            section = self._section(self._config, name)
            if section or name in ALWAYS or self._hub.store.load(name):
                self.collection(name).load_yaml(section)
                self.collection(name).load()
            self._hub.load_component(name)
            if name not in NOT_RELOADED:
                self._register_reload(name)
        self.notifications.start()
        if uses_platform(self._config, "group"):
            self._load_groups(self._config)
        self._register_reload("template")
        self._removes.append(self._hub.bus.listen(TAG_SCANNED, self._tag_scanned))
        self.zones.start_home()
        self._see.start()
        if self.shopping_list is not None:
            self.shopping_list.start()

    async def settle(self) -> None:
        """Bring what takes longer, letting others run in between: the hub serves already."""
        from marge.helpers.sun_sensors import SunHelper

        self._sun = SunHelper(self._house)
        self._sun.start()
        await asyncio.sleep(0)
        if self._config.items("template") or uses_platform(self._config, "template"):
            await self._load_templates(self._config)
        if uses_derived(self._config):
            await self._load_derived(self._config)

    def stop(self) -> None:
        """End what follows the clock and the bus."""
        for remove in self._removes:
            remove()
        if self._sun is not None:
            self._sun.stop()
        if self._templates is not None:
            self._templates.stop()
        if self._derived is not None:
            self._derived.stop()
        for collection in self._collections.values():
            collection.stop()

    @property
    def zones(self) -> ZoneCollection:
        """The zones."""
        from marge.helpers.zone import ZoneCollection

        collection = self.collection("zone")
        assert isinstance(collection, ZoneCollection)
        return collection

    def zone_lookup(self, latitude: float, longitude: float, accuracy: float) -> str | None:
        """The zone of a position: `home`, the zone's name, or None outside of all."""
        return self.zones.find(latitude, longitude, accuracy)

    def _person_moved(self, person: str, state: str | None) -> None:
        self.zones.person_is(person, state)

    def _tag_scanned(self, event: Event) -> None:
        from marge.helpers.tag import TagCollection

        tag_id = event.data.get("tag_id")
        device_id = event.data.get("device_id")
        tags = self.collection("tag")
        if isinstance(tags, TagCollection) and isinstance(tag_id, str) and tag_id:
            tags.scanned(tag_id, device_id if isinstance(device_id, str) else None)

    async def new_person(self, user_id: str, name: str) -> None:
        """Make the person of an account; raises Invalid when there is one."""
        from marge.helpers.person import PersonCollection

        persons = self.collection("person")
        assert isinstance(persons, PersonCollection)
        await persons.create_for(user_id, name)

    def collection(self, name: str) -> HelperCollection:
        """The collection of a kind; imported, and its services set up, the first time."""
        found = self._collections.get(name)
        if found is None:
            found = self._collections[name] = make_collection(self._house, name)
            self._house.index.register(found.kind.domain)
        return found

    def loaded(self, name: str) -> bool:
        """Whether a kind is in use."""
        return name in self._collections

    async def reload(self, kind: str) -> None:
        """Read the files again and take over what they say of a kind; raises OperationFailed for broken files."""
        config = await asyncio.to_thread(self._house.read)
        if config.fatal:
            raise OperationFailed(f"Nothing is reloaded: {config.fatal[0]}")
        for problem in config.problems:
            _LOGGER.warning("%s", problem)
        if kind == "template":
            await self._load_templates(config)
            return
        if kind in DERIVED_PLATFORMS:
            if self._derived is not None:
                await self._derived.load_kind(kind, config)
            return
        if kind == "group" and (self._groups is not None or uses_platform(config, "group")):
            self._load_groups(config)
        section = self._section(config, kind)
        if section or kind in self._collections:
            self.collection(kind).load_yaml(section)

    def templates_with_blueprint(self, path: str) -> list[str]:
        """The template entities that are made from a blueprint."""
        return [] if self._templates is None else self._templates.with_blueprint(path)

    async def _load_templates(self, config: HouseConfig) -> None:
        from marge.helpers.template import Templates

        self._hub.load_component("template")
        if self._templates is None:
            self._templates = Templates(self._house)
        await self._templates.load(config)

    async def _load_derived(self, config: HouseConfig) -> None:
        from marge.helpers.derived import DerivedEntities

        self._derived = DerivedEntities(self._house)
        for kind in await self._derived.load(config):
            self._register_reload(kind)

    def _shopping_list(self) -> ShoppingList | None:
        if "shopping_list" not in self._config.sections:
            return None
        from marge.helpers.shopping_list import ShoppingList

        return ShoppingList(self._house)

    def _load_groups(self, config: HouseConfig) -> None:
        from marge.helpers.member_groups import MemberGroups

        if self._groups is None:
            self._groups = MemberGroups(self._house)
        self._groups.load(config)

    def _register_reload(self, name: str) -> None:
        self._hub.services.register(
            Service(
                name,
                "reload",
                self._reload_service,
                NoFields,
                admin_only=name != "group",
                describe=_describe_reload,
            )
        )

    async def _reload_service(self, call: ServiceCall) -> None:
        await self.reload(call.domain)

    @staticmethod
    def _section(config: HouseConfig, name: str) -> NodeDict | NodeList:
        return config.sections.get(name) or NodeDict()


def uses_derived(config: HouseConfig) -> bool:
    """Whether the files ask for an entity that is worked out from others."""
    return any(
        name in DERIVED_PLATFORMS
        if name not in ENTITY_DOMAINS
        else any(each.get("platform") in DERIVED_PLATFORMS for each in config.items(name))
        for name in config.sections
    )


class LazyCollection:
    """Implements `marge.core.ports.StorageCollection` for a kind that may not be in use yet."""

    def __init__(self, helpers: Helpers, name: str) -> None:
        self._helpers = helpers
        self.kind = name

    @property
    def id_key(self) -> str:
        """See `StorageCollection.id_key`."""
        return f"{self.kind}_id"

    def items(self) -> list[Item]:
        """The items that can be changed over the API."""
        return self._helpers.collection(self.kind).items() if self._helpers.loaded(self.kind) else []

    def config_items(self) -> list[Item]:
        """The items of the files, which cannot be changed over the API."""
        return self._helpers.collection(self.kind).config_items() if self._helpers.loaded(self.kind) else []

    async def create(self, data: dict[str, Any]) -> Item:
        """Add an item, durably; raises Invalid."""
        return await self._helpers.collection(self.kind).create(data)

    async def update(self, item_id: str, data: dict[str, Any]) -> Item:
        """Change an item, durably; raises NotFound, Invalid."""
        return await self._helpers.collection(self.kind).update(item_id, data)

    async def delete(self, item_id: str) -> None:
        """Forget an item and its entity, durably; raises NotFound."""
        await self._helpers.collection(self.kind).delete(item_id)


def _describe_reload() -> dict[str, Any]:
    return {
        "name": "Reload",
        "description": "Reads the configuration files again; items that did not change keep their states.",
        "fields": {},
    }
