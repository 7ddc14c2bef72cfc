"""`marge version`: the version, and what it runs on."""

from __future__ import annotations

import click

from marge import __version__


@click.command("version")
def command() -> None:
    """Print the version and build information."""
    import platform
    import sqlite3

    click.echo(f"marge {__version__}")
    click.echo(f"compatible with Home Assistant {_baseline()}")
    click.echo(f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, {platform.platform(terse=True)}")


def _baseline() -> str:
    from marge.util.ha_version import HA_VERSION

    return HA_VERSION
