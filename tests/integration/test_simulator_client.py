"""The simulator's MQTT client against the real broker."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from marge.core.clock import SystemClock
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import Address, Message, MqttClient
from marge.demo_home.simulator.player import play
from marge.mqtt import Access, BrokerConfig, BrokerServer, User
from marge.testing import MemoryStore


class Device:
    """A client with what it heard."""

    def __init__(
        self,
        port: int,
        name: str,
        *filters: str,
        will: Message | None = None,
        keep_alive: int = 60,
        login: tuple[str | None, str | None] = (None, None),
    ) -> None:
        self.heard: list[tuple[str, bytes]] = []
        self.connections = 0
        self.filters = filters
        self.client = MqttClient(
            Address("127.0.0.1", port, *login, keep_alive),
            name,
            on_connect=self._connected,
            on_message=self._heard,
            will=will,
        )

    def _connected(self) -> None:
        self.connections += 1
        self.client.subscribe(*self.filters)

    def _heard(self, topic: str, payload: bytes) -> None:
        self.heard.append((topic, payload))
        if payload == b"break":
            raise RuntimeError("a device with a bug")


@asynccontextmanager
async def running(*devices: Device) -> AsyncIterator[None]:
    tasks = [asyncio.create_task(device.client.run()) for device in devices]
    try:
        await until(lambda: all(device.client.connected for device in devices))
        for device in devices:
            await device.client.round_trip()
        yield
    finally:
        for device in devices:
            await device.client.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@asynccontextmanager
async def broker(port: int = 0, *users: User) -> AsyncIterator[BrokerServer]:
    access = Access(users, anonymous=not users)
    server = BrokerServer(BrokerConfig("127.0.0.1", port, None), SystemClock(), MemoryStore(), access=access)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


async def until(ready: Callable[[], bool]) -> None:
    for _ in range(1000):
        if ready():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("not within ten seconds")


async def test_messages_of_both_qualities_arrive_and_a_bug_in_the_device_stops_nothing() -> None:
    async with broker() as server:
        assert server.port is not None
        ear, mouth = Device(server.port, "ear", "a/#", "b"), Device(server.port, "mouth")
        async with running(ear, mouth):
            mouth.client.publish("a/1", "break")
            mouth.client.publish("b", b"x" * 300, qos=1)
            await mouth.client.round_trip()
            await ear.client.round_trip()
            assert ear.heard == [("a/1", b"break"), ("b", b"x" * 300)]


async def test_a_device_without_power_leaves_its_will_and_one_that_is_stopped_does_not() -> None:
    async with broker() as server:
        assert server.port is not None
        ear = Device(server.port, "ear", "status/#")
        lost = Device(server.port, "lost", will=Message("status/lost", b"offline", 1, True))
        stopped = Device(server.port, "stopped", will=Message("status/stopped", b"offline"))
        async with running(ear, lost, stopped):
            await stopped.client.close()
            await lost.client.close(clean=False)
            await until(lambda: bool(ear.heard))
            await ear.client.round_trip()
            assert ear.heard == [("status/lost", b"offline")]


async def test_it_comes_back_to_a_broker_that_was_away_and_brings_what_was_to_be_acknowledged() -> None:
    async with broker() as server:
        port = server.port
        assert port is not None
        device = Device(port, "device", "x")
        task = asyncio.create_task(device.client.run())
        await until(lambda: device.client.connected)
        await server.stop()
        await until(lambda: not device.client.connected)
        device.client.publish("x", "lost")
        device.client.publish("x", "kept", qos=1)
    async with broker(port) as again:
        assert again.port == port
        await until(lambda: device.connections == 2)
        await device.client.round_trip()
        await device.client.round_trip()
        # What was kept goes out before the new subscription is there: the broker has it, and says so.
        assert again.broker.messages_received >= 1
        device.client.publish("x", "fresh")
        await until(lambda: ("x", b"fresh") in device.heard)
        assert ("x", b"lost") not in device.heard
        await device.client.close()
        await task


async def test_it_is_silent_for_longer_than_its_keep_alive_and_stays() -> None:
    async with broker() as server:
        assert server.port is not None
        device = Device(server.port, "device", keep_alive=1)
        async with running(device):
            await asyncio.sleep(2.2)
            assert device.connections == 1
            assert device.client.connected


async def test_a_broker_that_wants_a_password_gets_it_or_is_told_of(caplog: pytest.LogCaptureFixture) -> None:
    async with broker(0, User("devices", "open sesame")) as server:
        assert server.port is not None
        welcome = Device(server.port, "welcome", "x", login=("devices", "open sesame"))
        stranger = Device(server.port, "stranger", login=("devices", "guess"))
        task = asyncio.create_task(stranger.client.run())
        async with running(welcome):
            welcome.client.publish("x", "here")
            await until(lambda: welcome.heard == [("x", b"here")])
        await until(lambda: "the broker refuses stranger: user name or password is wrong" in caplog.text)
        assert stranger.connections == 0
        await stranger.client.close()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_devices_wait_for_their_broker(caplog: pytest.LogCaptureFixture) -> None:
    async with broker() as server:
        port = server.port
        assert port is not None
    house = House(SystemClock(), random.Random(1))
    task = asyncio.create_task(play(house, Address("127.0.0.1", port), steps=()))
    await until(lambda: f"No broker at 127.0.0.1:{port} yet" in caplog.text)
    async with broker(port) as server:
        await until(lambda: server.broker.connected_clients == len(house.stations))
        await until(lambda: server.broker.retained_messages > 200)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await until(lambda: server.broker.connected_clients == 0)
