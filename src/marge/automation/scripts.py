"""All scripts of the house, and the services `script.turn_on`, `turn_off`, `toggle` and `reload`."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from marge.automation.broken import BrokenScript
from marge.automation.devices.missing import first_gone
from marge.automation.devices.reading import noting
from marge.automation.kept_runs import KeptRuns
from marge.automation.matching import files_of, match
from marge.automation.mistakes import explain, sentence
from marge.automation.ports import House
from marge.automation.related import references
from marge.automation.script import Script
from marge.automation.script_entity import ScriptEntity
from marge.automation.settings import read_script
from marge.automation.template_check import first_problem, first_problems
from marge.automation.traces import Traces
from marge.config import NodeDict
from marge.config.blueprints.instance import identity, mistake_of
from marge.core.errors import InvalidConfig
from marge.core.services import Service, ServiceCall
from marge.entities import Domain, Entity, EntityIndex
from marge.entities.domain import NoFields
from marge.registries.entity_host import EntityHost
from marge.registries.search import References
from marge.util.schema import Invalid

_LOGGER = logging.getLogger("marge.automation")

SCRIPT: Final = Domain("script", Entity)
RESERVED: Final = ("reload", "toggle", "turn_off", "turn_on")
_KEY: Final = re.compile(r"(?!.*__)[a-z0-9](?:[a-z0-9_]*[a-z0-9])?\Z")


class StartScript(Struct, frozen=True, forbid_unknown_fields=True):
    """Data of `script.turn_on`, `turn_off` and `toggle`; `variables` count for `turn_on` only."""

    variables: dict[str, Any] = {}


def check_key(key: str) -> str | None:
    """What is wrong with the name of a script, None when it can be used."""
    if key in RESERVED:
        return f"'{key}' is the name of a service of all scripts"
    if not _KEY.match(key):
        return f"'{key}' has to be of lower-case letters, digits and single underscores"
    return None


class Scripts:
    """Loads, reloads and starts scripts."""

    def __init__(self, house: House, place: EntityHost, index: EntityIndex, runs: KeptRuns, traces: Traces) -> None:
        self.house = house
        self.runs = runs
        self.traces = traces
        self._place = place
        self._index = index
        self._entities: dict[str, ScriptEntity | BrokenScript] = {}
        self.files: set[str] = set()
        """The files that they come from."""

    def setup(self, reload: Callable[[ServiceCall], Any]) -> None:
        """Register the services; `reload` is called for `script.reload`."""
        self._index.register(SCRIPT)
        hub = self.house.hub
        hub.load_component("script")
        self.house.registries.search.add_source("script", self.references)
        for name, handler in (("turn_on", self._turn_on), ("turn_off", self._turn_off), ("toggle", self._toggle)):
            hub.services.register(
                Service("script", name, handler, StartScript, takes_target=True, describe=_DESCRIBE[name])
            )
        hub.services.register(Service("script", "reload", reload, NoFields, describe=_DESCRIBE["reload"]))

    def load(self, items: NodeDict) -> None:
        """Add the scripts of the configuration; one that is wrong is named in the log and shown as unavailable."""
        for key, item in items.items():
            self._add(self._build(items, key, item))
        self.files = files_of(items)

    def begin(self) -> None:
        """The hub runs: go on with the runs of the last time."""
        for script in self.scripts():
            script.go_on()

    async def reload(self, items: NodeDict) -> None:
        """Take over a new configuration: what is unchanged goes on undisturbed."""
        self.files = files_of(items)
        present = list(self._entities.values())
        wanted = list(items.items())
        kept, new = match(
            [(each.key, identity(each.raw_config)) for each in present],
            [(str(key), identity(item)) for key, item in wanted],
        )
        for place, each in enumerate(present):
            if place not in kept:
                del self._entities[each.key]
                self._place.remove(each)
                if isinstance(each, ScriptEntity):
                    await each.script.stop()
        for place in new:
            key, item = wanted[place]
            self._add(self._build(items, key, item, check=True))
            await asyncio.sleep(0)

    async def check(self) -> None:
        """See whether all templates compile; a script with a wrong one is named in the log and unavailable."""
        entities = [each for each in self._entities.values() if isinstance(each, ScriptEntity)]
        problems = await first_problems([(each.raw_config, each.where) for each in entities], self.house.templates)
        for number, problem in problems.items():
            each = entities[number]
            del self._entities[each.key]
            self._place.remove(each)
            self._add(_broken(each.key, each.raw_config, problem))

    def scripts(self) -> list[Script]:
        """The scripts that can run."""
        return [each.script for each in self._entities.values() if isinstance(each, ScriptEntity)]

    def references(self) -> dict[str, References]:
        """What each script that can run refers to, by entity id."""
        return {
            each.entity_id: references(each.raw_config)
            for each in self._entities.values()
            if isinstance(each, ScriptEntity)
        }

    def keys(self) -> set[str]:
        """What the traces of all of them are known by."""
        return {f"script.{key}" for key in self._entities}

    def _build(
        self, items: NodeDict, key: Any, item: Any, *, check: bool = False
    ) -> ScriptEntity | BrokenScript | None:
        """The entity of an item; `check` compiles its templates too."""
        key = str(key)
        where = items.place_of(key)
        if (wrong := check_key(key)) is not None:
            _LOGGER.warning("%s", sentence("Script", key, InvalidConfig(wrong, where.file, where.line or None)))
            return None
        if (mistake := mistake_of(item)) is not None:
            return _broken(key, item, mistake)
        try:
            with noting() as noted:
                config = read_script(item)
        except Invalid as error:
            return _broken(key, item, explain(error, item, where))
        if (gone := first_gone(self.house.registries, noted, item)) is not None:
            return _broken(key, item, explain(gone, item, where))
        if check and (problem := first_problem(item, self.house.templates, where)) is not None:
            return _broken(key, item, problem)
        return ScriptEntity(self, key, config, item, where)

    def _add(self, entity: ScriptEntity | BrokenScript | None) -> None:
        if entity is not None and self._place.add(entity):
            self._entities[entity.key] = entity

    def _targets(self, call: ServiceCall) -> list[ScriptEntity]:
        found = self._index.of_domain("script")
        if call.target.entity_id == ["all"]:
            ids = set(found)
        else:
            resolved = self.house.registries.targets.resolve(call.target)
            ids = resolved.referenced | resolved.indirect
            if missing := sorted(resolved.referenced - set(found)):
                _LOGGER.warning("script.%s: there is no %s", call.service, ", ".join(missing))
        return [each for entity_id in sorted(ids) if isinstance(each := found.get(entity_id), ScriptEntity)]

    async def _turn_on(self, call: ServiceCall) -> None:
        for each in self._targets(call):
            each.start(call.data.variables, call.context, calling=False)
        # They come to their first wait before the caller goes on, as in Home Assistant.
        await asyncio.sleep(0)

    async def _turn_off(self, call: ServiceCall) -> None:
        await asyncio.gather(*(each.script.stop() for each in self._targets(call)))

    async def _toggle(self, call: ServiceCall) -> None:
        for each in self._targets(call):
            if each.script.running:
                await each.script.stop()
            else:
                each.start({}, call.context, calling=False)
        await asyncio.sleep(0)


def _broken(key: str, item: Any, mistake: InvalidConfig) -> BrokenScript:
    _LOGGER.warning("%s", sentence("Script", key, mistake))
    return BrokenScript(key, item)


def _described(name: str, text: str, fields: dict[str, Any] | None = None) -> Callable[[], dict[str, Any]]:
    target = {"entity": [{"domain": ["script"]}]}
    return lambda: {"name": name, "description": text, "fields": fields or {}, "target": target}


_DESCRIBE: Final[dict[str, Callable[[], dict[str, Any]]]] = {
    "turn_on": _described(
        "Turn on",
        "Starts scripts without waiting for them to end.",
        {"variables": {"name": "Variables", "description": "Values for the script.", "selector": {"object": None}}},
    ),
    "turn_off": _described("Turn off", "Stops scripts that run."),
    "toggle": _described("Toggle", "Stops scripts that run, and starts the others."),
    "reload": lambda: {"name": "Reload", "description": "Reads the scripts of the configuration again.", "fields": {}},
}
