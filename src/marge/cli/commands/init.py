"""`marge init`: write a first configuration."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("init")
@click.option("--config", "config_dir", type=click.Path(path_type=Path), help="Configuration folder.")
def command(config_dir: Path | None) -> None:
    """Write a first configuration; files that exist stay as they are."""
    from marge.config.init import write_default
    from marge.config.paths import config_folder, default_directory
    from marge.core.errors import InvalidConfig

    folder = config_folder(config_dir) if config_dir else default_directory("config")
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
