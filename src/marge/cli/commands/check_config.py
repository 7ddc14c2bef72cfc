"""`marge check-config`: say what is wrong with a configuration, without starting anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from marge.config.check import Validator

from marge.cli.config_option import config_folder_of, config_option, no_folder
from marge.cli.data_option import data_folder_of, data_option


@click.command("check-config")
@config_option
@data_option
@click.pass_context
def command(context: click.Context, config_dir: Path | None, data_dir: Path | None) -> None:
    """Check the configuration files; the exit code is 1 when there are errors.

    With the database of a hub that has run, entities that nobody knows are named too.
    """
    from marge.api.tls import load_tls
    from marge.config.check import check

    folder = config_folder_of(context, config_dir)
    if not folder.is_dir():
        raise click.UsageError(no_folder(folder))
    report = check(folder, _validators(folder, data_folder_of(context, data_dir)), try_tls=load_tls)
    if not report.files:
        raise click.UsageError(f"'{folder}' has no configuration files. `marge init` writes a first configuration.")
    click.echo(report.text())
    context.exit(1 if report.errors else 0)


def _validators(folder: Path, data: Path) -> Mapping[str, Validator]:
    """What looks at the sections, one validator each."""
    from marge.app.actions import HouseActions
    from marge.automation import House as AutomatedHouse
    from marge.automation.references import unknown_in, unknown_in_scenes
    from marge.automation.validate import validators
    from marge.cli.known_entities import known_entities
    from marge.config.house import load
    from marge.core.clock import SystemClock
    from marge.core.hub import Hub
    from marge.entities.index import EntityIndex
    from marge.helpers import validate as helpers
    from marge.helpers.ports import House
    from marge.mqtt.discovery import validate as mqtt
    from marge.registries import EntityHost, Registries
    from marge.templates import TemplateEngine

    hub = Hub(SystemClock(), Nothing())
    engine, registries = TemplateEngine(hub), Registries(hub)
    index = EntityIndex(hub, registries.targets)
    place = EntityHost(hub, registries, index)
    actions = HouseActions(AutomatedHouse(hub, engine, registries))
    house = House(hub, registries, place, index, engine, lambda: load(folder), actions)
    table = {**validators(engine), **helpers.validators(house), "mqtt": mqtt.validator(engine)}
    known = known_entities(load(folder), data)
    if known is None:
        return table
    scene, script, automation = table["scene"], table["script"], table["automation"]
    return {
        **table,
        "scene": lambda content: [*scene(content), *unknown_in_scenes(content, known.entities)],
        "script": lambda content: [*script(content), *unknown_in(content, *known)],
        "automation": lambda content: [*automation(content), *unknown_in(content, *known)],
    }


class Nothing:
    """A store without anything in it: implements `marge.core.ports.Store`."""

    def load(self, collection: str) -> dict[str, bytes]:
        """See `Store.load`."""
        return {}

    async def read(self, collection: str) -> dict[str, bytes]:
        """See `Store.read`."""
        return {}

    def put(self, collection: str, key: str, value: bytes) -> None:
        """See `Store.put`."""

    def delete(self, collection: str, key: str) -> None:
        """See `Store.delete`."""

    def commit(self) -> None:
        """See `Store.commit`."""

    async def flush(self) -> None:
        """See `Store.flush`."""
