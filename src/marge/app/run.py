"""Runs a hub in the foreground until it is told to stop."""

from __future__ import annotations

import asyncio
import gc
import logging
import signal
from pathlib import Path
from typing import Final, Protocol

from marge.app.app import App
from marge.app.exit_codes import EXIT_CONFIG, EXIT_FAILURE
from marge.config.house import HouseConfig
from marge.core.clock import Clock
from marge.core.errors import MargeError

_LOGGER = logging.getLogger("marge.app")

__all__ = ["EXIT_CONFIG", "EXIT_FAILURE", "run"]


GC_THRESHOLD: Final = 10_000
"""Objects that may come to be before the garbage collector looks; references that run in a circle are rare here."""


class Companion(Protocol):
    """What runs beside the hub for as long as it runs."""

    async def start(self, app: App) -> None:
        """Called when the hub has started."""

    async def stop(self) -> None:
        """Called when the hub has stopped; also when `start` has failed."""


def run(house: HouseConfig, data: Path, *, clock: Clock | None = None, companion: Companion | None = None) -> int:
    """Run until SIGTERM, SIGINT or a service stops the hub; returns the exit code."""
    return asyncio.run(_run(house, data, clock, companion))


async def _run(house: HouseConfig, data: Path, clock: Clock | None, companion: Companion | None) -> int:
    app = App(house, data, clock=clock)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, app.request_stop)
    try:
        await app.start()
    except MargeError as error:
        _LOGGER.critical("Marge cannot start: %s", error)
        return EXIT_FAILURE
    _settle_memory()
    try:
        if companion is not None:
            await companion.start(app)
        await app.wait()
    except MargeError as error:
        _LOGGER.critical("Marge cannot go on: %s", error)
        app.exit_code = EXIT_FAILURE
    finally:
        await app.stop()
        if companion is not None:
            await companion.stop()
    return app.exit_code


def _settle_memory() -> None:
    """Let the garbage collector look only at what comes after the start, and less often: what is there now stays."""
    gc.freeze()
    gc.set_threshold(GC_THRESHOLD)
