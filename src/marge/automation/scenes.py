"""All scenes of the house, and the services `scene.apply`, `create`, `delete` and `reload`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from marge.automation.matching import files_of, match
from marge.automation.mistakes import explain, sentence
from marge.automation.ports import House
from marge.automation.reproduce import Wanted, reproduce
from marge.automation.scene import HouseScene, SceneConfig, States
from marge.config import NodeList
from marge.core.errors import ServiceValidationError
from marge.core.services import Service, ServiceCall
from marge.entities import EntityIndex
from marge.entities.domain import NoFields
from marge.entities.scene import LONGEST_TRANSITION
from marge.registries.entity_host import EntityHost
from marge.registries.search import References
from marge.util.schema import EntityIds, Invalid, convert, word
from marge.util.slug import slugify

_LOGGER = logging.getLogger("marge.automation")

SCENE_RELOADED: Final = "scene_reloaded"


def _slug(value: Any) -> str:
    if isinstance(value, str) and value and slugify(value) == value:
        return value
    raise ValueError(f"expected lower-case letters, digits and underscores, got {value!r}")


if TYPE_CHECKING:
    Slug = str
else:
    Slug = word("Slug", _slug)


class Apply(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `scene.apply`; `transition` in seconds."""

    entities: States
    transition: float | None = None


class Create(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `scene.create`."""

    scene_id: Slug
    entities: States = {}
    snapshot_entities: EntityIds = []

    def __post_init__(self) -> None:
        if both := sorted(set(self.entities) & set(self.snapshot_entities)):
            raise ValueError(f"entities and snapshot_entities must not overlap: {', '.join(both)}")


class Scenes:
    """Loads, reloads, makes and deletes scenes."""

    def __init__(self, house: House, place: EntityHost, index: EntityIndex) -> None:
        self.house = house
        self._place = place
        self._index = index
        self._entities: list[HouseScene] = []
        self.files: set[str] = set()
        """The files that they come from."""

    def setup(self, reload: Callable[[ServiceCall], Any]) -> None:
        """Register the services; `reload` is called for `scene.reload`."""
        self._index.setup("scene")
        self.house.registries.search.add_source("scene", self.references)
        for service in (
            Service("scene", "apply", self._apply, Apply, describe=_DESCRIBE["apply"]),
            Service("scene", "create", self._create, Create, describe=_DESCRIBE["create"]),
            Service("scene", "delete", self._delete, NoFields, takes_target=True, describe=_DESCRIBE["delete"]),
            Service("scene", "reload", reload, NoFields, admin_only=True, describe=_DESCRIBE["reload"]),
        ):
            self.house.hub.services.register(service)

    def load(self, items: NodeList) -> None:
        """Add the scenes of the configuration; one that is wrong is named in the log and left out."""
        for place, item in enumerate(items):
            self._load_one(items, place, item)
        self.files = files_of(items)

    def reload(self, items: NodeList) -> None:
        """Take over a new configuration; scenes of `scene.create` go, as in Home Assistant."""
        self.files = files_of(items)
        for each in [each for each in self._entities if each.created]:
            self._drop(each)
        present = list(self._entities)
        wanted = [(_name(item, place), item) for place, item in enumerate(items)]
        kept, new = match([(str(each.name), each.raw_config) for each in present], wanted)
        for place, each in enumerate(present):
            if place not in kept:
                self._drop(each)
        for place in new:
            self._load_one(items, place, items[place])

    def references(self) -> dict[str, References]:
        """The entities of each scene, by its entity id."""
        return {each.entity_id: References(entity=frozenset(each.config.entities)) for each in self._entities}

    def _load_one(self, items: NodeList, place: int, item: Any) -> None:
        try:
            self._add(HouseScene(self.house, convert(item, SceneConfig), item))
        except Invalid as error:
            mistake = explain(error, item, items.place_of(place))
            _LOGGER.warning("%s", sentence("Scene", _name(item, place), mistake))

    def _add(self, scene: HouseScene) -> None:
        if self._place.add(scene):
            self._entities.append(scene)

    def _drop(self, scene: HouseScene) -> None:
        self._entities.remove(scene)
        self._place.remove(scene)

    async def _apply(self, call: ServiceCall) -> None:
        data: Apply = call.data
        transition = None if data.transition is None else min(max(data.transition, 0.0), LONGEST_TRANSITION)
        wanted = [Wanted(each.entity_id, each.state, each.attributes, transition) for each in data.entities.values()]
        await reproduce(self.house, wanted, call.context)

    def _create(self, call: ServiceCall) -> None:
        data: Create = call.data
        if not data.entities and not data.snapshot_entities:
            raise ServiceValidationError("A scene needs 'entities' or 'snapshot_entities'")
        entities = dict(data.entities)
        for entity_id in data.snapshot_entities:
            state = self.house.hub.states.get(entity_id)
            if state is None:
                _LOGGER.warning("There is no entity %s to put into scene %s", entity_id, data.scene_id)
            else:
                entities[entity_id] = Wanted(entity_id, state.state, state.attributes)
        if not entities:
            _LOGGER.warning("Scene %s would be empty and is not made", data.scene_id)
            return
        entity_id = f"scene.{data.scene_id}"
        present = self._index.get(entity_id)
        if present is not None:
            if not isinstance(present, HouseScene) or not present.created:
                _LOGGER.warning("There is a scene %s already: it is not replaced", entity_id)
                return
            self._drop(present)
        self._add(HouseScene(self.house, SceneConfig(data.scene_id, entities), None, created=True))

    def _delete(self, call: ServiceCall) -> None:
        resolved = self.house.registries.targets.resolve(call.target)
        for entity_id in sorted(resolved.referenced | resolved.indirect):
            scene = self._index.get(entity_id)
            if not isinstance(scene, HouseScene):
                raise ServiceValidationError(
                    f"{entity_id} is not a valid scene entity_id",
                    translation_domain="scene",
                    translation_key="entity_not_scene",
                    placeholders={"entity_id": entity_id},
                )
            if not scene.created:
                raise ServiceValidationError(
                    f"The scene {entity_id} is not created with action `scene.create`",
                    translation_domain="scene",
                    translation_key="entity_not_dynamically_created",
                    placeholders={"entity_id": entity_id},
                )
            self._drop(scene)


def _name(item: Any, place: int) -> str:
    name = item.get("name") if isinstance(item, dict) else None
    return str(name) if name else f"number {place + 1}"


_ENTITIES: Final = {"name": "Entities", "description": "Entities and the states they take.", "required": True}
_DESCRIBE: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "apply": lambda: {
        "name": "Apply",
        "description": "Brings entities into states without a scene.",
        "fields": {
            "entities": {**_ENTITIES, "selector": {"object": None}},
            "transition": {
                "name": "Transition",
                "description": "Seconds in which lights get there.",
                "selector": {"number": {"min": 0, "max": 300, "unit_of_measurement": "seconds"}},
            },
        },
    },
    "create": lambda: {
        "name": "Create",
        "description": "Makes a scene that lasts until the scenes are reloaded or the hub stops.",
        "fields": {
            "scene_id": {"name": "Scene id", "required": True, "example": "all_lights", "selector": {"text": None}},
            "entities": {**_ENTITIES, "required": False, "selector": {"object": None}},
            "snapshot_entities": {
                "name": "Entities to take as they are",
                "description": "Their present states become part of the scene.",
                "selector": {"entity": {"multiple": True}},
            },
        },
    },
    "delete": lambda: {
        "name": "Delete",
        "description": "Deletes a scene that an action made.",
        "fields": {},
        "target": {"entity": [{"domain": ["scene"]}]},
    },
    "reload": lambda: {"name": "Reload", "description": "Reads the scenes of the configuration again.", "fields": {}},
}
