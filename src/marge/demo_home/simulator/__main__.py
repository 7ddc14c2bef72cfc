"""`python -m marge.demo_home.simulator`: the devices of the demo home, for any broker."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import random
import signal
import sys
import time

from marge.core.clock import Clock, SystemClock
from marge.core.scaled_clock import ScaledClock
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import Address
from marge.demo_home.simulator.player import play


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="where the broker is (%(default)s)")
    parser.add_argument("--port", type=int, default=1883, help="its port (%(default)s)")
    parser.add_argument("--username", help="who the devices are for the broker (nobody)")
    parser.add_argument("--password", help="and their password")
    parser.add_argument("--seed", type=int, default=1, help="the devices' chance (%(default)s)")
    parser.add_argument("--speed", type=float, default=1.0, help="seconds that pass in one (%(default)s)")
    parser.add_argument("--epoch", type=float, help="Unix time at which the faster time began (now)")
    parser.add_argument("--while-stdin-is-open", action="store_true", help="end together with whoever started it")
    options = parser.parse_args()
    if options.speed <= 0:
        parser.error("--speed must be more than 0")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    clock: Clock = SystemClock()
    if options.speed != 1:
        clock = ScaledClock(options.speed, time.time() if options.epoch is None else options.epoch)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_run(House(clock, random.Random(options.seed)), options))
    return 0


async def _run(house: House, options: argparse.Namespace) -> None:
    task = asyncio.current_task()
    assert task is not None
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, task.cancel)
    if options.while_stdin_is_open:
        stdin = sys.stdin.fileno()
        loop.add_reader(stdin, lambda: os.read(stdin, 4096) or task.cancel())
    # The broker's patience with silent clients is measured by the hub's clock, which may be a fast one.
    keep_alive = 60 if options.speed == 1 else 0
    await play(house, Address(options.host, options.port, options.username, options.password, keep_alive))


if __name__ == "__main__":
    sys.exit(main())
