"""Runs the hub: what must happen before asyncio is imported, then the application."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from marge.app.run import Companion
    from marge.config.house import HouseConfig
    from marge.core.clock import Clock


class Variant(NamedTuple):
    """How a run differs from a plain one: other ports, another time, something that runs beside the hub."""

    http_port: int | None = None
    mqtt_port: int | None = None
    clock: Clock | None = None
    companion: Companion | None = None


def serve(config: str | None, data: str | None, log_dir: str | None, variant: Variant | None = None) -> int:
    """Run the hub in the foreground and return its exit code."""
    from marge.config.house import load
    from marge.config.paths import config_folder, default_directory

    config_dir = config_folder(Path(config).absolute()) if config else default_directory("config")
    data_dir = Path(data).absolute() if data else default_directory("data")
    variant = variant or Variant()
    house = load(config_dir)
    if variant.http_port is not None or variant.mqtt_port is not None:
        house = _with_ports(house, variant)
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


def _with_ports(house: HouseConfig, variant: Variant) -> HouseConfig:
    from msgspec.structs import replace

    settings = house.settings
    if variant.http_port is not None:
        settings = replace(settings, http=replace(settings.http, port=variant.http_port))
    if variant.mqtt_port is not None:
        settings = replace(settings, mqtt=replace(settings.mqtt, port=variant.mqtt_port))
    return replace(house, settings=settings)
