"""Runs the hub: what must happen before asyncio is imported, then the application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

if TYPE_CHECKING:
    from marge.app.run import Companion
    from marge.config.house import HouseConfig
    from marge.core.clock import Clock


class Variant(NamedTuple):
    """How a run differs from a plain one: where it listens, another time, something that runs beside the hub.

    With `host`, API and embedded broker listen there, whatever the configuration says.
    """

    host: str | None = None
    http_port: int | None = None
    mqtt_port: int | None = None
    clock: Clock | None = None
    companion: Companion | None = None


def serve(config: str | None, data: str | None, log_dir: str | None, variant: Variant | None = None) -> int:
    """Run the hub in the foreground and return its exit code; raises UsageError without a configuration folder."""
    from marge.cli.config_option import no_folder
    from marge.config.house import load
    from marge.config.paths import config_folder, default_directory

    config_dir = config_folder(Path(config).absolute()) if config else default_directory("config")
    if not config_dir.is_dir():
        # A hub with defaults in its place would be an empty house that looks as if everything were lost.
        raise click.UsageError(no_folder(config_dir))
    data_dir = Path(data).absolute() if data else default_directory("data")
    variant = variant or Variant()
    house = _adjusted(load(config_dir), variant)
    from contextlib import nullcontext

    from marge.util.lean import without_ssl

    settings = house.settings
    with nullcontext() if settings.http.tls_certificate else without_ssl():
        from marge.app.run import EXIT_CONFIG, run

    from marge.app.logs import set_up

    log_file = Path(settings.logger.file) if settings.logger.file else None
    if log_file is None and (log_dir or not data):
        log_file = (Path(log_dir).absolute() if log_dir else default_directory("log")) / "marge.log"
    set_up(settings.logger, log_file)
    import logging

    logger = logging.getLogger("marge.config")
    for problem in house.problems:
        logger.log(logging.ERROR if problem.fatal or problem.severity == "error" else logging.WARNING, "%s", problem)
    if house.fatal:
        logger.critical("The configuration in %s cannot be used; `marge check-config` shows the mistakes", config_dir)
        return EXIT_CONFIG
    return run(house, data_dir, clock=variant.clock, companion=variant.companion)


def _adjusted(house: HouseConfig, variant: Variant) -> HouseConfig:
    host, http_port, mqtt_port = variant[:3]
    if host is None and http_port is None and mqtt_port is None:
        return house
    from msgspec.structs import replace

    http, mqtt = house.settings.http, house.settings.mqtt
    http = replace(http, host=http.host if host is None else host, port=http.port if http_port is None else http_port)
    if mqtt.broker == "embedded":
        mqtt = replace(mqtt, host=mqtt.host if host is None else host)
        mqtt = replace(mqtt, port=mqtt.port if mqtt_port is None else mqtt_port)
    return replace(house, settings=replace(house.settings, http=http, mqtt=mqtt))
