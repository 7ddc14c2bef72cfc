"""`marge check-config`: say what is wrong with a configuration, without starting anything."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("check-config")
@click.option("--config", "config_dir", type=click.Path(path_type=Path), help="Configuration folder.")
def command(config_dir: Path | None) -> None:
    """Check the configuration files; the exit code is 1 when there are errors."""
    from marge.config.check import check
    from marge.config.paths import config_folder, default_directory

    folder = config_folder(config_dir) if config_dir else default_directory("config")
    if not folder.is_dir():
        raise click.UsageError(f"'{folder}' is not a folder. `marge init` writes a first configuration.")
    report = check(folder, {})
    if not report.files:
        raise click.UsageError(f"'{folder}' has no configuration files. `marge init` writes a first configuration.")
    click.echo(report.text())
    raise SystemExit(1 if report.errors else 0)
