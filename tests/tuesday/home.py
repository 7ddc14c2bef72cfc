"""The demo home on a clock that the test moves: hub, broker, API and 24 connections of devices are real."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from hub import CLIENT_ID, Client
from msgspec.structs import replace

from marge.app.app import App
from marge.config.house import HouseConfig, load
from marge.demo_home import CONFIG_DIR
from marge.demo_home.simulator.day import Day
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import Address, MqttClient
from marge.demo_home.simulator.timetable import TUESDAY, Step
from marge.testing import FakeClock
from tuesday.journal import Journal

DENVER = ZoneInfo("America/Denver")
DAY = datetime(2026, 2, 10, tzinfo=DENVER)


def at(time: str, day: int = 0) -> float:
    """Unix time of HH:MM[:SS] on the Tuesday, or a day after it."""
    hours, minutes, *seconds = (int(part) for part in time.split(":"))
    return (DAY + timedelta(days=day)).replace(hour=hours, minute=minutes, second=sum(seconds)).timestamp()


def configuration(directory: Path) -> HouseConfig:
    """A copy of the demo home's configuration, on free ports."""
    folder = directory / "config"
    if not folder.exists():
        shutil.copytree(CONFIG_DIR, folder)
    house = load(folder)
    assert not house.problems, house.problems
    settings = house.settings
    http, mqtt = replace(settings.http, port=0), replace(settings.mqtt, port=0)
    return replace(house, settings=replace(settings, http=http, mqtt=mqtt))


async def first_account(client: Client) -> str:
    """Onboard a new hub as its first page does; returns a long-lived token, which no passing of time ends."""
    owner = {"name": "Nora", "username": "nora", "password": "correct horse", "language": "en"}
    answer = await client.post("/api/onboarding/users", {**owner, "client_id": CLIENT_ID}, token="")
    assert answer.status == 200, answer
    form = f"grant_type=authorization_code&code={answer.json['auth_code']}&client_id={quote(CLIENT_ID)}"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await client.post("/auth/token", body=form.encode(), headers=headers, token="")
    assert answer.status == 200, answer
    async with client.ws(answer.json["access_token"]) as ws:
        token = await ws.call("auth/long_lived_access_token", client_name="Tuesday", lifespan=3650)
    assert isinstance(token, str)
    return token


class Home:
    """A running home; `journal` has seen everything since the devices came."""

    def __init__(self, app: App, clock: FakeClock, house: House, client: Client, journal: Journal) -> None:
        self.app = app
        self.clock = clock
        self.house = house
        self.client = client
        self.journal = journal
        self.devices: list[MqttClient] = [station.client for station in house.stations if station.client is not None]
        self._published: dict[str, int] = {}

    @property
    def messages(self) -> list[str]:
        """What arrived on the family's phones."""
        return self.house.board.received

    def act(self, thing: str, action: str, value: Any = None) -> None:
        """Let a resident or nature do something."""
        self.house.act(thing, action, value)

    async def state(self, entity_id: str) -> dict[str, Any]:
        """A state as REST has it."""
        answer = await self.client.get(f"/api/states/{entity_id}")
        assert answer.status == 200, (entity_id, answer)
        state = answer.json
        assert isinstance(state, dict)
        return state

    def _activity(self) -> tuple[int, int]:
        figures = self.app.mqtt.figures()
        return figures["messages_received"] + self.app.hub.bus.fired, figures["messages_sent"]

    async def settle(self) -> None:
        """Let every message reach whom it is for, and its answers as well."""
        while True:
            before = self._activity()
            for _ in range(4):
                await asyncio.sleep(0)
            spoke = [device for device in self.devices if self._published.get(device.client_id) != device.published]
            self._published.update((device.client_id, device.published) for device in spoke)
            await asyncio.gather(*(device.round_trip() for device in spoke))
            after = self._activity()
            if after[1] != before[1]:
                await asyncio.gather(*(device.round_trip() for device in self.devices))
            elif not spoke and before == after:
                # What waits for the disk, such as a run whose wait is over, has its turn too.
                await self.app.hub.store.flush()
                await asyncio.sleep(0)
                if self._activity() == after:
                    return

    async def pass_time(self, seconds: float, step: float = 0.25) -> None:
        """Let time pass in small steps, so that devices and hub answer each other as they would."""
        await self.until(self.clock.now() + seconds, step)

    async def until(self, when: float, step: float = 10.0) -> None:
        """Let time pass until `when`."""
        while self.clock.now() < when:
            self.clock.move_to(min(when, self.clock.now() + step))
            await self.settle()

    async def noted(self) -> None:
        """Return when the journal has everything that has happened."""
        await self.journal.call("ping")


@asynccontextmanager
async def home(directory: Path, start: float, steps: Sequence[Step] = TUESDAY) -> AsyncIterator[Home]:
    """Start hub and devices at Unix time `start`; by then everything has been discovered and reported."""
    clock = FakeClock(start)
    app = App(configuration(directory), directory / "data", clock=clock, password_cost=4)
    await app.start()
    house = House(clock, random.Random(7))
    tasks: list[asyncio.Task[None]] = []
    day = Day(house, steps)
    try:
        client = Client(app.http.port)
        client.token = await first_account(client)
        async with client.ws() as ws:
            journal = Journal(ws)
            await journal.open()
            assert app.mqtt.port is not None
            house.start()
            clients = [station.connect(Address("127.0.0.1", app.mqtt.port, keep_alive=0)) for station in house.stations]
            tasks += [asyncio.create_task(each.run(), name=each.client_id) for each in clients]
            for _ in range(1000):
                if all(each.connected for each in clients):
                    break
                await asyncio.sleep(0.005)
            running = Home(app, clock, house, client, journal)
            await running.settle()
            await running.pass_time(10.0)
            day.start()
            try:
                yield running
            finally:
                await journal.close()
    finally:
        day.stop()
        house.stop()
        for station in house.stations:
            if station.client is not None:
                await station.client.close()
        await asyncio.gather(*tasks, return_exceptions=True)
        await app.stop()
