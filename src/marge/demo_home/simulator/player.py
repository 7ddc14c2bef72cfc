"""Brings the house to a broker: one connection for each station, until it is cancelled."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final

from marge.demo_home.simulator.day import Day
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import Address, MqttClient
from marge.demo_home.simulator.timetable import TUESDAY, Step

_LOGGER = logging.getLogger("marge.demo")

RETRY_SECONDS: Final = 1.0


async def play(house: House, address: Address, steps: Sequence[Step] = TUESDAY) -> None:
    """Connect every device, let it live, and let the day happen; on cancellation everything takes its leave."""
    await _find_broker(address)
    clients: list[MqttClient] = [station.connect(address) for station in house.stations]
    day = Day(house, steps)
    house.start()
    day.start()
    _LOGGER.info("%d devices play on %s:%d", len(house.things), address.host, address.port)
    try:
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.run(), name=f"device {client.client_id}")
    finally:
        day.stop()
        house.stop()
        for client in clients:
            await client.close()


async def _find_broker(address: Address) -> None:
    """Return once there is a broker; that there is none is told once."""
    told = False
    while True:
        try:
            _reader, writer = await asyncio.open_connection(address.host, address.port)
        except OSError as error:
            if not told:
                _LOGGER.warning("No broker at %s:%d yet, trying again: %s", address.host, address.port, error)
                told = True
            await asyncio.sleep(RETRY_SECONDS)
        else:
            writer.close()
            return
