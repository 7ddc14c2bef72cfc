"""`marge init`: write a first configuration."""

from __future__ import annotations

from pathlib import Path

import click

from marge.cli.config_option import config_folder_of, config_option


@click.command("init")
@config_option
@click.pass_context
def command(context: click.Context, config_dir: Path | None) -> None:
    """Write a first configuration; files that exist stay as they are."""
    from marge.config.init import write_default
    from marge.core.errors import InvalidConfig

    folder = config_folder_of(context, config_dir)
    try:
        written = write_default(folder)
    except InvalidConfig as error:
        raise click.ClickException(str(error)) from None
    if not written:
        click.echo(f"{folder} is complete already: nothing written")
        return
    click.echo(f"Written to {folder}:")
    for name in written:
        click.echo(f"  {name}")
    click.echo("Next: marge check-config, then marge")
