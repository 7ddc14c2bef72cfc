"""`marge demo`: a house to look at, with devices that are played over real MQTT."""

from __future__ import annotations

from pathlib import Path

import click

from marge.cli.config_option import config_option


@click.command("demo")
@config_option
@click.option("--data", "data", metavar="DIR", help="Where the demo keeps everything (./.run).")
@click.option("--http-port", type=click.IntRange(0, 65535), help="Port of the API (8123); 0 picks a free one.")
@click.option("--mqtt-port", type=click.IntRange(0, 65535), help="Port of the MQTT broker (1883); 0 picks a free one.")
@click.option("--no-simulator", is_flag=True, help="Without devices: bring your own.")
@click.option("--speed", type=click.FloatRange(0.1, 300), default=1.0, help="Seconds that pass in one (1): a fast day.")
@click.pass_context
def command(
    context: click.Context,
    config_dir: Path | None,
    data: str | None,
    http_port: int | None,
    mqtt_port: int | None,
    no_simulator: bool,
    speed: float,
) -> None:
    """Run the demo home in the foreground; it listens on this machine only."""
    import time

    from marge.cli.serve import Variant, serve
    from marge.core.clock import Clock
    from marge.util.lean import without_ssl

    outer = context.parent.params if context.parent else {}
    folder = Path(data or outer.get("data") or ".run").absolute()
    with without_ssl():
        from marge.cli.demo_home import DemoHome, copy_config

    config = config_dir or (Path(outer["config"]) if outer.get("config") else None)
    if config is None:
        try:
            config = copy_config(folder)
        except OSError as error:
            raise click.ClickException(f"The demo home cannot be set up in {folder}: {error.strerror}") from None
    epoch = time.time()
    clock: Clock | None = None
    if speed != 1:
        from marge.core.scaled_clock import ScaledClock

        clock = ScaledClock(speed, epoch)
    companion = DemoHome(simulator=not no_simulator, speed=speed, epoch=epoch)
    variant = Variant("127.0.0.1", http_port, mqtt_port, clock, companion)
    context.exit(serve(str(config), str(folder), outer.get("log_dir"), variant))
