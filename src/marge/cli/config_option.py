"""`--config`, which stands before or after the name of a command."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Final

import click

config_option: Final = click.option(
    "--config",
    "config_dir",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Configuration folder (or MARGE_CONFIG).",
)


def no_folder(folder: Path) -> str:
    """What is wrong with a configuration folder that is not there, and the remedy."""
    if folder.exists():
        return f"the configuration folder '{folder}' is not a folder. Name the folder that configuration.toml is in."
    from marge.config.paths import default_directory

    init = "marge init" if folder == default_directory("config") else f"marge init --config {quote(str(folder))}"
    return (
        f"there is no configuration folder '{folder}'. `{init}` writes a first configuration there;"
        " --config DIR or MARGE_CONFIG names another folder."
    )


def config_folder_of(context: click.Context, given: Path | None) -> Path:
    """Return the configuration folder: `given` to the command, to `marge` itself, or the default."""
    from marge.config.paths import config_folder, default_directory

    outer = context.parent.params.get("config") if context.parent else None
    if given is None and outer is not None:
        given = Path(outer)
    return default_directory("config") if given is None else config_folder(given)
