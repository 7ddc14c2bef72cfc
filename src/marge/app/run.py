"""Runs a hub in the foreground until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
from pathlib import Path

from marge.app.app import App
from marge.app.exit_codes import EXIT_CONFIG, EXIT_FAILURE
from marge.config.house import HouseConfig
from marge.core.errors import MargeError

_LOGGER = logging.getLogger("marge.app")

__all__ = ["EXIT_CONFIG", "EXIT_FAILURE", "run"]


def run(house: HouseConfig, data: Path) -> int:
    """Run until SIGTERM, SIGINT or a service stops the hub; returns the exit code."""
    return asyncio.run(_run(house, data))


async def _run(house: HouseConfig, data: Path) -> int:
    app = App(house, data)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.request_stop)
    try:
        await app.start()
    except MargeError as error:
        _LOGGER.critical("Marge cannot start: %s", error)
        return EXIT_FAILURE
    await app.wait()
    await app.stop()
    return app.exit_code
