"""`marge check-config`: say what is wrong with a configuration, without starting anything."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from marge.config.check import Validator

from marge.cli.config_option import config_folder_of, config_option


@click.command("check-config")
@config_option
@click.pass_context
def command(context: click.Context, config_dir: Path | None) -> None:
    """Check the configuration files; the exit code is 1 when there are errors."""
    from marge.config.check import check

    folder = config_folder_of(context, config_dir)
    if not folder.is_dir():
        raise click.UsageError(f"'{folder}' is not a folder. `marge init` writes a first configuration.")
    report = check(folder, _validators())
    if not report.files:
        raise click.UsageError(f"'{folder}' has no configuration files. `marge init` writes a first configuration.")
    click.echo(report.text())
    context.exit(1 if report.errors else 0)


def _validators() -> Mapping[str, Validator]:
    """What looks at the sections, one validator each."""
    from marge.automation.validate import validators
    from marge.core.clock import SystemClock
    from marge.core.hub import Hub
    from marge.templates import TemplateEngine

    return validators(TemplateEngine(Hub(SystemClock(), Nothing())))


class Nothing:
    """A store without anything in it: implements `marge.core.ports.Store`."""

    def load(self, collection: str) -> dict[str, bytes]:
        """See `Store.load`."""
        return {}

    def put(self, collection: str, key: str, value: bytes) -> None:
        """See `Store.put`."""

    def delete(self, collection: str, key: str) -> None:
        """See `Store.delete`."""

    async def flush(self) -> None:
        """See `Store.flush`."""
