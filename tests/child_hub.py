"""A hub as a household runs it: a process of its own, started, asked over its sockets, stopped, killed, started again.

    async with ChildHub(tmp_path).running() as child:
        await child.onboard()
        await child.post("/api/services/light/turn_on", {"entity_id": "light.kitchen"})
        await child.kill()
        await child.start()

The clients are those of `hub.py`; what the process logs is in `log`, over all its runs.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiomqtt
from hub import CLIENT_ID, PASSWORD, Client

import marge

TOML = '[http]\nhost = "127.0.0.1"\nport = 0\n[mqtt]\nhost = "127.0.0.1"\nport = 0\n'
"""Free ports on loopback; tests put more below it."""

ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("MARGE_")},
    "PYTHONPATH": str(Path(marge.__file__).parents[1]),
}
"""In which this code is found, and no folders but those that are named."""

PATIENCE = 20.0
"""Seconds after which something that should have happened is given up on; the machine may be busy."""


async def until(condition: Callable[[], Any], seconds: float = PATIENCE, *, what: str = "it") -> Any:
    """Wait until `condition` (which may be a coroutine function) is true, and return what it returned."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds} s"
        await asyncio.sleep(0.01)


class Ended(Exception):
    """The hub ended instead of coming up; `code` is its exit code."""

    def __init__(self, code: int, log: str) -> None:
        super().__init__(f"the hub ended with {code}:\n{log}")
        self.code = code


class ChildHub(Client):
    """One configuration and one data directory in `directory`, and the process that runs on them."""

    def __init__(
        self,
        directory: Path,
        files: Mapping[str, str] | None = None,
        *,
        data: Path | None = None,
        prefix: Sequence[str] = (),
    ) -> None:
        """`files` are the configuration, over TOML alone; `prefix` is put before the command."""
        super().__init__(0)
        self.config = directory / "config"
        self.data = data or directory / "data"
        self.log_file = directory / "hub.log"
        self.mqtt_port = 0
        self.refresh_token = ""
        self._prefix = prefix
        self._owner = False
        self._process: subprocess.Popen[bytes] | None = None
        self.config.mkdir(parents=True, exist_ok=True)
        self.write({"configuration.toml": TOML, **(files or {})})

    def write(self, files: Mapping[str, str | bytes]) -> None:
        """Write configuration files."""
        for name, content in files.items():
            path = self.config / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())

    # ── the process ──

    @property
    def command(self) -> list[str]:
        """What starts the hub."""
        python = [sys.executable, "-m", "marge"]
        return [*self._prefix, *python, "--config", str(self.config), "--data", str(self.data)]

    @property
    def pid(self) -> int:
        """The process, while there is one."""
        assert self._process is not None
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._process is not None and self._process.poll() is None

    @property
    def data_seen(self) -> Path:
        """The data directory as the process sees it, whatever is mounted there for it alone."""
        return Path(f"/proc/{self.pid}/root{self.data}") if self._prefix else self.data

    @property
    def log(self) -> str:
        """What all processes on this directory have logged."""
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def launch(self) -> None:
        """Start the process, without waiting for it to come up."""
        assert not self.alive
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                self.command, env=ENVIRONMENT, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )

    async def start(self) -> ChildHub:
        """Start the process and wait until it serves; raises Ended when it does not come to that."""
        self.launch()
        runtime = await until(self._runtime, what="the start of the hub")
        self.port, self.mqtt_port = runtime["http_port"], runtime["mqtt_port"]
        if not self._owner:
            self.token = (self.data_seen / "cli-token").read_text()
        return self

    def _runtime(self) -> Any:
        if not self.alive:
            assert self._process is not None
            raise Ended(self._process.returncode, self.log)
        try:
            runtime = json.loads((self.data_seen / "runtime.json").read_bytes())
        except (OSError, ValueError):
            return None
        return runtime if runtime["pid"] == self.pid else None

    async def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE) -> tuple[int, float]:
        """Send a signal and wait for the end; returns the exit code and how many seconds that took."""
        began = time.monotonic()
        self.send(number)
        await until(lambda: not self.alive, seconds, what=f"the end after {number.name}")
        assert self._process is not None
        return self._process.returncode, time.monotonic() - began

    def send(self, number: signal.Signals) -> None:
        """Send a signal, without waiting for what becomes of it."""
        os.kill(self.pid, number)

    async def kill(self) -> None:
        """`kill -9`."""
        await self.end(signal.SIGKILL)

    async def finished(self, seconds: float = PATIENCE) -> int:
        """Wait for a process to end by itself; returns the exit code."""
        await until(lambda: not self.alive, seconds, what="the end")
        assert self._process is not None
        return self._process.returncode

    @asynccontextmanager
    async def running(self) -> AsyncIterator[ChildHub]:
        """Started, and not there any more afterwards."""
        try:
            await self.start()
            yield self
        finally:
            self.clear()

    def clear(self) -> None:
        """End the process, if there still is one, the hard way."""
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    # ── clients ──

    async def onboard(self) -> None:
        """Make the owner as a browser would, and be logged in as them from now on."""
        owner = {"client_id": CLIENT_ID, "name": "Owner", "username": "owner", "password": PASSWORD, "language": "en"}
        answer = await self.post("/api/onboarding/users", owner, token="")
        assert answer.status == 200, answer
        form = {"grant_type": "authorization_code", "client_id": CLIENT_ID, "code": answer.json["auth_code"]}
        tokens = await self.form("/auth/token", form)
        self.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]
        self._owner = True

    async def form(self, path: str, fields: Mapping[str, str]) -> Any:
        """POST an HTML form without a token; returns the JSON of the answer."""
        answer = await self.request(
            "POST",
            path,
            body=urlencode(fields).encode(),
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            token="",
        )
        assert answer.status == 200, answer
        return answer.json if answer.body else None

    async def call(self, service: str, **data: Any) -> Any:
        """Call a service (`light.turn_on`) and return the states that it changed."""
        answer = await self.post(f"/api/services/{service.replace('.', '/')}", data)
        assert answer.status == 200, answer
        return answer.json

    async def state(self, entity_id: str) -> dict[str, Any] | None:
        """The state of an entity as JSON, None when there is none."""
        answer = await self.get(f"/api/states/{entity_id}")
        return answer.json if answer.status == 200 else None

    async def becomes(self, entity_id: str, state: str, **attributes: Any) -> dict[str, Any]:
        """Wait until an entity has a state and attributes, and return it whole."""
        seen: dict[str, Any] | None = None

        async def is_so() -> dict[str, Any] | None:
            nonlocal seen
            seen = await self.state(entity_id)
            if seen is None or seen["state"] != state or not attributes.items() <= seen["attributes"].items():
                return None
            return seen

        try:
            found: dict[str, Any] = await until(is_so)
        except AssertionError:
            raise AssertionError(f"{entity_id} did not become {state} {attributes}: {seen}") from None
        return found

    @asynccontextmanager
    async def mqtt(self, client_id: str | None = None, **options: Any) -> AsyncIterator[aiomqtt.Client]:
        """A device's connection to the broker in the hub."""
        async with aiomqtt.Client("127.0.0.1", self.mqtt_port, identifier=client_id, **options) as client:
            yield client

    async def announce(self, client: aiomqtt.Client, component: str, object_id: str, **config: Any) -> None:
        """Publish a retained discovery message; the unique id is the object id."""
        payload = json.dumps({"unique_id": object_id, **config})
        await client.publish(f"homeassistant/{component}/{object_id}/config", payload, qos=1, retain=True)

    async def registry(self, kind: str) -> list[dict[str, Any]]:
        """The entries of a registry: `entity`, `device`, `area`, `floor`, `label`."""
        async with self.ws() as ws:
            entries: list[dict[str, Any]] = await ws.call(f"config/{kind}_registry/list")
        return entries

    # ── what must not have happened ──

    def assert_no_failures(self) -> None:
        """Nothing that a client sent led to an exception that nobody expected."""
        log = self.log
        start = log.find("Traceback (most recent call last)")
        assert start < 0, f"an exception was logged:\n{log[max(0, start - 500) : start + 3000]}"
        for words in ("never retrieved", "was never awaited", "Exception in callback", "Unhandled"):
            assert words not in log, f"{words}:\n{log[-3000:]}"

    async def assert_serves(self) -> None:
        """Still a hub: REST, a service call, and MQTT to and fro."""
        assert (await self.get("/api/states")).status == 200
        stamp = str(time.monotonic_ns())
        async with self.mqtt() as client:
            await client.subscribe("still/there")
            await self.call("mqtt.publish", topic="still/there", payload=stamp)
            message = await asyncio.wait_for(anext(client.messages), PATIENCE)
            assert message.payload == stamp.encode()
            await self.announce(client, "sensor", "still_there", name="Still there", state_topic="still/value")
            await client.publish("still/value", stamp, retain=True)
            await self.becomes("sensor.still_there", stamp)

    # ── what the kernel knows ──

    def status(self) -> dict[str, str]:
        """/proc/<pid>/status."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}

    @property
    def rss(self) -> int:
        """Resident memory in bytes."""
        return int(self.status()["VmRSS"].split()[0]) * 1024

    @property
    def descriptors(self) -> int:
        """How many files and sockets are open."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))
