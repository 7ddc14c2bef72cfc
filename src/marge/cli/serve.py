"""Runs the hub: what must happen before asyncio is imported, then the application."""

from __future__ import annotations

from pathlib import Path


def serve(config: str | None, data: str | None, log_dir: str | None) -> int:
    """Run the hub in the foreground and return its exit code."""
    from marge.config.house import load
    from marge.config.paths import config_folder, default_directory

    config_dir = config_folder(Path(config).absolute()) if config else default_directory("config")
    data_dir = Path(data).absolute() if data else default_directory("data")
    house = load(config_dir)
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
    return run(house, data_dir)
