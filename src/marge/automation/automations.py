"""All automations of the house: loaded one by one from the configuration, so that a bad one stops no other."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from marge.automation.automation import AUTOMATION, AutomationEntity
from marge.automation.broken import BrokenAutomation
from marge.automation.devices.missing import first_gone
from marge.automation.devices.reading import noting
from marge.automation.figures import HourCount
from marge.automation.kept_runs import KeptRuns
from marge.automation.matching import files_of, match
from marge.automation.mistakes import explain, sentence
from marge.automation.ports import House
from marge.automation.related import references
from marge.automation.script import Script
from marge.automation.settings import read_automation
from marge.automation.template_check import first_problem, first_problems, trigger_problem
from marge.automation.timers import StoredTimers
from marge.automation.traces import Traces
from marge.config import NodeList
from marge.config.blueprints.instance import identity, mistake_of
from marge.core.errors import InvalidConfig
from marge.core.services import Service, ServiceCall
from marge.entities import Entity, EntityIndex
from marge.registries.entity_host import EntityHost
from marge.registries.search import References
from marge.util.schema import Invalid, Text

_LOGGER = logging.getLogger("marge.automation")

AUTOMATION_RELOADED: Final = "automation_reloaded"


class Reload(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `automation.reload`: all of them, or the one with this id."""

    id: Text | None = None


class Automations:
    """Loads, reloads and counts automations. They watch their triggers from `begin` on."""

    def __init__(self, house: House, place: EntityHost, index: EntityIndex, runs: KeptRuns, traces: Traces) -> None:
        self.house = house
        self.runs = runs
        self.traces = traces
        self.running = False
        self.timers = StoredTimers(house.hub)
        self.figures = HourCount()
        self._place = place
        self._index = index
        self._entities: list[AutomationEntity | BrokenAutomation] = []
        self.files: set[str] = set()
        """The files that automations come from."""

    def setup(self, reload: Callable[[ServiceCall], Any]) -> None:
        """Register the services; `reload` is called for `automation.reload`."""
        self._index.register(AUTOMATION)
        hub = self.house.hub
        hub.load_component("automation")
        hub.load_component("blueprint")
        self.house.registries.search.add_source("automation", self.references)
        hub.services.register(
            Service("automation", "reload", reload, Reload, admin_only=True, describe=_describe_reload)
        )

    def load(self, items: NodeList) -> None:
        """Add the automations of the configuration; one that is wrong is named in the log and shown as unavailable."""
        self.timers.load()
        self.files = files_of(items)
        for place, item in enumerate(items):
            self._add(self._build(items, place, item))
        self.timers.forget_others({each.key for each in self._entities if isinstance(each, AutomationEntity)})

    def begin(self) -> None:
        """The hub runs: go on with the runs of the last time, and watch all triggers."""
        self.running = True
        for each in self._watching():
            problem = trigger_problem(each.raw_config, self.house.templates, each.where)
            if problem is not None:
                self._break(each, problem)
        for script in self.scripts():
            script.go_on()
        for each in self._watching():
            each.watch(starting=True)

    def _watching(self) -> list[AutomationEntity]:
        return [each for each in self._entities if isinstance(each, AutomationEntity) and each.is_on]

    async def check(self) -> None:
        """See whether all templates compile; an automation with a wrong one is named in the log and unavailable."""
        entities = [each for each in self._entities if isinstance(each, AutomationEntity)]
        problems = await first_problems([(each.raw_config, each.where) for each in entities], self.house.templates)
        for number, problem in problems.items():
            self._break(entities[number], problem)

    async def reload(self, items: NodeList, only: str | None = None) -> None:
        """Take over a new configuration: what is unchanged goes on undisturbed."""
        self.files = files_of(items)
        wanted = [
            (place, item)
            for place, item in enumerate(items)
            if only is None or (isinstance(item, dict) and str(item.get("id")) == only)
        ]
        present = [each for each in self._entities if only is None or each.unique_id == only]
        names = [(_name(item, place), identity(item)) for place, item in wanted]
        kept, new = match([(str(each.name), identity(each.raw_config)) for each in present], names)
        for place, each in enumerate(present):
            if place not in kept:
                await self._drop(each)
        for place in new:
            index, item = wanted[place]
            self._add(self._build(items, index, item, check=True))
            await asyncio.sleep(0)

    def stop(self) -> None:
        """The hub stops: watch nothing, and keep the timers for the next run of it. Runs go on."""
        self.running = False
        self.timers.keep()
        for each in self._entities:
            if isinstance(each, AutomationEntity):
                each.unwatch()

    def counts(self) -> dict[str, Any]:
        """The automations' part of the health document."""
        return {
            "total": len(self._entities),
            "enabled": sum(isinstance(each, AutomationEntity) and bool(each.is_on) for each in self._entities),
            "triggered_last_hour": self.figures.total(self.house.clock.now()),
        }

    def scripts(self) -> list[Script]:
        """The scripts of all automations that can run."""
        return [each.script for each in self._entities if isinstance(each, AutomationEntity)]

    def references(self) -> dict[str, References]:
        """What each automation that can run refers to, by entity id."""
        return {
            each.entity_id: references(each.raw_config) for each in self._entities if isinstance(each, AutomationEntity)
        }

    def keys(self) -> set[str]:
        """What the traces of all of them are known by."""
        return {f"automation.{each.unique_id}" for each in self._entities if each.unique_id is not None}

    @property
    def entities(self) -> list[Entity]:
        """All of them."""
        return list(self._entities)

    def _build(
        self, items: NodeList, place: int, item: Any, *, check: bool = False
    ) -> AutomationEntity | BrokenAutomation:
        """The entity of an item; `check` compiles its templates too."""
        name, where = _name(item, place), items.place_of(place)
        if (mistake := mistake_of(item)) is not None:
            return _broken(name, item, mistake)
        try:
            with noting() as noted:
                config = read_automation(item)
        except Invalid as error:
            return _broken(name, item, explain(error, item, where))
        if (gone := first_gone(self.house.registries, noted, item)) is not None:
            return _broken(name, item, explain(gone, item, where))
        if check and (problem := first_problem(item, self.house.templates, where)) is not None:
            return _broken(name, item, problem)
        return AutomationEntity(self, config, name, item, where)

    def _break(self, entity: AutomationEntity, problem: InvalidConfig) -> None:
        """Put an unavailable one into the place of an automation that is wrong after all."""
        self._entities.remove(entity)
        self._place.remove(entity)
        self._add(_broken(str(entity.name), entity.raw_config, problem))

    def _add(self, entity: AutomationEntity | BrokenAutomation) -> None:
        if self._place.add(entity):
            self._entities.append(entity)

    async def _drop(self, entity: AutomationEntity | BrokenAutomation) -> None:
        self._entities.remove(entity)
        self._place.remove(entity)
        if isinstance(entity, AutomationEntity):
            await entity.script.stop()


def _name(item: Any, place: int) -> str:
    alias = item.get("alias") if isinstance(item, dict) else None
    return str(alias) if alias else f"automation {place}"


def _broken(name: str, item: Any, mistake: InvalidConfig) -> BrokenAutomation:
    _LOGGER.warning("%s", sentence("Automation", _called(item, name), mistake))
    unique_id = item.get("id") if isinstance(item, dict) else None
    return BrokenAutomation(None if unique_id is None else str(unique_id), name, item)


def _called(item: Any, name: str) -> str:
    """How people know it: its id when that is a word, else its name."""
    unique_id = item.get("id") if isinstance(item, dict) else None
    return unique_id if isinstance(unique_id, str) and not unique_id.isdigit() else name


def _describe_reload() -> dict[str, Any]:
    return {"name": "Reload", "description": "Reads the automations of the configuration again.", "fields": {}}
