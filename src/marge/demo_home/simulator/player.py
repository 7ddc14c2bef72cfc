"""Brings the house to a broker: one connection for each station, until it is cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from marge.demo_home.simulator.day import Day
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import MqttClient
from marge.demo_home.simulator.timetable import TUESDAY, Step


async def play(house: House, host: str, port: int, steps: Sequence[Step] = TUESDAY, *, keep_alive: int = 60) -> None:
    """Connect every device, let it live, and let the day happen; on cancellation everything takes its leave."""
    clients: list[MqttClient] = [station.connect(host, port, keep_alive) for station in house.stations]
    day = Day(house, steps)
    house.start()
    day.start()
    try:
        async with asyncio.TaskGroup() as group:
            for client in clients:
                group.create_task(client.run(), name=f"device {client.client_id}")
    finally:
        day.stop()
        house.stop()
        for client in clients:
            await client.close()
