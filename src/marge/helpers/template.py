"""template: entities out of the `template:` section, and of the old form `platform: template` of sensors."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any, Final, NamedTuple

from msgspec import UNSET

from marge.config.house import HouseConfig
from marge.config.locate import locate
from marge.config.nodes import NodeDict, NodeList, Place
from marge.config.yaml_sections import ENTITY_DOMAINS
from marge.core.errors import InvalidConfig, TemplateError
from marge.helpers.ports import House
from marge.helpers.template_config import ITEMS, LEGACY, PLATFORMS, TemplateItem
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.words import is_object_id
from marge.util.schema import Invalid, convert
from marge.util.suggest import nearest

_LOGGER = logging.getLogger("marge.helpers")

AT_ONCE: Final = 5
"""Entities that are brought in before others get a turn."""

ENTITIES: Final[Mapping[str, str]] = {
    "binary_sensor": "template_sensors:TemplateBinarySensor",
    "button": "template_controls:TemplateButton",
    "number": "template_controls:TemplateNumber",
    "select": "template_controls:TemplateSelect",
    "sensor": "template_sensors:TemplateSensor",
    "switch": "template_controls:TemplateSwitch",
}
"""Domain → module and class of its template entities."""

_WITH_TRIGGER: Final = frozenset({"trigger", "triggers", "condition", "conditions", "action", "actions"})
_OTHER_KINDS: Final = (
    "alarm_control_panel",
    "cover",
    "fan",
    "image",
    "light",
    "lock",
    "vacuum",
    "weather",
)


class Wanted(NamedTuple):
    """An entity that the files ask for; `object_id` is given by the old form alone."""

    domain: str
    item: TemplateItem
    unique_id: str | None
    object_id: str | None
    place: Place


class Templates:
    """The template entities; an unchanged one stays when the files are read again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._entities: list[tuple[Wanted, TemplateEntity]] = []
        self._lock = asyncio.Lock()

    async def load(self, config: HouseConfig) -> None:
        """Bring in what is new, let go what is gone; others run in between."""
        async with self._lock:
            known: dict[str, list[tuple[Wanted, TemplateEntity]]] = {}
            for wanted, entity in self._entities:
                known.setdefault(str(wanted.item.state), []).append((wanted, entity))
            kept: list[tuple[Wanted, TemplateEntity]] = []
            fresh: list[Wanted] = []
            for wanted in wanted_entities(config):
                alike = known.get(str(wanted.item.state), [])
                found = next((each for each in alike if each[0][:4] == wanted[:4]), None)
                if found is None:
                    fresh.append(wanted)
                else:
                    alike.remove(found)
                    kept.append(found)
            for _, entity in (each for gone in known.values() for each in gone):
                self._house.place.remove(entity)
            self._entities = kept
            for number, wanted in enumerate(fresh, 1):
                made = self._make(wanted)
                if made is not None and self._house.place.add(made):
                    self._entities.append((wanted, made))
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)

    def stop(self) -> None:
        """Stop following the house."""
        for _, entity in self._entities:
            entity.removed()

    def _make(self, wanted: Wanted) -> TemplateEntity | None:
        module, _, name = ENTITIES[wanted.domain].partition(":")
        entity: TemplateEntity = getattr(import_module(f"marge.helpers.{module}"), name)()
        entity.unique_id = wanted.unique_id
        entity.suggested_object_id = wanted.object_id
        entity.hub = self._house.hub
        try:
            entity.prepare(self._house, wanted.item)
        except (TemplateError, ValueError) as error:
            place = wanted.place
            _LOGGER.warning("template %s at %s:%d is left out: %s", wanted.domain, place.file, place.line, error)
            return None
        return entity


def wanted_entities(config: HouseConfig) -> Iterator[Wanted]:
    """The entities of a configuration; what is wrong is logged with file and line."""
    for section in config.items("template"):
        yield from _of_section(section)
    for domain in sorted(ENTITY_DOMAINS):
        for platform in config.items(domain):
            if platform.get("platform") != "template":
                continue
            if domain in PLATFORMS:
                yield from _of_platform(domain, platform)
            else:
                message = f"template entities of the kind '{domain}' are not supported by this release and are left out"
                _warn(message, platform.place_of("platform"))


def _of_section(section: NodeDict) -> Iterator[Wanted]:
    if (trigger := next((key for key in section if key in _WITH_TRIGGER), None)) is not None:
        place = section.place_of(trigger)
        _warn(f"template entities with '{trigger}' are not supported by this release and are left out", place)
        return
    prefix = section.get("unique_id")
    for key, content in section.items():
        place = section.place_of(key)
        if key == "unique_id":
            continue
        if key in _OTHER_KINDS:
            _warn(f"template entities of the kind '{key}' are not supported by this release and are left out", place)
        elif key not in ITEMS:
            _warn(f"unknown key '{key}' in 'template'", place, nearest(key, (*ITEMS, *_OTHER_KINDS, "unique_id")))
        else:
            items = content if isinstance(content, NodeList) else [content]
            for index, item in enumerate(items):
                where = content.place_of(index) if isinstance(content, NodeList) else place
                if (read := _read(key, item, item)) is not None:
                    unique_id = None if read.unique_id is UNSET else str(read.unique_id)
                    if unique_id is not None and prefix is not None:
                        unique_id = f"{prefix}-{unique_id}"
                    yield Wanted(key, read, unique_id, None, where)


def _of_platform(domain: str, platform: NodeDict) -> Iterator[Wanted]:
    key = PLATFORMS[domain]
    sensors = platform.get(key)
    if not isinstance(sensors, NodeDict):
        _warn(f"the template platform of '{domain}' has no '{key}'", platform.place)
        return
    for object_id, content in sensors.items():
        place = sensors.place_of(object_id)
        if not isinstance(object_id, str) or not is_object_id(object_id) or not isinstance(content, NodeDict):
            _warn(f"'{object_id}' is no template {domain}", place)
            continue
        renamed = NodeDict(content.file, content.line)
        for key, value in content.items():
            if key != "entity_id":
                renamed.put(LEGACY.get(key, key), value, content.place_of(key))
        if "name" not in renamed:
            renamed.put("name", object_id, place)
        if (read := _read(domain, renamed, renamed)) is not None:
            yield Wanted(domain, read, None if read.unique_id is UNSET else str(read.unique_id), object_id, place)


def _read(domain: str, item: Any, node: Any) -> TemplateItem | None:
    kind = ITEMS[domain]
    try:
        return convert(item, kind)
    except Invalid as invalid:
        error = locate(invalid, node, known=kind.__struct_encode_fields__)
        _LOGGER.warning("template %s is left out: %s", domain, error)
        return None


def _warn(message: str, place: Place, hint: str | None = None) -> None:
    _LOGGER.warning("%s", InvalidConfig(message, place.file, place.line, hint))
