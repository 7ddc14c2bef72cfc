"""The hub as a program of its own, to be ended as power cuts end it, and devices that come back by themselves."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from hub import Client

import marge
from marge.app.cli_token import read_cli_token
from marge.app.runtime_file import Runtime, read_runtime
from marge.core.clock import SystemClock
from marge.demo_home import CONFIG_DIR
from marge.demo_home.simulator.house import House
from marge.demo_home.simulator.mqtt import Address

SOURCE = str(Path(marge.__file__).parents[1])


class Program:
    """`marge` on a copy of the demo home's configuration; it can be started again and again."""

    def __init__(self, directory: Path, automations: str = "") -> None:
        self.config = directory / "config"
        self.data = directory / "data"
        shutil.copytree(CONFIG_DIR, self.config)
        self._set_port("port = 8123", "port = 0")
        self._set_port("port = 1883", "port = 0")
        with (self.config / "automations.yaml").open("a") as file:
            file.write(automations)
        self.log = directory / "log.txt"
        self.mqtt_port = 0
        self.client = Client(0)
        self._process: asyncio.subprocess.Process | None = None

    def _set_port(self, old: str, new: str) -> None:
        path = self.config / "configuration.toml"
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new, 1))

    async def start(self) -> float:
        """Start it and return the seconds until it can be spoken to; the MQTT port stays what it was at first."""
        began = time.monotonic()
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "marge", "--config", str(self.config), "--data", str(self.data)),
                env={**os.environ, "PYTHONPATH": SOURCE},
                stdout=log,
                stderr=log,
            )
        runtime = await until(self._running, 20)
        took = time.monotonic() - began
        if not self.mqtt_port:
            self.mqtt_port = runtime.mqtt_port or 0
            path = self.config / "configuration.toml"
            head, section, rest = path.read_text().partition("[mqtt]")
            path.write_text(head + section + rest.replace("port = 0", f"port = {self.mqtt_port}", 1))
        token = read_cli_token(self.data)
        assert token is not None
        self.client = Client(runtime.http_port, token)
        return took

    def _running(self) -> Runtime | None:
        assert self._process is not None
        assert self._process.returncode is None, self.log.read_text()[-3000:]
        runtime = read_runtime(self.data)
        return runtime if runtime is not None and runtime.pid == self._process.pid else None

    async def end(self, how: signal.Signals) -> int:
        """Send a signal and return the exit code."""
        assert self._process is not None
        self._process.send_signal(how)
        return await asyncio.wait_for(self._process.wait(), 10)

    async def clean_up(self) -> None:
        """End it if it still runs."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()

    async def states(self) -> dict[str, str]:
        """All states by entity id."""
        answer = await self.client.get("/api/states")
        assert answer.status == 200, answer
        return {state["entity_id"]: state["state"] for state in answer.json}

    async def state(self, entity_id: str) -> str:
        """One state; "" for an entity that is not there."""
        answer = await self.client.get(f"/api/states/{entity_id}")
        return str(answer.json["state"]) if answer.status == 200 else ""

    async def call(self, service: str, **data: Any) -> None:
        """Call a service over REST."""
        answer = await self.client.post(f"/api/services/{service.replace('.', '/')}", data)
        assert answer.status == 200, answer

    async def wait_for(self, entity_id: str, state: str, seconds: float = 10) -> None:
        """Return when the entity has the state."""

        async def there() -> bool:
            return await self.state(entity_id) == state

        await until(there, seconds)


@asynccontextmanager
async def program(directory: Path, automations: str = "") -> AsyncIterator[Program]:
    """A program that is not started yet and does not outlive the test."""
    running = Program(directory, automations)
    try:
        yield running
    finally:
        await running.clean_up()


def house() -> House:
    """The devices on the machine's own time."""
    return House(SystemClock(), random.Random(3))


@asynccontextmanager
async def powered(house: House, port: int) -> AsyncIterator[None]:
    """The devices have power and a network; at the end they lose both, without a farewell."""
    house.start()
    clients = [station.connect(Address("127.0.0.1", port)) for station in house.stations]
    tasks = [asyncio.create_task(client.run(), name=client.client_id) for client in clients]
    try:
        yield
    finally:
        house.stop()
        for client in clients:
            await client.close(clean=False)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(ready: Callable[[], Any], seconds: float) -> Any:
    """What `ready` returns once that is true; fails after `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = ready()
        if asyncio.iscoroutine(value):
            value = await value
        if value:
            return value
        assert time.monotonic() < end, f"not within {seconds} s"
        await asyncio.sleep(0.05)
