"""template: entities out of the `template:` section, and of the old form `platform: template`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib import import_module
from typing import Final

from marge.config.house import HouseConfig
from marge.config.locate import locate
from marge.core.errors import InvalidConfig, TemplateError
from marge.helpers.kind import given
from marge.helpers.mistakes import Report, log
from marge.helpers.ports import House
from marge.helpers.standing import Standing
from marge.helpers.template_entity import TemplateEntity
from marge.helpers.template_sections import Wanted, WantedBlock, wanted_blocks, wanted_entities
from marge.helpers.template_triggers import TriggeredEntities
from marge.util.schema import Invalid

AT_ONCE: Final = 5
"""Entities that are brought in before others get a turn."""

ENTITIES: Final[Mapping[str, str]] = {
    "alarm_control_panel": "template_alarm:TemplateAlarm",
    "binary_sensor": "template_sensors:TemplateBinarySensor",
    "button": "template_controls:TemplateButton",
    "cover": "template_cover:TemplateCover",
    "fan": "template_fan:TemplateFan",
    "image": "template_image:TemplateImage",
    "light": "template_light:TemplateLight",
    "lock": "template_lock:TemplateLock",
    "number": "template_controls:TemplateNumber",
    "select": "template_controls:TemplateSelect",
    "sensor": "template_sensors:TemplateSensor",
    "switch": "template_controls:TemplateSwitch",
    "vacuum": "template_vacuum:TemplateVacuum",
    "weather": "template_weather:TemplateWeather",
}
"""Domain → module and class of its template entities."""


class Templates:
    """The template entities; an unchanged one stays when the files are read again."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._entities: Standing[Wanted, TemplateEntity] = Standing(house.place)
        self._blocks: list[tuple[WantedBlock, TriggeredEntities]] = []
        self._lock = asyncio.Lock()

    async def load(self, config: HouseConfig) -> None:
        """Bring in what is new, let go what is gone; others run in between."""
        async with self._lock:
            fresh = self._entities.exchange(wanted_entities(config))
            blocks = self._drop_blocks(config)
            for number, wanted in enumerate(fresh, 1):
                made = make(self._house, wanted)
                if made is not None:
                    self._entities.add(wanted, [made])
                if number % AT_ONCE == 0:
                    await asyncio.sleep(0)
            for block in blocks:
                self._load_block(block)
                await asyncio.sleep(0)

    def with_blueprint(self, path: str) -> list[str]:
        """The entities that are made from a blueprint."""
        single = [entity.entity_id for entity, wanted in self._entities.pairs() if wanted.blueprint == path]
        blocks = [triggered for block, triggered in self._blocks if any(w.blueprint == path for w in block.entities)]
        return single + [entity.entity_id for triggered in blocks for entity in triggered.entities]

    def stop(self) -> None:
        """Stop following the house."""
        for _, triggered in self._blocks:
            triggered.stop()
        self._entities.stop()
        for entity in self._triggered_entities():
            entity.removed()

    def _triggered_entities(self) -> list[TemplateEntity]:
        return [entity for _, triggered in self._blocks for entity in triggered.entities]

    def _drop_blocks(self, config: HouseConfig) -> list[WantedBlock]:
        """Let go the blocks that are gone or changed; returns those to bring in."""
        left = self._blocks
        self._blocks = []
        fresh: list[WantedBlock] = []
        for block in wanted_blocks(config.items("template")):
            found = next((each for each in left if each[0].is_like(block)), None)
            if found is None:
                fresh.append(block)
            else:
                left.remove(found)
                self._blocks.append((block, found[1]))
        for _, triggered in left:
            triggered.stop()
            for entity in triggered.entities:
                self._house.place.remove(entity)
        return fresh

    def _load_block(self, wanted: WantedBlock) -> None:
        try:
            triggered = TriggeredEntities(self._house, wanted.block)
        except Invalid as invalid:
            log("block of template entities with triggers", locate(invalid, wanted.block))
            return
        except InvalidConfig as error:
            log("block of template entities with triggers", error)
            return
        for each in wanted.entities:
            made = make(self._house, each, triggered=True)
            if made is not None and self._house.place.add(made):
                triggered.entities.append(made)
        triggered.start()
        self._blocks.append((wanted, triggered))


def make(house: House, wanted: Wanted, *, triggered: bool = False, report: Report = log) -> TemplateEntity | None:
    """The entity that is asked for, not added yet; None, with a report, for a wrong template or action."""
    module, _, name = ENTITIES[wanted.domain].partition(":")
    entity: TemplateEntity = getattr(import_module(f"marge.helpers.{module}"), name)()
    entity.unique_id = wanted.unique_id
    entity.suggested_object_id = wanted.object_id
    entity.hub = house.hub
    entity.triggered = triggered
    try:
        entity.prepare(house, wanted.item)
    except (TemplateError, ValueError) as error:
        called = given(wanted.item.name) or wanted.object_id or wanted.unique_id
        named = f" '{called}'" if called else ""
        if wanted.blueprint is not None:
            named += f" of the blueprint {wanted.blueprint}"
        message, hint = str(error), None
        if isinstance(error, Invalid) and error.path:
            message, hint = f"'{error.path[0]}': {error.message}", error.hint
        report(f"template {wanted.domain}{named}", InvalidConfig(message, *wanted.place, hint))
        return None
    return entity
