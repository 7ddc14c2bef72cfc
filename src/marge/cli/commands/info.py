"""`marge info`: where everything is, and how the running hub is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from marge.cli.config_option import config_folder_of, config_option
from marge.cli.data_option import data_folder_of, data_option

if TYPE_CHECKING:
    from marge.app.runtime_file import Runtime


@click.command("info")
@config_option
@data_option
@click.pass_context
def command(context: click.Context, config_dir: Path | None, data_dir: Path | None) -> None:
    """Show version, paths and entities."""
    from marge import __version__
    from marge.app.runtime_file import read_runtime

    data = data_folder_of(context, data_dir)
    runtime = read_runtime(data)
    # What the running hub has read counts, not what a hub that is started here and now would read.
    config = "" if runtime is None else runtime.config_dir
    rows = [
        ("version", __version__),
        ("configuration", config or str(config_folder_of(context, config_dir))),
        ("data", str(data)),
    ]
    database = data / "marge.db"
    if database.exists():
        rows.append(("database", f"{database} ({database.stat().st_size / 1e6:.1f} MB)"))
    trouble: click.ClickException | None = None
    if runtime is None:
        rows.append(("hub", "not running"))
    else:
        try:
            rows += _running(data, runtime)
        except click.ClickException as error:
            # What is known without the hub helps to find out why.
            rows.append(("hub", f"process {runtime.pid}, does not answer"))
            trouble = error
    for name, value in rows:
        click.echo(f"{name + ':':<15}{value}")
    if trouble is not None:
        raise trouble


def _running(data: Path, runtime: Runtime) -> list[tuple[str, str]]:
    """What the running hub says of itself; raises ClickException when it cannot be asked."""
    from marge.cli.client import HubClient

    health = HubClient(data).get("/api/health")
    return [
        ("hub", f"{health['status']}, process {runtime.pid}, up {health['uptime_seconds']} s"),
        ("http", f"port {runtime.http_port}" + (", TLS" if runtime.http_certificate else "")),
        ("mqtt", _mqtt(runtime)),
        ("entities", str(health["core"]["state_machine"]["entity_count"])),
        ("memory", f"{health['system']['memory_rss_bytes'] / 1e6:.0f} MB"),
    ]


def _mqtt(runtime: Runtime) -> str:
    if runtime.mqtt_port is None:
        return "external broker"
    websocket = runtime.mqtt_websocket_port
    return f"port {runtime.mqtt_port}" + ("" if websocket is None else f", WebSocket on port {websocket}")
