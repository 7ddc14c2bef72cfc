"""`marge demo` as a newcomer starts it: a living house, an account and a token; Ctrl-C ends hub and devices."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import psutil  # type: ignore[import-untyped]
from hub import Client
from tuesday.child import SOURCE, until

from marge.app.runtime_file import read_runtime


class Demo:
    """The running command."""

    def __init__(self, process: asyncio.subprocess.Process, data: Path, output: Path) -> None:
        self.process = process
        self.data = data
        self.output = output

    async def client(self) -> Client:
        runtime = await until(lambda: read_runtime(self.data), 20)
        await until(lambda: "Ctrl-C ends it" in self.output.read_text(), 20)
        return Client(runtime.http_port, (self.data / "token.txt").read_text().strip())

    def simulators(self) -> list[psutil.Process]:
        return list(psutil.Process(self.process.pid).children())

    async def ctrl_c(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return await asyncio.wait_for(self.process.wait(), 10)


@asynccontextmanager
async def demo(directory: Path, *options: str) -> AsyncIterator[Demo]:
    data, output = directory / "run", directory / "output.txt"
    with output.open("wb") as file:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "marge", "demo", "--data", str(data), "--http-port", "0", "--mqtt-port", "0"),
            *options,
            env={**os.environ, "PYTHONPATH": SOURCE},
            cwd=directory,
            stdout=file,
            stderr=file,
        )
    try:
        yield Demo(process, data, output)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_living_house_with_an_account_and_a_token(tmp_path: Path) -> None:
    async with demo(tmp_path) as running:
        client = await running.client()
        assert (running.data / "token.txt").stat().st_mode & 0o777 == 0o600
        assert client.token in running.output.read_text()
        # The devices are there, and a lamp that is switched over the API answers over MQTT.
        await until(lambda: _state(client, "light.sofa_lamp", "off"), 20)
        answer = await client.post("/api/services/light/turn_on", {"entity_id": "light.sofa_lamp", "brightness": 128})
        assert answer.status == 200
        await until(lambda: _state(client, "light.sofa_lamp", "on"), 10)
        # The account that it names can log in, and onboarding is over.
        provider = {
            "client_id": client.base + "/",
            "handler": ["homeassistant", None],
            "redirect_uri": client.base + "/",
        }
        assert (await client.get("/api/onboarding", token="")).status == 200
        steps = (await client.get("/api/onboarding", token="")).json
        assert all(step["done"] for step in steps)
        flow = (await client.post("/auth/login_flow", provider, token="")).json
        step = {"client_id": client.base + "/", "username": "demo", "password": "demo"}
        done = (await client.post(f"/auth/login_flow/{flow['flow_id']}", step, token="")).json
        assert done["type"] == "create_entry"
        (simulator,) = running.simulators()
        assert await running.ctrl_c() == 0
        assert not simulator.is_running()
        assert "Traceback" not in running.output.read_text()
        first = client.token

    async with demo(tmp_path) as again:
        client = await again.client()
        assert client.token == first
        assert first not in again.output.read_text()  # printed once
        assert (await client.get("/api/")).status == 200
        assert await again.ctrl_c() == 0


async def test_without_simulator_and_with_another_configuration(tmp_path: Path) -> None:
    config = tmp_path / "mine"
    config.mkdir()
    (config / "configuration.toml").write_text('[marge]\nname = "Mine"\n[http]\nhost = "0.0.0.0"\n')
    async with demo(tmp_path, "--no-simulator", "--config", str(config)) as running:
        client = await running.client()
        assert (await client.get("/api/config")).json["location_name"] == "Mine"
        assert running.simulators() == []
        # An account whose password everybody knows is for this machine only.
        listening = [each for each in psutil.Process(running.process.pid).net_connections() if each.status == "LISTEN"]
        assert len(listening) == 2
        assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
        assert not (running.data / "config").exists()


async def test_a_database_that_was_thrown_away_gets_a_token_that_works(tmp_path: Path) -> None:
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "token.txt").write_text("of a home that is no more\n")
    async with demo(tmp_path, "--no-simulator") as running:
        client = await running.client()
        assert (await client.get("/api/")).status == 200


async def test_a_folder_that_cannot_be_written_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run").write_text("a file")
    async with demo(tmp_path) as running:
        assert await asyncio.wait_for(running.process.wait(), 10) == 1
        assert "cannot be set up in" in running.output.read_text()
        assert "Traceback" not in running.output.read_text()


async def test_a_fast_day(tmp_path: Path) -> None:
    async with demo(tmp_path, "--speed", "300") as running:
        client = await running.client()
        await until(lambda: _state(client, "light.sofa_lamp", "off", "on"), 20)
        power = "sensor.house_meter_house_meter_energy_power"
        first = json.loads((await client.get(f"/api/states/{power}")).body)["last_updated"]
        await until(lambda: _later(client, power, first), 10)
        assert await running.ctrl_c() == 0


async def test_the_devices_end_when_the_hub_is_killed(tmp_path: Path) -> None:
    async with demo(tmp_path) as running:
        await running.client()
        (simulator,) = running.simulators()
        running.process.kill()
        await running.process.wait()
        await until(lambda: not simulator.is_running() or simulator.status() == psutil.STATUS_ZOMBIE, 10)


async def _state(client: Client, entity_id: str, *states: str) -> bool:
    answer = await client.get(f"/api/states/{entity_id}")
    return answer.status == 200 and answer.json["state"] in states


async def _later(client: Client, entity_id: str, than: str) -> bool:
    return bool((await client.get(f"/api/states/{entity_id}")).json["last_updated"] > than)
