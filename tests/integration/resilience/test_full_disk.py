"""A disk that runs full: the hub goes on, says so, and writes what it kept once there is space."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from child_hub import ChildHub, until

MEGABYTES = 3


class SmallDisk:
    """A file system of a few megabytes, in a mount namespace that only the hub and its holder see."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        directory.mkdir()
        self._holder = subprocess.Popen(
            [
                *("unshare", "--mount", "sh", "-c"),
                f'mount -t tmpfs -o size={MEGABYTES}m tmpfs "$0" && echo mounted && exec sleep 600',
                str(directory),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != b"mounted\n":
            _, errors = self._holder.communicate()
            pytest.skip(f"the kernel gives no mount namespace: {errors.decode()}")
        self.prefix = ("nsenter", f"--mount=/proc/{self._holder.pid}/ns/mnt")
        self.seen = Path(f"/proc/{self._holder.pid}/root{directory}")

    def fill(self) -> None:
        """Leave not a byte."""
        with (self.seen / "film.mkv").open("ab", buffering=0) as file:
            for size in (65536, 4096, 1):
                try:
                    while True:
                        file.write(bytes(size))
                except OSError:
                    continue

    def make_room(self) -> None:
        """Delete what fills it."""
        (self.seen / "film.mkv").unlink()

    def end(self) -> None:
        """Let the namespace go, and the file system with it."""
        self._holder.kill()
        self._holder.communicate()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """A small disk that is mounted where the hub has its data."""
    disk = SmallDisk(tmp_path / "data")
    yield disk
    disk.end()


def complaints(child: ChildHub) -> list[str]:
    return [line for line in child.log.splitlines() if "database or disk is full" in line]


async def healthy(child: ChildHub) -> bool:
    return bool((await child.get("/api/health")).json["status"] == "healthy")


async def test_a_hub_on_a_full_disk_goes_on_and_recovers(tmp_path: Path, disk: SmallDisk) -> None:
    async with ChildHub(tmp_path, prefix=disk.prefix).running() as child:
        await child.onboard()
        disk.fill()

        async def noticed() -> list[str]:
            for number in range(20):
                await child.post(
                    "/api/states/sensor.full", {"state": "x", "attributes": {"n": number, "pad": "x" * 9999}}
                )
            return complaints(child)

        [line] = await until(noticed)
        assert "free some space on that disk" in line
        assert "kept in memory and tried again" in line
        await child.post("/api/states/sensor.meanwhile", {"state": "kept"})
        # What has to be durable before it is answered is refused, in words.
        async with child.ws() as ws:
            answer = await ws.exchange("config/area_registry/create", name="Attic")
            assert answer["success"] is False
            assert "free some space" in answer["error"]["message"]
        await child.assert_serves()
        assert (await child.get("/api/health")).json["status"] == "degraded"
        disk.make_room()
        await until(lambda: "can be written again" in child.log)
        await until(partial(healthy, child))
        history = (await child.get("/api/history/period?filter_entity_id=sensor.meanwhile")).json
        assert [state["state"] for state in history[0]] == ["kept"]
        async with child.ws() as ws:
            # Durable when it is answered, with all that had to wait.
            await ws.call("config/area_registry/create", name="Cellar")
        await child.kill()
        await child.start()
        assert {"Attic", "Cellar"} <= {area["name"] for area in await child.registry("area")}
        child.assert_no_failures()


async def test_a_hub_starts_on_a_full_disk(tmp_path: Path, disk: SmallDisk) -> None:
    files = {"configuration.yaml": "input_number:\n  n:\n    min: 0\n    max: 100\n"}
    async with ChildHub(tmp_path, files, prefix=disk.prefix).running() as child:
        await child.onboard()
        await child.call("input_number.set_value", entity_id="input_number.n", value=42)
        await child.end()
        disk.fill()
        before = len(child.log)
        child.launch()
        await until(lambda: "Marge 0" in child.log[before:] or not child.alive)
        ports = re.findall(r" port (\d+)$", child.log[before:], re.MULTILINE)
        child.port, child.mqtt_port = map(int, ports)
        assert "free some space on that disk" in child.log[before:]
        assert "the command line does not find this hub" in child.log[before:]
        await child.becomes("input_number.n", "42.0")
        disk.make_room()
        await child.call("input_number.set_value", entity_id="input_number.n", value=43)
        await until(lambda: "can be written again" in child.log[before:])
        await child.end()
        await child.start()
        await child.becomes("input_number.n", "43.0")
        child.assert_no_failures()


async def test_a_hub_ends_on_a_full_disk_in_sentences(tmp_path: Path, disk: SmallDisk) -> None:
    async with ChildHub(tmp_path, prefix=disk.prefix).running() as child:
        await child.onboard()
        disk.fill()
        async with child.mqtt() as device:
            for number in range(50):
                await device.publish(f"kept/{number}", "x" * 9999, retain=True)
            await until(lambda: complaints(child))
        code, _ = await child.end()
        assert code == 0
        assert "Retained messages and sessions of MQTT could not all be saved: Cannot write" in child.log
        child.assert_no_failures()
