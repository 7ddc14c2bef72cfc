"""`marge check-config`: say what is wrong with a configuration, without starting anything."""

from __future__ import annotations

from pathlib import Path

import click

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
    report = check(folder, {})
    if not report.files:
        raise click.UsageError(f"'{folder}' has no configuration files. `marge init` writes a first configuration.")
    click.echo(report.text())
    context.exit(1 if report.errors else 0)
