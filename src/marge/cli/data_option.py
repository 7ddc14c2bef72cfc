"""`--data`, which stands before or after the name of a command."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

data_option: Final = click.option(
    "--data", "data_dir", metavar="DIR", type=click.Path(path_type=Path), help="Data folder (or MARGE_DATA)."
)


def data_folder_of(context: click.Context, given: Path | None) -> Path:
    """Return the data folder: `given` to the command, to a command above it, or the default."""
    from marge.config.paths import default_directory

    while given is None and context.parent is not None:
        context = context.parent
        outer = context.params.get("data_dir") or context.params.get("data")
        given = Path(outer) if outer else None
    return default_directory("data") if given is None else given.absolute()
